"""The checkpoint: a record of the chain that names a state, whose text lies beside the records.

It says: after record `after`, decided by the code that the checkpoint's own record names, the
canonical text of the state has this hash, and that of the timers and letters another. The texts are
made beside the commit thread from frozen values, so records may stand between `after` and the
checkpoint; they are of the same code.
Each code makes one before its first record, so that a checkpoint stands wherever the deciding code
changes.
"""

from collections.abc import Iterable

from citybrain.formats import Format
from citybrain.journal.port import Record
from citybrain.structs import Struct


class Checkpoint(Struct, frozen=True, kw_only=True):
    """No core sees it, and it changes no state."""

    after: int  # the state is the one after this record
    state_version: int
    state_hash: str  # SHA-256 of the canonical text
    rows_version: int = 0
    rows_hash: str = ""  # of the text of timers and letters; "": of a version that kept none


CHECKPOINT_FORMAT = Format(Checkpoint)


def checkpoint_in(record: Record) -> Checkpoint:
    """What a record of kind `CHECKPOINT_KIND` holds; raises as `Format.decode`."""
    return CHECKPOINT_FORMAT.decode(record.payload, record.version)


def covered_by(checkpoint: Checkpoint, seq: int) -> int:
    """Up to where nothing need be replayed once `checkpoint` is record `seq`."""
    return seq if checkpoint.after == seq - 1 else checkpoint.after


def named_texts(checkpoints: Iterable[Record]) -> frozenset[str]:
    """The hashes of the texts that `checkpoints` name."""
    named = [checkpoint_in(record) for record in checkpoints]
    return frozenset(text for one in named for text in (one.state_hash, one.rows_hash) if text)
