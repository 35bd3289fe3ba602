"""Verifies a journal, or the archives before it and the journal, as one chain. Writes nothing."""

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256

from citybrain.errors import ArchiveMismatchError, StoreCorruptError
from citybrain.journal import chain
from citybrain.journal.checkpoint import checkpoint_in
from citybrain.journal.port import CHECKPOINT_KIND, Head, Record, Store
from citybrain.structs import Struct, replace

OnRecord = Callable[[Record], None]
HASH_SHOWN = 12  # characters, to a person
ANEW = "Make it anew, with the version that wrote it: citybrain journal checkpoint PATH."


class Verified(Struct, frozen=True, kw_only=True):
    """What was found whole. `texts` counts the checkpoints whose text is there and fits."""

    begins_after: Head
    head: Head
    kinds: tuple[tuple[str, int], ...] = ()
    checkpoints: int = 0
    texts: int = 0
    first: Record | None = None
    last: Record | None = None
    has_expected: bool = False


def verify_parts(
    parts: Sequence[tuple[str, Store]], *, expect: str = "", on_record: OnRecord = lambda _: None
) -> Verified:
    """Walk `parts` (name and store, the oldest first) as one chain. Raises `ArchiveMismatchError`
    where two are no neighbours, `StoreCorruptError` naming the first record or text that does not
    fit. `expect` is the hash of a record that must be there."""
    base = parts[0][1].base()
    seen = Verified(begins_after=base, head=base)
    kinds: Counter[str] = Counter()
    for (name, store), before in zip(parts, [None, *parts], strict=False):
        if before is not None and store.base() != seen.head:
            raise _no_neighbours(before[0], seen.head, name, store.base())
        for record in chain.checked(store.records(after=seen.head.seq), seen.head):
            kinds[record.kind] += 1
            seen = replace(
                seen,
                head=record.head,
                first=seen.first or record,
                last=record,
                has_expected=seen.has_expected or record.hash == expect,
            )
            if record.kind == CHECKPOINT_KIND:
                copies = sum(_has_whole_text(record, part, name) for name, part in parts)
                texts = seen.texts + (copies > 0)
                seen = replace(seen, checkpoints=seen.checkpoints + 1, texts=texts)
            on_record(record)
    last = parts[-1][1]
    if not last.is_archive():  # no node starts from that one
        check_newest_text(last)
    return replace(seen, kinds=tuple(sorted(kinds.items())))


def check_newest_text(store: Store) -> None:
    """Raise `StoreCorruptError` where the text that a start would read is missing or altered."""
    for record in store.checkpoints(limit=1):
        if not _has_whole_text(record, store, "the journal"):
            raise StoreCorruptError(
                f"the records are whole, but the text of the newest checkpoint, at record"
                f" {record.seq}, is missing. A start would refuse it. {ANEW}"
            )


def _has_whole_text(record: Record, store: Store, name: str) -> bool:
    """Whether `store` holds the texts of a checkpoint, that of the state and, but for an archive,
    that of timers and letters; raises `StoreCorruptError` where one was altered."""
    named = checkpoint_in(record)
    rows_hash = "" if store.is_archive() else named.rows_hash
    return all(
        _is_whole(text_hash, record, store, name)
        for text_hash in (named.state_hash, rows_hash)
        if text_hash
    )


def _is_whole(wanted: str, record: Record, store: Store, name: str) -> bool:
    text = store.text(wanted)
    if text is None or sha256(text).hexdigest() == wanted:
        return text is not None
    cure = "Restore that file from a backup." if store.is_archive() else ANEW
    raise StoreCorruptError(
        f"the records are whole, but the text of the checkpoint at record {record.seq} was altered:"
        f" in {name} it does not match the hash in the chain. {cure}"
    )


def _no_neighbours(before: str, ends: Head, name: str, begins_after: Head) -> ArchiveMismatchError:
    return ArchiveMismatchError(
        f"{name} does not follow {before}: {before} ends at record {ends.seq}"
        f" ({ends.hash[:HASH_SHOWN]}), and {name} begins behind record {begins_after.seq}"
        f" ({begins_after.hash[:HASH_SHOWN]}). Give every part of one journal, the oldest first."
    )
