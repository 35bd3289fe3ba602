"""`citybrain journal`: proves that a journal is whole, shows what is in it, and marks a store as restored. All but the last only read."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from citybrain.clock import iso
from citybrain.errors import StoreCorruptError, StoreError
from citybrain.ids import RandomIds
from citybrain.journal import chain
from citybrain.journal.port import GENESIS, Head, Record
from citybrain.journal.sqlite import SqliteStore

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="A tier's journal: verify its hash chain, show its records, mark it as restored.",
)

LINE_CHARACTERS = 160  # of a payload on a screen; --full shows all
PROGRESS_EVERY = 10_000  # records

PathArgument = Annotated[
    Path,
    typer.Argument(
        help="The journal's file, for example run/riverside/journal.db", show_default=False
    ),
]


@app.command()
def verify(
    path: PathArgument,
    expect: Annotated[
        str,
        typer.Option(
            help="A record's hash that was noted before: fails when the journal no longer holds it (its end was cut off)."
        ),
    ] = "",
) -> None:
    """Walk the whole hash chain and the snapshot. Exit code 1 names the first record that does not fit.

    Example:  citybrain journal verify run/riverside/journal.db
    """
    store = SqliteStore.open_readonly(path)
    try:
        seen = _Seen(expect)
        head = chain.verify(
            seen.watch(store.records(), of=store.head().seq), Head(seq=0, hash=GENESIS)
        )
        if expect and not seen.found_expected:
            raise StoreCorruptError(
                f"no record has the hash {expect}: the journal was cut off after it was noted, or is another one."
            )
        snapshot = store.snapshot()
        if snapshot is not None:
            _check_snapshot(snapshot.seq, snapshot.payload, snapshot.hash, head)
        waiting = {peer: store.next_position(peer) - 1 for peer in store.peers()}
        typer.echo(f"whole: {head.seq} records, head {head.hash}")
        before = store.epoch_before()
        typer.echo(
            f"store epoch {store.epoch()}"
            + (f" (restored; before: {before})" if before else "")
            + (
                f", from {iso(seen.first.at)} to {iso(seen.last.at)}"
                if seen.first and seen.last
                else ""
            )
        )
        for kind, count in sorted(seen.kinds.items()):
            typer.echo(f"  {count:>10}  {kind}")
        typer.echo(
            f"snapshot at record {snapshot.seq}, {len(snapshot.payload)} bytes, hash fits"
            if snapshot
            else "no snapshot"
        )
        typer.echo(
            f"letters wait for {', '.join(sorted(waiting))}" if waiting else "no letters wait"
        )
    finally:
        store.close()


@app.command()
def show(
    path: PathArgument,
    after: Annotated[int, typer.Option(min=0, help="Begin after this record.")] = 0,
    kind: Annotated[str, typer.Option(help="Only records of this kind.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most this many.")] = 50,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, whole, with hashes.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Do not cut long payloads.")] = False,
) -> None:
    """Print records as readable lines, oldest first.

    Example:  citybrain journal show run/city/journal.db --kind timer_fired --limit 10
    """
    store = SqliteStore.open_readonly(path)
    try:
        shown = 0
        for record in store.records(after=after):
            if kind and record.kind != kind:
                continue
            typer.echo(_as_json(record) if as_json else _line(record, full=full))
            shown += 1
            if shown == limit:
                break
        if not shown:
            typer.echo(f"no records {f'of kind {kind} ' if kind else ''}after {after}", err=True)
    finally:
        store.close()


@app.command()
def restored(path: PathArgument) -> None:
    """Say that this store was put back from a backup: it gets another epoch. Stop its node first; start it afterwards.

    Without this its peers take what it says anew for what they know already. With it they tell each other again what they hold, and each owner's word stands.
    Its units' assignment numbers go up, so that crews' devices do not take their next orders for old ones.

    Example:  citybrain journal restored run/riverside/journal.db
    """
    if not path.exists():
        raise StoreError(
            f"there is no store at {path}. Copy the backup there first (journal.db, with its -wal file if it has one)."
        )
    store = SqliteStore.open(path, ids=RandomIds())
    try:
        before = store.epoch()
        after = store.renew_epoch(ids=RandomIds())
        typer.echo(
            f"{path} stands at record {store.head().seq}. Its epoch was {before} and is {after} from now on."
        )
        typer.echo(
            "Start its node: it journals the new epoch first, and its peers and it tell each other what they hold."
        )
    finally:
        store.close()


class _Seen:
    """What went by while a chain was walked."""

    def __init__(self, expect: str) -> None:
        self._expect = expect
        self.kinds: Counter[str] = Counter()
        self.first: Record | None = None
        self.last: Record | None = None
        self.found_expected = False

    def watch(self, records: Iterator[Record], *, of: int) -> Iterator[Record]:
        for record in records:
            yield record
            self.first, self.last = self.first or record, record
            self.kinds[record.kind] += 1
            self.found_expected = self.found_expected or record.hash == self._expect
            if record.seq % PROGRESS_EVERY == 0:
                typer.echo(f"\r{record.seq} of {of} records", err=True, nl=False)
        if of >= PROGRESS_EVERY:
            typer.echo("", err=True)


def _check_snapshot(seq: int, payload: bytes, hashed: str, head: Head) -> None:
    if hashlib.sha256(payload).hexdigest() != hashed:
        raise StoreCorruptError(
            f"the records are whole, but the snapshot at record {seq} does not match its hash. A start would refuse it."
        )
    if seq > head.seq:
        raise StoreCorruptError(
            f"the snapshot was taken after record {seq}, but the journal ends at {head.seq}: records are missing at its end."
        )


def _line(record: Record, *, full: bool) -> str:
    payload = record.payload.decode("utf-8", errors="replace")
    if not full and len(payload) > LINE_CHARACTERS:
        payload = payload[: LINE_CHARACTERS - 1] + "…"
    return f"{record.seq:>8}  {iso(record.at)[:19]}  {record.kind:<16}  {payload}"


def _as_json(record: Record) -> str:
    values = {
        "seq": record.seq,
        "at": iso(record.at),
        "at_us": record.at,
        "kind": record.kind,
        "hash": record.hash,
        "prev_hash": record.prev_hash,
    }
    try:
        payload = json.loads(record.payload)
    except ValueError:
        payload = record.payload.decode("utf-8", errors="replace")
    return json.dumps(
        {**values, "commands_digest": record.commands_digest, "payload": payload},
        ensure_ascii=False,
    )
