"""What a start finds: the newest checkpoint, and after it only records that the same code decided;
and the timers and letters that they lead to, compared with those in the store.

The past is never decided anew. Other code takes over the state that a checkpoint holds, brought to
its own version by upcasters; it is refused where records stand behind that checkpoint, because it
might decide them otherwise and the state would no longer be the one that peers and crews know.
"""

from hashlib import sha256
from typing import Any, Generic, TypeVar

from citybrain import canonical_json
from citybrain.decider.code_identity import parse_code
from citybrain.decider.command import DecisionContext
from citybrain.decider.commands_digest import commands_digest
from citybrain.decider.cores import Cores
from citybrain.decider.rows.correction import CORRECTION_KIND
from citybrain.decider.rows.difference import RowsFound
from citybrain.decider.rows.kept import KEPT_FORMAT, NOTHING
from citybrain.decider.rows.node_rows import NodeRows
from citybrain.decider.rows.rows_replay import RowsReplay
from citybrain.decider.state_text import StateText
from citybrain.decider.takeover import check_letters, taken_over
from citybrain.errors import (
    StoreCorruptError,
    UncheckpointedRecordsError,
    UpgradeError,
)
from citybrain.journal import chain
from citybrain.journal.checkpoint import Checkpoint, checkpoint_in, covered_by
from citybrain.journal.port import (
    BEGINNING,
    CHECKPOINT_KIND,
    TEXTS_MAX,
    Head,
    Record,
    Store,
)
from citybrain.structs import Struct, replace

S = TypeVar("S")

CURE = (
    "start and stop the old version once, or: citybrain journal checkpoint PATH, with the old"
    " version"
)


class Divergence(Struct, frozen=True, kw_only=True):
    """The first record that a replay by the same code decided otherwise: a broken law."""

    seq: int
    kind: str


class Recovered(Struct, Generic[S], frozen=True, kw_only=True):
    """The state after the journal's last record. `covered` is the last record that a start need not
    replay; `takeover` is the text of the state where other code had left it."""

    state: S
    head: Head
    covered: int
    rows: NodeRows
    found: RowsFound = RowsFound()
    takeover: StateText | None = None
    divergence: Divergence | None = None


class _Start(Struct, Generic[S], frozen=True, kw_only=True):
    """Where the replay begins. `proven` are states that it must pass, by the record before them."""

    state: S
    after: Head
    covered: int
    rows: RowsReplay
    takeover: StateText | None = None
    proven: dict[int, str]


def recover(cores: Cores[S], store: Store, *, rebuilds: bool = False) -> Recovered[S]:
    """The state that `store` leads to; raises `UpgradeError` where this code must not take it over,
    `StoreCorruptError` where chain, checkpoint and text do not fit. Reads only.

    `rebuilds`: a checkpoint whose text is damaged or lost is passed over for the one before (or the
    journal's beginning), and the replay must lead to the state that it named.
    """
    _check_tier(cores, store)
    start = _rebuilding_start(cores, store) if rebuilds else _start(cores, store)
    state, head, divergence = start.state, start.after, None
    for record in chain.checked(store.records(after=start.after.seq), start.after):
        if record.kind == CORRECTION_KIND:
            start.rows.corrected(_decoded(cores, record))
        elif record.kind != CHECKPOINT_KIND:
            if record.code != cores.code:
                raise _uncheckpointed(cores, record, store)
            state, is_same = _replayed(cores, state, record, start.rows)
            if not is_same and divergence is None:
                divergence = Divergence(seq=record.seq, kind=record.kind)
        head = record.head
        expected = start.proven.get(record.seq)
        if expected is not None and canonical_json.digest(state) != expected:
            raise StoreCorruptError(
                f"the records up to {record.seq} do not lead to the state that the checkpoint there"
                " names. Restore the journal from a backup."
            )
    if head != store.head():
        raise StoreCorruptError(
            f"the journal ends at record {store.head().seq}, and its chain at {head.seq}."
        )
    found = start.rows.found(store, is_divergent=divergence is not None)
    return Recovered(
        state=state,
        head=head,
        covered=start.covered,
        rows=start.rows.rows,
        found=found,
        takeover=start.takeover,
        divergence=divergence,
    )


def verified_text(store: Store, record: Record, checkpoint: Checkpoint) -> bytes:
    """The text of the state beside the checkpoint `record`; raises `StoreCorruptError` where it is
    gone or was altered."""
    return _verified(store, record, checkpoint.state_hash)


def _has_whole_texts(store: Store, checkpoint: Checkpoint, *, with_rows: bool) -> bool:
    """Of the state, and `with_rows` of timers and letters where it names them."""
    wanted = (checkpoint.state_hash, checkpoint.rows_hash if with_rows else "")
    return all(_is_whole(store, text_hash) for text_hash in wanted if text_hash)


def _is_whole(store: Store, text_hash: str) -> bool:
    text = store.text(text_hash)
    return text is not None and sha256(text).hexdigest() == text_hash


def _verified(store: Store, record: Record, text_hash: str) -> bytes:
    text = store.text(text_hash)
    if text is not None and sha256(text).hexdigest() == text_hash:
        return text
    fault = "is missing" if text is None else "was altered: it does not match the chain's hash"
    raise StoreCorruptError(
        f"the text of the checkpoint at record {record.seq} {fault}. Nothing was started. Make it"
        f" anew from the checkpoint before, with the version that wrote it"
        f" ({parse_code(record.code).shown}): citybrain journal checkpoint PATH. Where that is"
        " refused too, restore the journal from a backup."
    )


def _start(cores: Cores[S], store: Store) -> _Start[S]:
    newest = store.checkpoints(limit=1)
    if not newest:
        return _beginning(cores, store)
    return _from_checkpoint(cores, store, newest[0])


def _beginning(cores: Cores[S], store: Store) -> _Start[S]:
    if store.base() != BEGINNING:
        raise StoreCorruptError(
            f"this journal was cut after record {store.base().seq} and holds no checkpoint: records"
            " are missing. Restore it from a backup."
        )
    rows = RowsReplay(cores.letters, store, kept=NOTHING)
    return _Start(state=cores.initial, after=BEGINNING, covered=0, rows=rows, proven={})


def _from_checkpoint(
    cores: Cores[S], store: Store, record: Record, *, rebuilds: bool = False
) -> _Start[S]:
    checkpoint = checkpoint_in(record)
    place = _place(store, checkpoint.after, record)
    covered = covered_by(checkpoint, record.seq)
    if record.code == cores.code:
        text = verified_text(store, record, checkpoint)
        state = cores.state.decode(text, checkpoint.state_version)
        rows = _rows(cores, store, record, checkpoint, rebuilds=rebuilds)
        return _Start(state=state, after=place, covered=covered, rows=rows, proven={})
    _check_nothing_behind(cores, store, place)
    text = verified_text(store, record, checkpoint)
    state, own_text = taken_over(cores, text, checkpoint.state_version)
    check_letters(cores, store)
    return _Start(
        state=state,
        after=place,
        covered=store.head().seq,
        rows=_rows(cores, store, record, checkpoint, rebuilds=rebuilds),
        takeover=own_text,
        proven={},
    )


def _rows(
    cores: Cores[S], store: Store, record: Record, checkpoint: Checkpoint, *, rebuilds: bool
) -> RowsReplay:
    """The timers and letters that the checkpoint names."""
    if not checkpoint.rows_hash or (rebuilds and not _is_whole(store, checkpoint.rows_hash)):
        return RowsReplay(cores.letters, store, kept=None)
    text = _verified(store, record, checkpoint.rows_hash)
    kept = KEPT_FORMAT.decode(text, checkpoint.rows_version)
    return RowsReplay(cores.letters, store, kept=kept)


def _rebuilding_start(cores: Cores[S], store: Store) -> _Start[S]:
    """The newest checkpoint whose texts are whole, or the beginning; what is passed over is proven
    by the replay. Where none has whole rows, those in the store are taken at their word."""
    proven: dict[int, str] = {}
    with_rows = any(
        _has_whole_texts(store, checkpoint_in(record), with_rows=True)
        for record in store.checkpoints(limit=TEXTS_MAX)
    )
    for record in store.checkpoints(limit=TEXTS_MAX):
        checkpoint = checkpoint_in(record)
        if _has_whole_texts(store, checkpoint, with_rows=with_rows):
            is_entered = bool(proven) and record.code != cores.code
            begin = _again_taken_over if is_entered else _from_checkpoint
            start = begin(cores, store, record, rebuilds=True)
            break
        if record.code == cores.code:
            proven[checkpoint.after] = checkpoint.state_hash
    else:
        start = _beginning(cores, store)
    if not proven and with_rows:
        return start
    return replace(start, covered=start.after.seq, proven=proven)


def _again_taken_over(
    cores: Cores[S], store: Store, record: Record, *, rebuilds: bool = True
) -> _Start[S]:
    """What this code began from: the text of its own first checkpoint is damaged, and that of the
    old code before it is whole."""
    checkpoint = checkpoint_in(record)
    place = _place(store, checkpoint.after, record)
    text = verified_text(store, record, checkpoint)
    state, _ = taken_over(cores, text, checkpoint.state_version)
    rows = _rows(cores, store, record, checkpoint, rebuilds=rebuilds)
    return _Start(state=state, after=place, covered=place.seq, rows=rows, proven={})


def _check_tier(cores: Cores[S], store: Store) -> None:
    first = next(store.records(after=store.base().seq), None)
    if first is None:
        return
    tier = parse_code(first.code).tier
    if tier != cores.identity.tier:
        raise UpgradeError(
            f"this is a journal of tier {tier!r}, and this node is of tier"
            f" {cores.identity.tier!r}. Give it a data_dir of its own."
        )


def _check_nothing_behind(cores: Cores[S], store: Store, place: Head) -> None:
    for record in store.records(after=place.seq):
        if record.kind != CHECKPOINT_KIND:
            raise _uncheckpointed(cores, record, store)


def _uncheckpointed(cores: Cores[S], record: Record, store: Store) -> UncheckpointedRecordsError:
    return UncheckpointedRecordsError(
        f"records {record.seq} to {store.head().seq} stand behind the last checkpoint and were"
        f" decided by {parse_code(record.code).shown}; this is {cores.identity.shown}, which might"
        f" decide them otherwise. Nothing was started. The cure: {CURE}."
    )


def _place(store: Store, seq: int, record: Record) -> Head:
    """Record `seq` in the chain, which the checkpoint in `record` names."""
    base = store.base()
    if seq >= record.seq:  # nothing would prove the record itself
        raise StoreCorruptError(
            f"the checkpoint at record {record.seq} names the state after record {seq}, which is"
            " not before it: it was forged. Restore the journal from a backup."
        )
    if seq == base.seq:
        return base
    found = next(store.records(after=seq - 1), None)
    if seq < base.seq or found is None or found.seq != seq:
        raise StoreCorruptError(
            f"the checkpoint at record {record.seq} names the state after record {seq}, and the"
            f" journal has no such record. Restore it from a backup."
        )
    return found.head


def _replayed(cores: Cores[S], state: S, record: Record, rows: RowsReplay) -> tuple[S, bool]:
    """The state after `record`, and whether it was decided as it was when it was written."""
    context = DecisionContext(seq=record.seq, at=record.at)
    given = _decoded(cores, record)
    try:
        state, commands = cores.decide(state, given, context)
    except Exception as error:  # whatever it fails over: the start is refused by name
        raise StoreCorruptError(
            f"record {record.seq} ({record.kind}) was decided by this very code, which now fails"
            f" over it: {error!r}. Nothing was started. Install this version anew; where that does"
            " not help, restore the journal from a backup."
        ) from error
    rows.decided(given, commands, record.at)
    return state, commands_digest(commands) == record.commands_digest


def _decoded(cores: Cores[S], record: Record) -> Any:
    try:
        decoded = cores.inputs.decode(record.kind, record.version, record.payload)
    except UpgradeError as error:
        raise type(error)(f"record {record.seq} cannot be read: {error}") from error
    return decoded
