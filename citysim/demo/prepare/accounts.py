"""Who may sign in at the consoles of one run: a person or two at each, with a throw-away password
and a link that signs in once. The passwords of an earlier run in the same folder end. Prints
nothing, and keeps no password: each node has a hash of it.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from citybrain.clock import Clock, Timestamp
from citybrain.domain.principal import Role
from citybrain.enrolment.private_files import make_private_folder
from citybrain.ids import IdSource
from citybrain.people.accounts import Accounts
from citybrain.people.link_address import link_address
from citybrain.people.passwords import hash_password
from citybrain.people.store import Account, PeopleStore, ensure_store, name_key
from citybrain.structs import Struct
from citysim.demo.city import DemoCity
from citysim.demo.prepare.configs import CITY, Ports, RunFolder

GROUP = 4  # hexadecimal digits of a password between two dashes


class DemoPerson(Struct, frozen=True, kw_only=True):
    """Whoever runs the demo may be this one: at the consoles under `name`, for commands by the
    certificate of `identity`."""

    name: str
    identity: tuple[Role, str]

    @property
    def role(self) -> Role:
        return self.identity[0]


WANG_WEI = DemoPerson(name="Wang Wei", identity=(Role.DUTY_OFFICER, "wang-wei"))
LI_NA = DemoPerson(name="Li Na", identity=(Role.OPERATOR, "li-na"))
ZHAO_MIN = DemoPerson(name="Zhao Min", identity=(Role.SUPERVISOR, "zhao-min"))
EVERYBODY = (WANG_WEI, LI_NA, ZHAO_MIN)


class SignInLink(Struct, frozen=True, kw_only=True):
    """Signs in at the pages of `node`, once."""

    node: str
    person: DemoPerson
    address: str


class SignIns(Struct, frozen=True, kw_only=True):
    """How to sign in at a run's consoles. `passwords`: of each person, by name, the same at all."""

    passwords: Mapping[str, str]
    links: tuple[SignInLink, ...]

    def first_at(self, node: str) -> str:
        """The link at `node` of the person who is named first there."""
        return next(link.address for link in self.links if link.node == node)


def make_accounts(
    run: RunFolder, city: DemoCity, ports: Ports, *, language: str, clock: Clock, ids: IdSource
) -> SignIns:
    """Make each node's accounts before it starts: one without any would let everybody in. Raises
    `StoreError`, `OSError`."""
    passwords = {person.name: new_password(ids) for person in EVERYBODY}
    nodes = {
        CITY: (ports.city.web_url, (WANG_WEI,)),
        **{d.id: (ports.districts[d.id].web_url, (LI_NA, ZHAO_MIN)) for d in city.districts},
    }
    with ThreadPoolExecutor(len(nodes)) as pool:  # hashes take a core's time, files the disk's
        hashes = dict(zip(passwords, pool.map(hash_password, passwords.values()), strict=True))

        def made(node: str) -> tuple[SignInLink, ...]:
            pages, people = nodes[node]
            with _opened(run.data(node)) as store:
                accounts = Accounts(store, clock=clock, ids=ids)
                for person in people:
                    _put(store, person, hashes[person.name], clock.now())
                links = [accounts.new_sign_in_link(person.name) for person in people]
            return tuple(
                SignInLink(
                    node=node,
                    person=person,
                    address=link_address(pages, link, language=language),
                )
                for person, link in zip(people, links, strict=True)
            )

        links = tuple(link for some in pool.map(made, nodes) for link in some)
    return SignIns(passwords=passwords, links=links)


def new_password(ids: IdSource) -> str:
    """64 random bits, for a person to type once: guesses are few, and it ends with the run."""
    digits = ids.token()
    return "-".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


@contextmanager
def _opened(folder: Path) -> Iterator[PeopleStore]:
    make_private_folder(folder)
    store = PeopleStore(ensure_store(folder))
    try:
        yield store
    finally:
        store.close()


def _put(store: PeopleStore, person: DemoPerson, password_hash: str, now: Timestamp) -> None:
    """As `Accounts` would, but with one hash for all nodes: each takes a core for a while, and the
    city waits for it."""
    key = name_key(person.name)
    with store.transaction():
        if store.account(key) is None:
            store.add_account(
                Account(
                    key=key,
                    name=person.name,
                    roles=(person.role,),
                    password_hash=password_hash,
                    made_at=now,
                )
            )
        else:
            store.set_password(key, password_hash)
            store.end_sessions_of_person(key)
