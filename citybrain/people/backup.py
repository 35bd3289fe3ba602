"""The accounts of a node's people, as they go into a backup. Sessions, programs' tokens and crews'
links do not: one that was ended since would let somebody in again.
"""

from pathlib import Path

from citybrain.people.store import FILE, PeopleStore, ensure_store


def copy_accounts(data: Path, to: Path) -> None:
    """Put a file with the accounts of the node in the folder `data` into the folder `to`; none
    where it has none. The node may be up. Raises `StoreError`, `OSError`."""
    if not (data / FILE).exists():
        return
    source = PeopleStore(data / FILE)
    try:
        accounts = source.accounts()
    finally:
        source.close()
    copy = PeopleStore(ensure_store(to))
    try:
        with copy.transaction():
            for account in accounts:
                copy.add_account(account)
    finally:
        copy.close()
