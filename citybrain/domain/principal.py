"""Who acts: the person, crew or program behind an input, how that is known, and in which roles.

The door that an input comes in by makes the value; a message never names its own roles.
"""

from enum import StrEnum

from citybrain.structs import Struct


class Authentication(StrEnum):
    """How it is known that a principal is who it is said to be."""

    UNAUTHENTICATED = "unauthenticated"  # the name is what somebody typed
    CERTIFICATE = "certificate"  # the transport proved it by a certificate of the city's authority
    PASSWORD = "password"  # a session that began with a password, or a one-time link for it
    OIDC = "oidc"  # a session that began at a provider of identities outside (OpenID Connect)
    TOKEN = "token"  # a program sent a token that was given out for it
    DEVICE = "device"  # a session that a device began with a one-time link
    UNKNOWN = "unknown"  # a way that this version does not know


class Role(StrEnum):
    """What a principal may be in a city; `citybrain.permissions` says what each may do. The same
    words stand in certificates (`citybrain.identity.name`).
    """

    VIEWER = "viewer"  # reads every screen, changes nothing
    OPERATOR = "operator"  # of a district's queue
    SUPERVISOR = "supervisor"  # of a district's operators
    DUTY_OFFICER = "duty_officer"  # of the city
    ADMIN = "admin"  # of a node: everything that a person can do there
    CREW = "crew"  # of one unit
    RESPONDER = "responder"  # a company or agency outside, which takes tasks
    ADAPTER = "adapter"  # a program that speaks for a foreign system
    SOURCE = "source"  # a program that observes and reports
    AUDITOR = "auditor"  # reads everything, changes nothing
    BOX = "box"  # a street agent
    SENSOR = "sensor"  # a device that writes its own topic, below a box
    DISTRICT = "district"  # a district node
    CITY = "city"  # the coordinator
    BROKER = "broker"  # an MQTT broker
    AUTHORITY = "authority"  # who issues the certificates
    UNKNOWN = "unknown"


# what a person can sign in as, in the order of the lists that people see
PERSON_ROLES = (Role.VIEWER, Role.OPERATOR, Role.SUPERVISOR, Role.DUTY_OFFICER, Role.ADMIN)
# what a program can have a token as
PROGRAM_ROLES = (Role.SOURCE, Role.ADAPTER, Role.AUDITOR)
# what no person signs in as, and no program that acts for one
NODE_ROLES = frozenset(
    {Role.BOX, Role.SENSOR, Role.DISTRICT, Role.CITY, Role.BROKER, Role.AUTHORITY}
)


class Principal(Struct, frozen=True, kw_only=True):
    """Who acts. `name` is a person's or program's name, of a crew its unit's id; `issuer` the
    provider outside that knows a person by it, "" where this node does."""

    name: str
    roles: tuple[Role, ...]
    authentication: Authentication = Authentication.UNAUTHENTICATED
    issuer: str = ""


def unauthenticated(name: str, role: Role) -> Principal:
    """Whoever comes in by the door of `role` and says that this is the name."""
    return Principal(name=name, roles=(role,))
