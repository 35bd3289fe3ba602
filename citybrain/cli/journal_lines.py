"""Journal records and reports about them as lines for a terminal, or as JSON."""

import json
from typing import Any

from citybrain.clock import iso
from citybrain.decider.code_identity import parse_code
from citybrain.decider.command import Command, Post
from citybrain.decider.replay.backtest import Backtested, Comparison
from citybrain.decider.replay.recomputation import Proof, Recomputed
from citybrain.errors import UpgradeError
from citybrain.journal.checkpoint import checkpoint_in
from citybrain.journal.port import BEGINNING, CHECKPOINT_KIND, Record
from citybrain.journal.sqlite import SqliteStore
from citybrain.journal.verification import Verified

PROVED_BY = {
    Proof.RECOMPUTED: "decided again, alike",
    Proof.OTHER_CODE: "their hashes alone, since other code decided them",
    Proof.NO_STATE: "their hashes alone, since the state before them is not kept",
}
LINE_CHARACTERS = 160  # of a payload on a screen; --full shows all


def record_line(record: Record, *, full: bool) -> str:
    """One record: number, time, kind, payload."""
    payload = record.payload.decode("utf-8", errors="replace")
    if record.kind == CHECKPOINT_KIND:
        payload = f"{payload} by {parse_code(record.code).shown}"
    if not full and len(payload) > LINE_CHARACTERS:
        payload = payload[: LINE_CHARACTERS - 1] + "…"
    return f"{record.seq:>8}  {iso(record.at)[:19]}  {record.kind:<16}  {payload}"


def record_json(record: Record) -> str:
    """One record whole, with its hashes, as one JSON object."""
    values = {
        "seq": record.seq,
        "at": iso(record.at),
        "at_us": record.at,
        "kind": record.kind,
        "version": record.version,
        "code": record.code,
        "hash": record.hash,
        "prev_hash": record.prev_hash,
        "commands_digest": record.commands_digest,
    }
    return json.dumps({**values, "payload": _payload(record)}, ensure_ascii=False)


def verified_lines(seen: Verified, journal: SqliteStore) -> list[str]:
    """What `verify` found in a chain whose last part is `journal`."""
    before = journal.epoch_before()
    lines = [
        f"whole: {sum(count for _, count in seen.kinds)} records, head {seen.head.hash}",
        f"store epoch {journal.epoch()}"
        + (f" (restored; before: {before})" if before else "")
        + (
            f", from {iso(seen.first.at)} to {iso(seen.last.at)}"
            if seen.first and seen.last
            else ""
        ),
    ]
    if seen.begins_after != BEGINNING:
        lines.append(
            f"begins behind record {seen.begins_after.seq} ({seen.begins_after.hash}): what is"
            " before is in an archive, to be given before this file"
        )
    lines += [f"  {count:>10}  {kind}" for kind, count in seen.kinds]
    lines.append(_newest_checkpoint(seen, journal))
    waiting = journal.peers()
    lines.append(f"letters wait for {', '.join(waiting)}" if waiting else "no letters wait")
    return lines


def recomputed_lines(found: Recomputed) -> list[str]:
    """What `verify --replay` decided again, what it could not, and what differs."""
    lines = [
        f"records {one.first} to {one.last}: {PROVED_BY[one.proof]}"
        + (f", {parse_code(one.code).shown}" if one.proof is Proof.OTHER_CODE else "")
        for one in found.stretches
    ]
    if found.rows_since == 1:
        lines.append("timers and letters: compared, all of them")
    elif found.rows_since:
        lines.append(
            f"timers and letters: compared, from those that the checkpoint before record"
            f" {found.rows_since} names"
        )
    else:
        lines.append("timers and letters: not compared, the last records were not decided again")
    return lines + [f"  DIFFERS  {fault}" for fault in found.faults]


def backtest_line(tested: Backtested) -> str:
    """One record that today's code decides otherwise."""
    record = tested.record
    found = tested.detail or ", ".join(_command(c) for c in tested.commands) or "nothing"
    if len(found) > LINE_CHARACTERS:
        found = found[: LINE_CHARACTERS - 1] + "…"
    return (
        f"{record.seq:>8}  {iso(record.at)[:19]}  {record.kind:<24}  {tested.outcome:<11}  {found}"
    )


def backtest_json(tested: Backtested) -> str:
    """The same as one JSON object."""
    record = tested.record
    values = {
        "seq": record.seq,
        "at": iso(record.at),
        "kind": record.kind,
        "version": record.version,
        "code": record.code,
        "outcome": tested.outcome,
        "commands": [_command(command) for command in tested.commands],
        "detail": tested.detail,
        "payload": _payload(record),
    }
    return json.dumps(values, ensure_ascii=False)


def backtest_summary(counts: dict[Comparison, int]) -> str:
    """The last line of a back-test."""
    known = ", ".join(
        f"{counts[outcome]} {outcome}" for outcome in Comparison if counts.get(outcome)
    )
    return f"{sum(counts.values())} records: {known or 'none'}"


def _newest_checkpoint(seen: Verified, journal: SqliteStore) -> str:
    newest = journal.checkpoints(limit=1)
    if not newest:
        return "no checkpoint"
    try:
        after = checkpoint_in(newest[0]).after
    except UpgradeError as error:
        return f"checkpoint at record {newest[0].seq}: {error}"
    return (
        f"checkpoint at record {newest[0].seq}: the state after record {after}, by"
        f" {parse_code(newest[0].code).shown}; {seen.checkpoints} in all, {seen.texts} with their"
        " text, which fits"
    )


def _command(command: Command) -> str:
    if isinstance(command, Post):
        return f"Post {type(command.letter).__name__} to {command.to}"
    names = ("timer", "request", "code")
    about = next((getattr(command, name) for name in names if hasattr(command, name)), "")
    return f"{type(command).__name__} {about}"


def _payload(record: Record) -> Any:
    try:
        return json.loads(record.payload)
    except ValueError:
        return record.payload.decode("utf-8", errors="replace")
