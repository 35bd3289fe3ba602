"""Whom a broker serves, from what an operator said and what an authority on this machine knows."""

from pathlib import Path

from citybrain.broker.acl import SensorReader
from citybrain.broker.errors import BrokerConfigError
from citybrain.broker.write import BrokerRules
from citybrain.ca.authority import Authority
from citybrain.domain.principal import Role
from citybrain.enrolment.folder import read_identity
from citybrain.identity.name import name_of, parse_name, parse_short
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock


def rules_of(
    identity: Path,
    districts: tuple[str, ...],
    denied: tuple[str, ...],
    authority: Path | None,
    readers: tuple[str, ...] = (),
) -> BrokerRules:
    """`readers`: `BOX=SENSOR` each. Raises `BrokerConfigError` where no district is named,
    `IdentityNameError` where a name is none, `CertificateError`, `AuthorityError`, `StoreError`,
    `OSError`."""
    city = read_identity(identity).name.city
    for district in districts:
        name_of(city, Role.DISTRICT, district)
    denied = tuple(parse_short(city, one).short for one in denied)
    read = tuple(_reader(city, one) for one in readers)
    rules = BrokerRules(districts=districts, denied=denied, readers=read)
    if authority is not None:
        rules = _with_authority(rules, authority)
    if not rules.districts:
        raise BrokerConfigError(
            "no district is named, so that nobody could say anything. Give --district ID, the id in"
            " that district's configuration."
        )
    return rules


def _reader(city: str, text: str) -> SensorReader:
    box, equals, sensor = text.partition("=")
    if not equals:
        raise BrokerConfigError(
            f"{ascii(text)[:80]} is not BOX=SENSOR, for example box-a1=level-1: the box that reads,"
            " and the sensor that it reads."
        )
    return SensorReader(
        box=name_of(city, Role.BOX, box).id, sensor=name_of(city, Role.SENSOR, sensor).id
    )


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
            readers=rules.readers,
        )
    finally:
        authority.close()
