"""What can be wrong with a sign-in at a provider.

PeopleError
└── OidcError
    ├── ProviderAwayError       it cannot be reached, or has no room: later it may
    ├── ProviderAnswerError     it answered what cannot be
    ├── TokenRefusedError       its token proves nothing
    │   └── UnknownKeyError     it is signed with a key that was not among those fetched
    └── OidcRefusedError        a sign-in that ends here, with the reason for the person
"""

from enum import StrEnum

from citybrain.people.errors import PeopleError


class OidcError(PeopleError):
    """A sign-in at the provider went wrong."""


class ProviderAwayError(OidcError):
    """The provider cannot be reached just now."""


class ProviderAnswerError(OidcError):
    """The provider, or whoever stands in its place, answered what cannot be."""


class TokenRefusedError(OidcError):
    """An ID token that proves nothing."""


class UnknownKeyError(TokenRefusedError):
    """An ID token that names a key which is not among the provider's, as far as they are known."""


class OidcRefusal(StrEnum):
    """Why nobody was signed in. The value is the metric's label."""

    UNKNOWN_STATE = "oidc_unknown_state"  # made up, used before, or too old
    OTHER_BROWSER = "oidc_other_browser"
    DENIED = "oidc_denied"  # by the provider, or by the person there
    PROVIDER_AWAY = "oidc_provider_away"
    PROVIDER_WRONG = "oidc_provider_wrong"
    BAD_TOKEN = "oidc_bad_token"
    NO_NAME = "oidc_no_name"
    NAME_TAKEN = "oidc_name_taken"
    NO_ROLE = "oidc_no_role"


class OidcRefusedError(OidcError):
    """A sign-in that ends here. `shown` is what the person is told beside the reason: his name at
    the provider, or the groups to ask for."""

    def __init__(self, refusal: OidcRefusal, detail: str, *, shown: str = "") -> None:
        self.refusal, self.shown = refusal, shown
        super().__init__(detail)
