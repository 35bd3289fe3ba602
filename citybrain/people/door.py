"""The door of one node for whoever comes by HTTP: accounts, sessions, sign-in and the watch over
open streams, as one thing to hand to its pages.

Without any account or provider outside nobody signs in (lab mode): a node is then served on
loopback only, and whoever reaches it does as he likes.
"""

import ipaddress
from pathlib import Path

from citybrain.clock import Clock
from citybrain.config.fields import split_address
from citybrain.domain.principal import Principal
from citybrain.errors import ConfigError, ConfigProblem
from citybrain.ids import IdSource
from citybrain.people.accounts import Accounts
from citybrain.people.oidc.settings import OidcSettings
from citybrain.people.oidc.sign_in import OidcSignIn
from citybrain.people.session_watch import SessionWatch
from citybrain.people.sessions import Sessions
from citybrain.people.sign_in import Count, SignIn
from citybrain.people.store import FILE, PeopleStore, ensure_store, name_key
from citybrain.refusal_log import RefusalLog


class PeopleDoor:
    """Open it with `open_door`, and `close` it with the node."""

    def __init__(
        self,
        store: PeopleStore,
        *,
        node: str,
        is_loopback: bool,
        clock: Clock,
        ids: IdSource,
        count: Count,
        oidc: OidcSettings | None = None,
    ) -> None:
        """`node` tells the cookies of several nodes of one machine apart. `count` is called with
        what became of each sign-in, and with the reason of each refusal. `oidc`: the provider at
        which people sign in, too."""
        self.store, self._is_loopback = store, is_loopback  # the store: of what sessions have, too
        self.node, self.count = node, count
        self.refused = RefusalLog(clock)  # of those who proved who they are
        rules = "" if oidc is None else oidc.rules
        self.accounts = Accounts(store, clock=clock, ids=ids)
        self.sessions = Sessions(store, clock=clock, ids=ids, rules=rules)
        self.sign_in = SignIn(store, self.sessions, clock=clock, count=count)
        self.oidc: OidcSignIn | None = None
        if oidc is not None:
            self.oidc = OidcSignIn(oidc, store, self.sessions, clock=clock, ids=ids, count=count)
        self.watch = SessionWatch(store, self.sessions, is_lab=lambda: self.is_lab, clock=clock)

    @property
    def is_lab(self) -> bool:
        """Whether nobody signs in here. An account that is added ends it, whatever is open."""
        if not self._is_loopback or self.oidc is not None:
            return False
        return self.store.account_count() == 0

    def person(self, name: str) -> Principal | None:
        """Who signs in here under that name, without a role where nobody does; None: nobody signs
        in here at all."""
        if self.is_lab:
            return None
        key = name_key(name)
        found = self.store.account(key) or self.store.federated_named(key)
        return Principal(name=name, roles=() if found is None else found.roles)

    def close(self) -> None:
        self.sign_in.close()
        if self.oidc is not None:
            self.oidc.close()
        self.store.close()


def open_door(
    folder: Path,
    *,
    node: str,
    address: str,
    clock: Clock,
    ids: IdSource,
    count: Count,
    oidc: OidcSettings | None = None,
) -> PeopleDoor:
    """The door of the node with this data folder, whose pages are served on `address`. Raises
    `ConfigError` where anybody could come in from outside, and `StoreError`."""
    ensure_not_open(folder, address, oidc)
    return PeopleDoor(
        PeopleStore(ensure_store(folder)),
        node=node,
        is_loopback=is_loopback(address),
        clock=clock,
        ids=ids,
        count=count,
        oidc=oidc,
    )


def ensure_not_open(
    folder: Path,
    address: str | None,
    provider: OidcSettings | None = None,
    *,
    configuration: str = "the configuration",
) -> None:
    """Raise `ConfigError` where pages on `address` would be open to everybody; None: there are
    none. `provider`: people sign in there."""
    problem = None if provider is not None else _open_door_problem(folder, address)
    if problem is not None:
        raise ConfigError(configuration, (problem,))


def _open_door_problem(folder: Path, address: str | None) -> ConfigProblem | None:
    """What is wrong with serving pages on `address`: without accounts they are this machine's own
    alone."""
    if address is None or is_loopback(address) or _has_accounts(folder):
        return None
    port = split_address(address)[1]
    return ConfigProblem(
        key="listen.web",
        problem=f"{address} is reached from outside, and nobody has an account here",
        remedy=(
            f"Add the first: citybrain people add NAME --role admin --data {folder}. Or serve"
            f' this machine alone: web = "127.0.0.1:{port}".'
        ),
    )


def is_loopback(address: str) -> bool:
    """Whether "host:port" is reached from this machine alone."""
    host = split_address(address)[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _has_accounts(folder: Path) -> bool:
    path = folder / FILE
    if not path.exists():
        return False
    store = PeopleStore(path)
    try:
        return store.account_count() > 0
    finally:
        store.close()
