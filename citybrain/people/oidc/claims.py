"""From a provider's claims to a person of this node: the name and the roles. A person without a
role here is refused, with what to ask for.
"""

from citybrain.domain.principal import PERSON_ROLES, Role
from citybrain.people.accounts import checked_name
from citybrain.people.errors import PeopleError
from citybrain.people.oidc.errors import OidcRefusal, OidcRefusedError
from citybrain.people.oidc.id_token import Json
from citybrain.people.oidc.settings import OidcSettings
from citybrain.structs import Struct

GROUPS_SHOWN = 10


class ClaimedPerson(Struct, frozen=True, kw_only=True):
    """Who somebody is at the provider, and what he is here."""

    subject: str
    name: str
    roles: tuple[Role, ...]


def person_of(claims: Json, settings: OidcSettings) -> ClaimedPerson:
    """Raises `OidcRefusedError` where there is no name, or no role."""
    name = _name(claims, settings)
    roles = _roles(claims, settings)
    if not roles:
        groups = ", ".join(group for group, _ in settings.roles[:GROUPS_SHOWN])
        raise OidcRefusedError(
            OidcRefusal.NO_ROLE,
            f"{ascii(name)[:80]} is in none of the groups that have a role here",
            shown=f"{name} · {groups}",
        )
    return ClaimedPerson(subject=str(claims["sub"]), name=name, roles=roles)


def _name(claims: Json, settings: OidcSettings) -> str:
    found = claims.get(settings.name_claim)
    try:
        return checked_name(found if isinstance(found, str) else "")
    except PeopleError as error:
        raise OidcRefusedError(
            OidcRefusal.NO_NAME,
            f"the claim {settings.name_claim!r} holds no name that a screen can show",
            shown=settings.name_claim,
        ) from error


def _roles(claims: Json, settings: OidcSettings) -> tuple[Role, ...]:
    found = claims.get(settings.roles_claim)
    given = {found} if isinstance(found, str) else set(_texts(found))
    has = {role for group, role in settings.roles if group in given}
    return tuple(role for role in PERSON_ROLES if role in has)


def _texts(found: object) -> list[str]:
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
