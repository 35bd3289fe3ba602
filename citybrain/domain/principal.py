"""Who acts: the person, crew or program behind an input, how that is known, and in which roles.

The door that an input comes in by makes the value; a message never names its own roles.
"""

from enum import StrEnum

from citybrain.structs import Struct


class Authentication(StrEnum):
    """How it is known that a principal is who it is said to be."""

    UNAUTHENTICATED = "unauthenticated"  # the name is what somebody typed
    UNKNOWN = "unknown"  # a way that this version does not know


class Role(StrEnum):
    """What a principal may be in a city; `citybrain.permissions` says what each may do."""

    OPERATOR = "operator"  # of a district's queue
    DUTY_OFFICER = "duty_officer"  # of the city
    CREW = "crew"  # of one unit
    ADAPTER = "adapter"  # a program that speaks for a foreign system
    SOURCE = "source"  # a program that observes and reports
    UNKNOWN = "unknown"


class Principal(Struct, frozen=True, kw_only=True):
    """Who acts. `name` is a person's or program's name, of a crew its unit's id."""

    name: str
    roles: tuple[Role, ...]
    authentication: Authentication = Authentication.UNAUTHENTICATED


def unauthenticated(name: str, role: Role) -> Principal:
    """Whoever comes in by the door of `role` and says that this is the name."""
    return Principal(name=name, roles=(role,))
