"""The file of people of a node's data folder, opened for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from citybrain.data_folder import FOLDER_MODE
from citybrain.domain.principal import Role
from citybrain.errors import CityBrainError
from citybrain.people.accounts import Accounts
from citybrain.people.errors import PeopleError
from citybrain.people.store import PeopleStore, ensure_store
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock


class NoDataFolderError(CityBrainError):
    """A folder that no node has begun."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} is no folder. Give the node's data_dir, as its configuration names it;"
            " `people add` makes it for a node that is still to be started, in a folder that there"
            " is."
        )


@contextmanager
def opened_store(folder: Path) -> Iterator[PeopleStore]:
    """The store of the node with this data folder, made where there is none. Raises
    `NoDataFolderError`, `StoreError`."""
    if not folder.is_dir():
        raise NoDataFolderError(folder)
    store = PeopleStore(ensure_store(folder))
    try:
        yield store
    finally:
        store.close()


@contextmanager
def opened(folder: Path, *, is_made: bool = False) -> Iterator[Accounts]:
    """The accounts there; raises as `opened_store`. `is_made`: the folder is made where it is
    missing, for a node that was never started."""
    if is_made and folder.parent.is_dir():
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    with opened_store(folder) as store:
        yield Accounts(store, clock=SystemClock(), ids=RandomIds())


def role_of(word: str) -> Role:
    """The role of a word of the command line; raises `PeopleError`."""
    value = word.strip().lower().replace("-", "_")
    if value not in {role.value for role in Role}:
        raise PeopleError(f"there is no role {word!r}. See --help for those there are.")
    return Role(value)
