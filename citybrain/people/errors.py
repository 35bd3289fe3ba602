"""What can be wrong with accounts, sessions and tokens.

CityBrainError
└── PeopleError
    ├── NoSuchPersonError      no account, session, token or link of that name
    └── PasswordQueueFullError    more sign-ins at once than there is room for
"""

from citybrain.errors import CityBrainError


class PeopleError(CityBrainError):
    """An account, token or password that cannot be."""


class NoSuchPersonError(PeopleError):
    """Nobody of that name."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(
            f"there is no {what} {name!r} here. `citybrain people list` shows those there are."
        )


class PasswordQueueFullError(PeopleError):
    """More sign-ins wait than there is room for. The same one may be sent again."""

    def __init__(self) -> None:
        super().__init__("too many people sign in at this moment. Try again in some seconds.")
