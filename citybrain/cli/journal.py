"""`citybrain journal`: proves that a journal is whole, shows what is in it, and keeps it in order:
checkpoints, back-tests, archives. A node's own process writes its journal; this is upkeep."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from citybrain.cli.journal_lines import (
    backtest_json,
    backtest_line,
    backtest_summary,
    recomputed_lines,
    record_json,
    record_line,
    verified_lines,
)
from citybrain.cli.tier_cores import cores_of_journal
from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.decider import Decider
from citybrain.decider.replay.backtest import Comparison, backtest
from citybrain.decider.replay.recomputation import recompute
from citybrain.decider.rows.difference import sentences
from citybrain.errors import StoreCorruptError, StoreError
from citybrain.journal.port import Record
from citybrain.journal.sqlite import SqliteStore
from citybrain.journal.sqlite_archive import archive, described
from citybrain.journal.verification import verify_parts
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="A tier's journal: verify its chain, show, checkpoint, back-test and archive its records.",
)

EXIT_CHANGED = 3  # of `backtest`: something would be decided otherwise
PROGRESS_EVERY = 10_000  # records
LAST_RECORD = 2**63 - 1  # SQLite knows no larger number

PathArgument = Annotated[
    Path,
    typer.Argument(
        help="The journal's file, for example run/riverside/journal.db", show_default=False
    ),
]


@app.command()
def verify(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="The journal's file; with archives of it, those first, the oldest first.",
            show_default=False,
        ),
    ],
    expect: Annotated[
        str,
        typer.Option(
            help="A record's hash that was noted before: fails when the chain no longer holds it"
            " (its end was cut off)."
        ),
    ] = "",
    replay: Annotated[
        bool,
        typer.Option(
            "--replay",
            help="Decide the journal again as well, where this very code decided it, and compare"
            " states, decisions, timers and letters. For other records the hashes are all there is;"
            " it is said which.",
        ),
    ] = False,
) -> None:
    """Walk the whole hash chain, over archives and journal, and the checkpoints' texts. Exit code 1
    names the first record, text or file that does not fit, or what --replay found.

    Example:  citybrain journal verify archive-2026.db run/riverside/journal.db
    """
    with ExitStack() as stack:
        parts = [
            (str(path), stack.enter_context(_reading(path, is_snapshot=replay))) for path in paths
        ]
        last = parts[-1][1].head().seq
        seen = verify_parts(parts, expect=expect, on_record=lambda r: _progress(r.seq, last))
        _end_progress(last)
        if expect and not seen.has_expected:
            raise StoreCorruptError(
                f"no record has the hash {expect}: the journal was cut off after it was noted, it"
                " is another one, or the record is in an archive that was not given."
            )
        for line in verified_lines(seen, parts[-1][1]):
            typer.echo(line)
        if replay:
            _replay(parts[-1][1])


def _replay(store: SqliteStore) -> None:
    cores = cores_of_journal(store, command="journal verify")
    if cores is None:
        return
    last = store.head().seq
    found = recompute(cores, store, on_record=lambda record: _progress(record.seq, last))
    _end_progress(last)
    for line in recomputed_lines(found):
        typer.echo(line)
    if found.faults:
        raise StoreCorruptError(
            f"the hashes fit, and what the records lead to is not what is stored"
            f" ({len(found.faults)} differences, above): the journal was forged, or its rows were"
            " altered. Restore it from a backup."
        )


@app.command()
def show(
    path: PathArgument,
    after: Annotated[
        int, typer.Option(min=0, max=LAST_RECORD, help="Begin after this record.")
    ] = 0,
    kind: Annotated[str, typer.Option(help="Only records of this kind.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most this many.")] = 50,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, whole, with hashes.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Do not cut long payloads.")] = False,
) -> None:
    """Print records of a journal or an archive as readable lines, oldest first.

    Example:  citybrain journal show run/city/journal.db --kind timer_fired --limit 10
    """
    with _reading(path) as store:
        shown = 0
        for record in store.records(after=after):
            if kind and record.kind != kind:
                continue
            typer.echo(record_json(record) if as_json else record_line(record, full=full))
            shown += 1
            if shown == limit:
                break
        if not shown:
            typer.echo(f"no records {f'of kind {kind} ' if kind else ''}after {after}", err=True)


@app.command()
def checkpoint(path: PathArgument) -> None:
    """Make a checkpoint at the journal's end, so that another version may start from it. Stop the
    node first, and use the version that wrote the last records.

    Orderly stops do this by themselves: it is for a node that was killed before an upgrade, and for
    a checkpoint whose text was damaged, which is made anew from the one before.

    Example:  citybrain journal checkpoint run/riverside/journal.db
    """
    _must_exist(path)
    store = SqliteStore.open(path, ids=RandomIds())
    try:
        cores = cores_of_journal(store, command="journal checkpoint")
        if cores is None:
            typer.echo(f"{path} holds no records; any version may start from it.")
            return
        decider = Decider(cores, store, rebuilds=True)
        if not decider.records_since_checkpoint:
            typer.echo(f"{path} ends with a checkpoint already, at record {decider.head.seq}.")
            return
        clock = SystemClock()
        clock.resume_after(_last_at(store))
        made = decider.checkpoint(clock.now())
        typer.echo(
            f"{path}: record {decider.head.seq} is a checkpoint of the state after record"
            f" {made.after}. Another version may start from it."
        )
        if decider.rows_found.unchecked:
            typer.echo(f"{path}: not checked: {decider.rows_found.unchecked}", err=True)
        if decider.rows_found.correction is not None:
            typer.echo(f"{path}: put right: {'; '.join(sentences(decider.rows_found.correction))}")
    finally:
        store.close()


@app.command("backtest")
def backtest_command(
    path: PathArgument,
    show_all: Annotated[bool, typer.Option("--all", help="Show every record.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Report what this version would have decided otherwise, record by record. Reads only; the
    journal may be live. Exit code 0: all alike; 3: something would change.

    Records before the first checkpoint whose text is kept are shown as unknown in a journal that
    was cut: the state that they met is in an archive.

    Example:  citybrain journal backtest run/riverside/journal.db
    """
    with _reading(path) as store:
        cores = cores_of_journal(store, command="journal backtest")
        if cores is None:
            typer.echo(f"{path} holds no records.", err=True)
            return
        counts: Counter[Comparison] = Counter()
        for tested in backtest(cores, store):
            counts[tested.outcome] += 1
            if show_all or tested.outcome in (Comparison.CHANGED, Comparison.UNDECIDABLE):
                typer.echo(backtest_json(tested) if as_json else backtest_line(tested))
        typer.echo(backtest_summary(counts), err=as_json)
    if counts[Comparison.CHANGED] or counts[Comparison.UNDECIDABLE]:
        raise typer.Exit(EXIT_CHANGED)


@app.command("archive")
def archive_command(
    path: PathArgument,
    before: Annotated[
        datetime,
        typer.Option(help="Archive what is older than this day (UTC).", formats=["%Y-%m-%d"]),
    ],
    to: Annotated[Path, typer.Option(help="The new file for the archived records.")],
) -> None:
    """Move old records into an archive: the journal is cut at the newest checkpoint of before that
    day. The node may be up. Chain, numbers and duplicates' memory go on; the journal's file keeps
    its size and uses the freed space again.

    A call that was interrupted is ended by the same call. Nothing to archive is no error, so that a
    timer may run it.

    Example:  citybrain journal archive run/riverside/journal.db --before 2026-01-01 --to 2025.db
    """
    _must_exist(path)
    at = Timestamp(round(before.replace(tzinfo=UTC).timestamp() * SECOND_US))
    archived = archive(path, before=at, to=to, on_progress=_progress)
    typer.echo(described(archived, to, at))


@app.command()
def restored(path: PathArgument) -> None:
    """Say that this store was restored from a backup: it gets another epoch. Stop its node first;
    start it afterwards.

    Without this its peers take what it says anew for what they know already. With it they exchange
    what they hold, and each owner's word stands. Its units' assignment numbers go up, so that
    crews' devices do not take their next orders for old ones.

    Example:  citybrain journal restored run/riverside/journal.db
    """
    _must_exist(
        path, cure="Copy the backup there first (journal.db, with its -wal file if it has one)."
    )
    store = SqliteStore.open(path, ids=RandomIds())
    try:
        before = store.epoch()
        after = store.renew_epoch(ids=RandomIds())
        typer.echo(
            f"{path} stands at record {store.head().seq}. Its epoch was {before} and is {after}"
            " from now on."
        )
        typer.echo(
            "Start its node: it journals the new epoch first, and exchanges with its peers what"
            " they hold."
        )
    finally:
        store.close()


@contextmanager
def _reading(path: Path, *, is_snapshot: bool = False) -> Iterator[SqliteStore]:
    store = SqliteStore.open_readonly(path, is_snapshot=is_snapshot)
    try:
        yield store
    finally:
        store.close()


def _must_exist(path: Path, *, cure: str = "Give the path of a journal.") -> None:
    if not path.exists():
        raise StoreError(f"there is no store at {path}. {cure}")


def _last_at(store: SqliteStore) -> Timestamp:
    last: Record | None = next(store.records(after=store.head().seq - 1), None)
    return last.at if last is not None else Timestamp(0)


def _progress(done: int, of: int) -> None:
    if done % PROGRESS_EVERY == 0:
        typer.echo(f"{done} of {of} records\r", err=True, nl=False)  # what comes next replaces it


def _end_progress(of: int) -> None:
    if of >= PROGRESS_EVERY:
        typer.echo("", err=True)
