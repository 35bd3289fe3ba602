"""The table `people` of a node's configuration: where people sign in, besides the node's own
accounts.
"""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from citybrain.config.fields import LocalizedNameConfig, Name, PrivateFile, Section
from citybrain.domain.principal import PERSON_ROLES, Role
from citybrain.localized_name import LocalizedName
from citybrain.people.oidc.settings import OidcSettings
from citybrain.people.oidc.urls import is_safe_url

ROLES = ", ".join(PERSON_ROLES)


def _check_url(address: str) -> str:
    if not is_safe_url(address):
        raise ValueError(f"{ascii(address)[:120]} is no https address, and not of this machine")
    return address


def _check_pages(address: str) -> str:
    if address.rstrip("/").count("/") != 2 or "?" in address or "#" in address:
        raise ValueError(f"{ascii(address)[:120]} has more than a scheme, a host and a port")
    return _check_url(address)


def _check_roles(roles: dict[str, str]) -> dict[str, str]:
    found = {group: role.strip().lower().replace("-", "_") for group, role in roles.items()}
    for group, role in found.items():
        if role not in PERSON_ROLES:
            raise ValueError(f"{group!a} gives {roles[group]!a}, which is no role of people")
    return found


def _check_ca(path: str) -> str:
    import ssl

    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise ValueError(f"{path!r} holds no certificates that can be read ({error})") from error
    return path


def _remedy(words: str) -> dict[str, object]:
    return {"remedy": words}


SafeUrl = Annotated[
    str,
    StringConstraints(max_length=500),
    AfterValidator(_check_url),
    Field(
        json_schema_extra=_remedy(
            "Give the provider's issuer exactly as it writes it, with https; plain http is for a"
            " provider on this very machine."
        )
    ),
]
PagesUrl = Annotated[
    str,
    StringConstraints(max_length=300),
    AfterValidator(_check_pages),
    Field(
        json_schema_extra=_remedy(
            'Give how browsers reach these pages, for example "https://queue.riverside.example".'
        )
    ),
]
Scope = Annotated[
    str,
    StringConstraints(pattern=r"^[\x21\x23-\x5b\x5d-\x7e]{1,60}$"),
    Field(json_schema_extra=_remedy('Use a word without spaces, for example "groups".')),
]
RoleTable = Annotated[
    dict[str, str],
    AfterValidator(_check_roles),
    Field(min_length=1, max_length=200, json_schema_extra=_remedy(f"Use one of {ROLES}.")),
]
CaFile = Annotated[
    str,
    AfterValidator(_check_ca),
    Field(json_schema_extra=_remedy("Name a PEM file with the authorities that are trusted.")),
]
BUTTON = LocalizedNameConfig(en="Sign in with the city's account", zh="使用统一身份账号登录")


class OidcConfig(Section):
    """An OpenID Connect provider at which people sign in, besides local accounts: authorization
    code flow with PKCE. Its redirect URI is `pages` with `/sign-in/oidc/callback` behind it.
    """

    issuer: SafeUrl
    """The provider's issuer, exactly as its discovery document names it."""
    client_id: Name
    """This node, as the provider knows it."""
    client_secret_file: PrivateFile | None = None
    """File with the client's secret on its first line, readable by this node alone, or
    `credential:NAME` of systemd; left out: a public client, which PKCE alone protects."""
    ca_file: CaFile | None = None
    """PEM file with the authorities that the provider's certificate may be from; left out: those
    that the machine trusts."""
    pages: PagesUrl
    """How browsers reach this node's pages: scheme, host and port."""
    scopes: Annotated[tuple[Scope, ...], Field(max_length=20)] = ("openid", "profile")
    """What is asked for; a provider may show its groups only where a scope for them is."""
    name_claim: Name = "preferred_username"
    """The claim with the name under which a person acts here. Take one that its people cannot
    change themselves."""
    roles_claim: Name = "groups"
    """The claim, a text or a list of texts, that `roles` are looked up by."""
    roles: RoleTable
    """Which value of that claim gives which role: viewer, operator, supervisor, duty_officer or
    admin. Who has none of them is refused."""
    title: LocalizedNameConfig = BUTTON
    """What the button on the sign-in page says."""

    @model_validator(mode="after")
    def _asks_for_an_identity(self) -> "OidcConfig":
        if "openid" not in self.scopes:
            raise ValueError('scopes lacks "openid"; without it no provider says who somebody is')
        return self

    def settings(self) -> OidcSettings:
        return OidcSettings(
            issuer=self.issuer,
            client_id=self.client_id,
            client_secret_file=self.client_secret_file,
            ca_file=self.ca_file,
            pages=self.pages,
            scopes=self.scopes,
            name_claim=self.name_claim,
            roles_claim=self.roles_claim,
            roles=tuple((group, Role(role)) for group, role in sorted(self.roles.items())),
            title=LocalizedName(en=self.title.en, zh=self.title.zh),
        )


class PeopleConfig(Section):
    """Where people sign in, besides the node's own accounts (`citybrain people`)."""

    oidc: OidcConfig | None = None
    """A provider outside; left out: local accounts alone."""

    @property
    def provider(self) -> OidcSettings | None:
        return None if self.oidc is None else self.oidc.settings()
