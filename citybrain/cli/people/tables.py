"""What `citybrain people list` and `sessions` print."""

from collections import Counter
from collections.abc import Iterable

from rich import box
from rich.markup import escape
from rich.table import Table

from citybrain.clock import iso
from citybrain.people.store import Account, FederatedPerson, Session, Token


def accounts_table(accounts: Iterable[Account], sessions: Iterable[Session]) -> Table:
    """Who may sign in, as what, and on how many browsers each is."""
    table, count = _table("people", "name", "roles", "since", "sessions"), Counter[str]()
    count.update(session.key for session in sessions if not session.is_device)
    for one in accounts:
        roles = ", ".join(one.roles)
        table.add_row(escape(one.name), roles, iso(one.made_at), str(count[one.key]))
    return table


def federated_table(people: Iterable[FederatedPerson], sessions: Iterable[Session]) -> Table:
    """Who signed in at a provider outside, as what the last time."""
    table = _table("people of a provider outside", "name", "roles", "issuer", "last", "sessions")
    count = Counter(session.key for session in sessions)
    for one in people:
        roles, last = ", ".join(one.roles), iso(one.signed_in_at)
        table.add_row(escape(one.name), roles, escape(one.issuer), last, str(count[one.key]))
    return table


def tokens_table(tokens: Iterable[Token]) -> Table:
    """The programs that have a token."""
    table = _table("tokens of programs", "name", "role", "since")
    for one in tokens:
        table.add_row(escape(one.name), one.role, iso(one.made_at))
    return table


def sessions_table(
    sessions: Iterable[Session], accounts: Iterable[Account], federated: Iterable[FederatedPerson]
) -> Table:
    """Who is signed in."""
    names = {account.key: account.name for account in accounts}
    names |= {person.key: person.name for person in federated}
    table = _table("sessions", "who", "since", "last used")
    for one in sessions:
        who = f"phone of {one.unit}" if one.is_device else names.get(one.key, one.key)
        table.add_row(escape(who), iso(one.begun_at), iso(one.used_at))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(box=box.SIMPLE, title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
