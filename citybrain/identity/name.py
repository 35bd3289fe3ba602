"""Names: `citybrain://CITY/ROLE/ID`, one for each box, node, person and program of a city. A
certificate carries the name twice: whole as a URI, and as `ROLE/ID` for a broker.
"""

import re
from collections.abc import Mapping

from citybrain.domain.principal import Authentication, Principal, Role
from citybrain.identity.errors import IdentityNameError
from citybrain.structs import Struct

SCHEME = "citybrain://"
PART = r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"  # as `Id` in configurations
_PART = re.compile(PART)
# the common name of a certificate holds no more (ub-common-name of RFC 5280)
SHORT_CHARS = 64

# a role's word in names: its value, "-" for "_"
ROLE_WORDS: Mapping[Role, str] = {
    role: role.value.replace("_", "-") for role in Role if role is not Role.UNKNOWN
}
_ROLES: Mapping[str, Role] = {word: role for role, word in ROLE_WORDS.items()}


class IdentityName(Struct, frozen=True, kw_only=True):
    """Who: of which city, in which role, by which id. Make it with `name_of`, which checks the
    parts."""

    city: str
    role: Role
    id: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.city}/{self.short}"

    @property
    def short(self) -> str:
        """`ROLE/ID`: unique within a city, and without what a topic filter could take for a
        wildcard. The user name and client id at a broker."""
        return short_name(self.role, self.id)


def short_name(role: Role, id: str) -> str:  # noqa: A002 - the word of the name
    """`ROLE/ID`, as `IdentityName.short`, of somebody who has proved no name."""
    return f"{ROLE_WORDS[role]}/{id}"


def name_of(city: str, role: Role, id: str) -> IdentityName:  # noqa: A002 - the word of the name
    """The name of these parts; raises `IdentityNameError` where one of them cannot stand in a
    name."""
    whole = f"{SCHEME}{city}/{ROLE_WORDS.get(role, role.value)}/{id}"
    if role not in ROLE_WORDS:
        raise IdentityNameError(whole, f"nobody is of the role {role.value!r}")
    for what, part in (("city", city), ("id", id)):
        if not _PART.fullmatch(part):
            raise IdentityNameError(
                whole,
                f"its {what} is not 1-64 of a-z, 0-9 and '-', with no '-' at either end",
            )
    name = IdentityName(city=city, role=role, id=id)
    if len(name.short) > SHORT_CHARS:
        raise IdentityNameError(
            whole, f"role and id together are longer than {SHORT_CHARS} characters; shorten the id"
        )
    return name


def parse_name(text: str) -> IdentityName:
    """The name that `text` is, character for character; raises `IdentityNameError`."""
    if not text.startswith(SCHEME):
        raise IdentityNameError(text, f"it does not begin with {SCHEME}")
    parts = text.removeprefix(SCHEME).split("/")
    if len(parts) != 3:
        raise IdentityNameError(text, f"it has {len(parts)} parts, not 3")
    city, word, id_ = parts
    return name_of(city, _role_of(word, text), id_)


def parse_short(city: str, text: str) -> IdentityName:
    """The name that is `ROLE/ID` in `city`: what a broker calls a client, what a person types;
    raises `IdentityNameError`."""
    word, slash, id_ = text.partition("/")
    if not slash:
        raise IdentityNameError(text, "it is not ROLE/ID, for example box/box-a1")
    return name_of(city, _role_of(word, text), id_)


def principal_of(name: IdentityName) -> Principal:
    """Whoever a transport proved to have this name."""
    return Principal(name=name.id, roles=(name.role,), authentication=Authentication.CERTIFICATE)


def _role_of(word: str, text: str) -> Role:
    role = _ROLES.get(word)
    if role is None:
        raise IdentityNameError(
            text, f"there is no role {ascii(word)[:40]}; the roles are {', '.join(sorted(_ROLES))}"
        )
    return role
