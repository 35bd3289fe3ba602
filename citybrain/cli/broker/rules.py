"""Whom a broker serves, from what an operator said and what an authority on this machine knows."""

from pathlib import Path

from citybrain.broker.errors import BrokerConfigError
from citybrain.broker.write import BrokerRules
from citybrain.ca.authority import Authority
from citybrain.domain.principal import Role
from citybrain.enrolment.folder import read_identity
from citybrain.identity.name import name_of, parse_name, parse_short
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock


def rules_of(
    identity: Path, districts: tuple[str, ...], denied: tuple[str, ...], authority: Path | None
) -> BrokerRules:
    """Raises `BrokerConfigError` where no district is named, `IdentityNameError` where a name is
    none, `CertificateError`, `AuthorityError`, `StoreError`, `OSError`."""
    city = read_identity(identity).name.city
    for district in districts:
        name_of(city, Role.DISTRICT, district)
    denied = tuple(parse_short(city, one).short for one in denied)
    rules = BrokerRules(districts=districts, denied=denied)
    if authority is not None:
        rules = _with_authority(rules, authority)
    if not rules.districts:
        raise BrokerConfigError(
            "no district is named, so that nobody could say anything. Give --district ID, the id in"
            " that district's configuration."
        )
    return rules


def _with_authority(rules: BrokerRules, folder: Path) -> BrokerRules:
    """`rules`, completed by what the authority in `folder` knows."""
    authority = Authority(folder, clock=SystemClock(), ids=RandomIds())
    try:
        rows = authority.store.certificates()
        good = {parse_name(row.name) for row in rows if row.revoked_at is None}
        # whose key was only replaced has a good certificate, and goes on under it
        gone = {parse_name(row.name) for row in rows} - good
        joined = tuple(sorted(name.id for name in good if name.role is Role.DISTRICT))
        return BrokerRules(
            districts=rules.districts or joined,
            denied=(*rules.denied, *sorted(name.short for name in gone)),
            revoked=authority.revoked_list(),
        )
    finally:
        authority.close()
