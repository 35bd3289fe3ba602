"""Gathers what one transaction writes: records, letters and timers of several decisions."""

from collections.abc import Sequence

from citybrain import canonical_json
from citybrain.decider.command import Command, Post, SetTimer
from citybrain.decider.rows.node_rows import NodeRows, decided_timers
from citybrain.errors import MalformedError
from citybrain.formats import FormatRegistry
from citybrain.ids import TimerId
from citybrain.journal.port import Batch, NewLetter, Record, RowRepair, Timer
from citybrain.structs import Struct

ROW_INTEGER_MAX = 2**63 - 1  # SQLite's


class Decision(Struct, frozen=True, kw_only=True):
    """One input as it was decided: `seen` is what the cores were given."""

    record: Record
    seen: object
    commands: tuple[Command, ...]
    letters: tuple[NewLetter, ...]


def letters_of(commands: Sequence[Command], formats: FormatRegistry) -> tuple[NewLetter, ...]:
    """The letters that `commands` post; raises `KeyError` for a value that is no letter."""
    return tuple(_letter(c, formats) for c in commands if isinstance(c, Post))


def check_timers(commands: Sequence[Command]) -> None:
    """Raises `MalformedError` for a timer that no row of a store can hold: it would fail the whole
    transaction, and the writer with it.
    """
    for command in commands:
        if isinstance(command, SetTimer) and not (
            abs(command.due) <= ROW_INTEGER_MAX and abs(command.version) <= ROW_INTEGER_MAX
        ):
            raise MalformedError(
                "timer", f"{command.timer} is due at {command.due} µs, version {command.version}"
            )


def _letter(post: Post, formats: FormatRegistry) -> NewLetter:
    kind, version = formats.kind_of(post.letter)
    return NewLetter(
        to=post.to, kind=kind, version=version, payload=canonical_json.encode(post.letter)
    )


class BatchDraft:
    """Of several commands about one timer the last one counts. `rows`: as they are before."""

    def __init__(self, rows: NodeRows, *, repair: RowRepair | None = None) -> None:
        self.records: list[Record] = []
        self._rows, self._repair = rows, repair
        self._letters: list[NewLetter] = []
        self._timers: dict[TimerId, Timer | None] = {}

    def add(self, decision: Decision) -> None:
        self.records.append(decision.record)
        self._letters += decision.letters
        self._timers.update(
            decided_timers(self._timer, decision.seen, decision.commands, at=decision.record.at)
        )

    def batch(self) -> Batch:
        return Batch(
            records=tuple(self.records),
            letters=tuple(self._letters),
            timers_set=tuple(t for t in self._timers.values() if t is not None),
            timers_cancelled=tuple(name for name, t in self._timers.items() if t is None),
            repair=self._repair,
        )

    def _timer(self, name: TimerId) -> Timer | None:
        return self._timers[name] if name in self._timers else self._rows.timers.get(name)
