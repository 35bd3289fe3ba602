"""Who is who in one run: a throw-away authority in its folder, from which everybody has a name that
he can prove, and the broker's files. Serves no port.
"""

from collections.abc import Iterator
from pathlib import Path

from citybrain.broker.write import write_broker_files
from citybrain.ca.authority import Authority, IdentityPlace
from citybrain.ca.folder import make_authority
from citybrain.cli.broker.rules import rules_of
from citybrain.domain.principal import Role
from citybrain.enrolment.certificates import read_certificates
from citybrain.enrolment.folder import AUTHORITY, Identity, read_identity, write_certificate
from citybrain.enrolment.join import is_renewal_due
from citybrain.enrolment.private_files import make_private_folder, write_private
from citybrain.identity.name import name_of
from citybrain.ids import IdSource
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citysim.demo.city import DemoCity
from citysim.demo.prepare.accounts import EVERYBODY as DEMO_PEOPLE
from citysim.demo.prepare.configs import (
    BROKER,
    CITY,
    OFFICER,
    PEOPLE,
    Ports,
    RunFolder,
    identity_of,
)
from citysim.supervise.tcp_ports import LOOPBACK

NAME = "three-rivers"  # the city's in certificates


def join_all(run: RunFolder, city: DemoCity, ports: Ports, ids: IdSource) -> Ports:
    """An identity for the broker, every node and the simulated people, and the broker's files;
    returns `ports` with them. What an earlier run in this folder left goes on: nobody who was
    revoked is back.

    Raises `AuthorityError`, `StoreError`, `CertificateError`, `OSError`.
    """
    clock, address = SystemClock(), f"{LOOPBACK}:{ports.authority}"
    if not run.authority.exists():
        make_authority(run.authority, city=NAME, address=address, now=clock.now(), ids=ids)
    authority = Authority(run.authority, clock=clock, ids=ids)
    try:
        authority.move(address)
        everybody = tuple(_everybody(run, city, ports, authority.city))
        for one in everybody:
            make_private_folder(one.folder.parent)
            if one.folder.exists():
                _keep(authority, one.folder)
        authority.issue_all_here(one for one in everybody if not one.folder.exists())
    finally:
        authority.close()
    write_broker(run, ports)
    return replace(ports, identities=run.identities)


def write_broker(run: RunFolder, ports: Ports) -> None:
    """The broker's files, by what the authority knows now. Raises as `join_all`."""
    identity = identity_of(run.identities, Role.BROKER, BROKER)
    rules = rules_of(identity, (), (), run.authority)
    write_broker_files(run.broker, identity, rules, host=ports.broker_host, port=ports.broker)


def _everybody(
    run: RunFolder, city: DemoCity, ports: Ports, city_id: str
) -> Iterator[IdentityPlace]:
    def place(role: Role, name: str, folder: Path, host: str = "") -> IdentityPlace:
        # also by the loopback: where links are proxies, that is where clients connect
        hosts = sorted({host, LOOPBACK, "localhost"}) if host else ()
        return IdentityPlace(name=name_of(city_id, role, name), folder=folder, hosts=hosts)

    broker = identity_of(run.identities, Role.BROKER, BROKER)
    yield place(Role.BROKER, BROKER, broker, ports.broker_host)
    yield place(Role.CITY, CITY, run.identity(CITY), ports.city.host)
    for district in city.districts:
        host = ports.districts[district.id].host
        yield place(Role.DISTRICT, district.id, run.identity(district.id), host)
    for box in city.boxes:
        yield place(Role.BOX, box.id, run.identity(box.id))
    people = (person.identity for person in DEMO_PEOPLE)
    crews = ((Role.CREW, unit.id) for _, unit in city.units())
    for role, name in (PEOPLE, OFFICER, *people, *crews):
        yield place(role, name, identity_of(run.identities, role, name))


def _keep(authority: Authority, folder: Path) -> None:
    """What an earlier run left: the authority has another port now, and a certificate that is due
    is renewed with the key that is there, as its holder would do while it runs."""
    held, now = read_identity(folder), authority.clock.now()
    if held.authority != authority.address:
        write_private(folder / AUTHORITY, f"{authority.address}\n")
    known = authority.store.certificate(held.serial)
    if known is None or known.revoked_at is not None or not is_renewal_due(held.certificate, now):
        return
    with authority.store.transaction():
        row = authority.issue(held.name, held.key.public_key(), known.hosts, now)
    renewed = Identity(
        key=held.key,
        certificate=read_certificates(row.certificate, "the certificate just made")[0],
        issuing=held.issuing,
        root=held.root,
        authority=authority.address,
    )
    write_certificate(folder, renewed, revoked=authority.revoked_list())
