"""Who may sign in at the consoles of one run: a person or two at each, with a throw-away password
and a link that signs in once. The passwords of an earlier run in the same folder end. Prints
nothing, and keeps no password: each node has a hash of it.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from citybrain.clock import Clock
from citybrain.domain.principal import Role
from citybrain.enrolment.private_files import make_private_folder
from citybrain.ids import IdSource
from citybrain.people.accounts import Accounts
from citybrain.people.link_address import link_address
from citybrain.people.store import PeopleStore, ensure_store, name_key
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

    def made(node: str, pages: str, people: tuple[DemoPerson, ...]) -> Iterator[SignInLink]:
        folder = run.data(node)
        make_private_folder(folder)
        store = PeopleStore(ensure_store(folder))
        try:
            accounts = Accounts(store, clock=clock, ids=ids)
            for person in people:
                _ensure(store, accounts, person, passwords[person.name])
                secret = accounts.new_sign_in_link(person.name)
                address = link_address(pages, secret, language=language)
                yield SignInLink(node=node, person=person, address=address)
        finally:
            store.close()

    nodes = {
        CITY: (ports.city.web_url, (WANG_WEI,)),
        **{d.id: (ports.districts[d.id].web_url, (LI_NA, ZHAO_MIN)) for d in city.districts},
    }
    with ThreadPoolExecutor(len(nodes)) as pool:  # most of the time is the disk's
        links = pool.map(lambda node: tuple(made(node, *nodes[node])), nodes)
        return SignIns(passwords=passwords, links=tuple(link for some in links for link in some))


def new_password(ids: IdSource) -> str:
    """64 random bits, for a person to type once: guesses are few, and it ends with the run."""
    digits = ids.token()
    return "-".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def _ensure(store: PeopleStore, accounts: Accounts, person: DemoPerson, password: str) -> None:
    if store.account(name_key(person.name)) is None:
        accounts.add(person.name, (person.role,), password)
    else:
        accounts.set_password(person.name, password)
