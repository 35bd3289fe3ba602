"""The timers and letters that decisions lead to, and where a store's rows differ from them.

Knows what was decided since some record: since the journal's first one everything, since a
checkpoint only what was set or posted after it.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from citybrain.clock import Timestamp
from citybrain.decider.batch_draft import letters_of
from citybrain.decider.command import CancelTimer, Command, SetTimer, TimerFired
from citybrain.formats import FormatRegistry
from citybrain.ids import TimerId
from citybrain.journal.port import Letter, NewLetter, Store, Timer

ALL = 2**63 - 1  # SQLite knows no larger number
LETTERS_READ = 500  # in one query


class DerivedRows:
    """Built up decision by decision. `is_whole`: from the journal's first record on."""

    def __init__(self, formats: FormatRegistry, *, is_whole: bool) -> None:
        self._formats, self._is_whole = formats, is_whole
        self._timers: dict[TimerId, Timer | None] = {}  # None: not there any more
        self._letters: dict[str, list[bytes]] = {}  # their digests, by peer, in order

    def add(self, given: object, commands: Sequence[Command], at: Timestamp) -> None:
        """What one input led to at node time `at`."""
        if isinstance(given, TimerFired):
            row = self._timers.get(given.timer)
            # one that another firing of the same moment has set anew stands
            if row is None or (
                row.due <= at and (row.subject, row.version) == (given.subject, given.version)
            ):
                self._timers[given.timer] = None
        for command in commands:
            match command:
                case SetTimer(timer=timer, due=due, subject=subject, version=version):
                    self._timers[timer] = Timer(
                        timer=timer, due=due, subject=subject, version=version
                    )
                case CancelTimer(timer=timer):
                    self._timers[timer] = None
        for letter in letters_of(commands, self._formats):
            self._letters.setdefault(letter.to, []).append(_digest(letter))

    def differences(self, store: Store) -> Iterator[str]:
        """A sentence for each row of `store` that is not what was decided."""
        yield from self._timer_differences(store)
        for peer in sorted({*store.peers(), *self._letters}):
            yield from self._letter_differences(store, peer)

    def _timer_differences(self, store: Store) -> Iterator[str]:
        rows = {row.timer: row for row in store.timers_due(at=Timestamp(ALL), limit=ALL)}
        for timer, wanted in sorted(self._timers.items()):
            row = rows.get(timer)
            if wanted is None and row is not None:
                yield f"timer {timer} is there, and was cancelled or has fired"
            elif wanted is not None and row is None:
                yield f"timer {timer} is missing: it was set, and has not fired"
            elif wanted != row:
                yield f"timer {timer} was altered"
        if self._is_whole:
            for timer in sorted(rows.keys() - self._timers.keys()):
                yield f"timer {timer} is there, and nothing has set it"

    def _letter_differences(self, store: Store, peer: str) -> Iterator[str]:
        posted, last = self._letters.get(peer, []), store.next_position(peer) - 1
        before = last - len(posted)  # letters of which nothing is known
        if before < 0 or (self._is_whole and before > 0):
            known = "" if self._is_whole else "at least "
            yield (
                f"{last} letters were posted for {peer} by its numbers,"
                f" and {known}{len(posted)} by what was decided"
            )
            return
        due = 0
        for letter in _waiting(store, peer):
            if due and letter.position != due:
                yield _missing(due, letter.position - 1, peer)
            due = letter.position + 1
            if letter.position > before and _digest(letter) != posted[letter.position - before - 1]:
                yield f"letter {letter.position} for {peer} was altered"
        if due and due <= last:
            yield _missing(due, last, peer)


def _waiting(store: Store, peer: str) -> Iterator[Letter]:
    after = 0
    while some := store.letters(to=peer, after=after, limit=LETTERS_READ):
        yield from some
        after = some[-1].position


def _digest(letter: NewLetter | Letter) -> bytes:
    head = f"{letter.kind} {letter.version} ".encode()
    return sha256(head + letter.payload).digest()


def _missing(first: int, last: int, peer: str) -> str:
    if first == last:
        return f"letter {first} for {peer} is missing"
    return f"letters {first} to {last} for {peer} are missing"
