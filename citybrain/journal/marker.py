"""The marker beside a journal: a small file that remembers that a store was begun in this folder,
so that a journal that is lost is missed. Decides nothing.
"""

from pathlib import Path

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.data_folder import FILE_MODE
from citybrain.errors import MalformedError
from citybrain.ids import StoreEpoch
from citybrain.sqlite.owned_file import put_in_place
from citybrain.structs import Struct

MARKER = "store.json"


class Marker(Struct, frozen=True, kw_only=True):
    """What is remembered of the store of this folder."""

    store: StoreEpoch  # as it was when the store was first made, or first met
    begun_at: Timestamp
    doubt: str = ""  # what a peer knows of a past that this store has not, in a sentence
    is_meant: bool = False  # a person said that the beginning is: nothing makes it doubtful


UNREADABLE = Marker(store=StoreEpoch("unknown"), begun_at=Timestamp(0))


def read_marker(folder: Path) -> Marker | None:
    """The marker in `folder`; None: no store was ever begun there. One that cannot be read says
    still that there was a store."""
    try:
        return canonical_json.decode((folder / MARKER).read_bytes(), Marker)
    except FileNotFoundError:
        return None
    except (OSError, MalformedError):
        return UNREADABLE


def write_marker(folder: Path, marker: Marker) -> None:
    """Put `marker` in the place of the one before, durably; raises a `StoreError` or an `OSError`
    with that one still there."""
    made = folder / f"{MARKER}.new"
    made.touch(mode=FILE_MODE)
    made.write_bytes(canonical_json.encode(marker) + b"\n")
    put_in_place(made, folder / MARKER)
