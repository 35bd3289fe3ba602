"""The certificates of one run: nodes that listen beyond their own machine prove who they are, and
so do the people who call them. A throw-away authority in the run's folder issues them.
"""

from pathlib import Path

from citybrain.ca.authority import Authority
from citybrain.ca.folder import make_authority
from citybrain.domain.principal import Role
from citybrain.identity.name import name_of
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citysim.demo.prepare.configs import CITY, OFFICER, PEOPLE, Ports, identity_of

NAME = "chaos"  # of the city in the certificates' names
NO_PORT = "127.0.0.1:7443"  # the authority's address: nobody joins or renews in a run


def issue_identities(folder: Path, ports: Ports) -> Path:
    """An identity for every node of `ports` and for the simulated people, below the returned
    folder, as `identity_of` names them. Raises `AuthorityError` and `OSError`."""
    clock, ids = SystemClock(), RandomIds()
    made_at, issued = folder / "authority", folder / "identities"
    make_authority(made_at, city=NAME, address=NO_PORT, now=clock.now(), ids=ids)
    authority = Authority(made_at, clock=clock, ids=ids)
    try:
        servers = {(Role.CITY, CITY): ports.city.host} | {
            (Role.DISTRICT, name): listen.host for name, listen in ports.districts.items()
        }
        for (role, name), host in servers.items():
            # also by the loopback: where links are proxies, that is where clients connect
            hosts = sorted({host, "127.0.0.1"})
            who = name_of(NAME, role, name)
            authority.issue_here(who, identity_of(issued, role, name), hosts=hosts)
        for role, name in (PEOPLE, OFFICER):
            who = name_of(NAME, role, name)
            authority.issue_here(who, identity_of(issued, role, name))
    finally:
        authority.close()
    return issued
