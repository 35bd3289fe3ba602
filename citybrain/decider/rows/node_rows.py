"""The timers and letters of one node as its records lead to them, kept up to date in memory.

Of a letter the digest is kept: its text is in the store until its peer has it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from citybrain.clock import Timestamp
from citybrain.decider.command import CancelTimer, Command, SetTimer, TimerFired
from citybrain.decider.rows.correction import LOST_FORMAT, LOST_KIND, RowsCorrected
from citybrain.ids import TimerId
from citybrain.journal.port import Batch, Letter, LetterLog, NewLetter, Store, Timer

ALL = 2**63 - 1  # SQLite knows no larger number
LETTERS_READ = 500  # in one query
LOST_TEXT = b"{}"


@dataclass(slots=True)  # mutable: it grows with every letter
class PostedLog:
    """The letters to one peer behind `base`, which it has."""

    base: int = 0
    digests: list[bytes] = field(default_factory=list)

    @property
    def next(self) -> int:
        return self.base + len(self.digests) + 1

    def digest_at(self, position: int) -> bytes:
        return self.digests[position - self.base - 1]

    def discard(self, upto: int) -> None:
        gone = min(max(upto - self.base, 0), len(self.digests))
        del self.digests[:gone]
        self.base += gone


class NodeRows:
    """`timers` by their names, `logs` by the peer. One thread at a time."""

    def __init__(
        self,
        timers: Mapping[TimerId, Timer] | None = None,
        logs: Mapping[str, PostedLog] | None = None,
    ) -> None:
        self.timers: dict[TimerId, Timer] = dict(timers or {})
        self.logs: dict[str, PostedLog] = dict(logs or {})

    def copy(self) -> "NodeRows":
        logs = {
            to: PostedLog(base=log.base, digests=log.digests.copy())
            for to, log in self.logs.items()
        }
        return NodeRows(self.timers, logs)

    def replayed(self, given: object, commands: Iterable[Command], at: Timestamp) -> None:
        """What one decision made of the timers."""
        decided = decided_timers(self.timers.get, given, commands, at=at)
        for name, timer in decided.items():
            if timer is None:
                self.timers.pop(name, None)
            else:
                self.timers[name] = timer

    def post(self, letters: Iterable[NewLetter]) -> Iterator[Letter]:
        """Each letter with the position that it gets."""
        for new in letters:
            log = self.logs.setdefault(new.to, PostedLog())
            position = log.next
            log.digests.append(digest_of(new))
            yield Letter(
                to=new.to,
                position=position,
                kind=new.kind,
                version=new.version,
                payload=new.payload,
            )

    def committed(self, batch: Batch) -> None:
        """As the store does."""
        for name in batch.timers_cancelled:
            self.timers.pop(name, None)
        for timer in batch.timers_set:
            self.timers[timer.timer] = timer
        for new in batch.letters:
            self.logs.setdefault(new.to, PostedLog()).digests.append(digest_of(new))

    def corrected(self, correction: RowsCorrected) -> None:
        """What was lost is a gap from now on."""
        for span in correction.letters_lost:
            log = self.logs[span.to]
            for position in range(max(span.first, log.base + 1), span.last + 1):
                lost = lost_letter(span.to, position)
                log.digests[position - log.base - 1] = digest_of(lost)

    def discard(self, kept: Iterable[LetterLog]) -> None:
        """Forget what peers have, by what the store keeps of it."""
        for one in kept:
            log = self.logs.get(one.to)
            if log is not None:
                log.discard(one.discarded)


def decided_timers(
    row_of: Callable[[TimerId], Timer | None],
    given: object,
    commands: Iterable[Command],
    *,
    at: Timestamp,
) -> dict[TimerId, Timer | None]:
    """The timers that a decision is about as they stand after it; None: not any more. A row that
    fires goes, but one that was set anew by what fired before it in that moment stands."""
    found: dict[TimerId, Timer | None] = {}
    if isinstance(given, TimerFired):
        row = row_of(given.timer)
        is_fired = row is None or (
            row.due <= at and (row.subject, row.version) == (given.subject, given.version)
        )
        found[given.timer] = None if is_fired else row
    for command in commands:
        match command:
            case SetTimer(timer=timer, due=due, subject=subject, version=version):
                found[timer] = Timer(timer=timer, due=due, subject=subject, version=version)
            case CancelTimer(timer=timer):
                found[timer] = None
    return found


def rows_in(store: Store) -> NodeRows:
    """The rows as they stand in `store`, taken at their word."""
    logs = {}
    for log in store.letter_logs():
        waiting = tuple(waiting_letters(store, log.to))
        base = waiting[0].position - 1 if waiting else log.next - 1
        known = {letter.position: digest_of(letter) for letter in waiting}
        digests = [known.get(position, b"") for position in range(base + 1, log.next)]
        logs[log.to] = PostedLog(base=base, digests=digests)
    return NodeRows({row.timer: row for row in all_timers(store)}, logs)


def all_timers(store: Store) -> tuple[Timer, ...]:
    return store.timers_due(at=Timestamp(ALL), limit=ALL)


def waiting_letters(store: Store, to: str, *, after: int = 0) -> Iterator[Letter]:
    while page := store.letters(to=to, after=after, limit=LETTERS_READ):
        yield from page
        after = page[-1].position


def digest_of(letter: NewLetter | Letter) -> bytes:
    head = f"{letter.kind} {letter.version} ".encode()
    return sha256(head + letter.payload).digest()


def lost_letter(to: str, position: int) -> Letter:
    return Letter(
        to=to, position=position, kind=LOST_KIND, version=LOST_FORMAT.version, payload=LOST_TEXT
    )
