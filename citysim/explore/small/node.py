"""One node of a small world as a value: what its production core has decided so far. All the points it can come to, each of them once.

Nothing but a node's state, its waiting timers and its time decide what it does next. So every point is kept once, by a digest of exactly that, and what an
input makes of it is worked out once, however many stories of the world pass through it. Each node has a time of its own: the protocol must not need clocks
that agree.

Two things of a state are left out of the digest, so that more stories meet (`alike` does it, see `views`): what no decision reads, and the record's number.
Cores use that number to make names and for nothing else; here it goes on only when a name was made of it. So a point stands for all the points of the
production that differ from it in such numbers; `proof` replays sampled stories through real reactors and compares. Names are also sorted by: what one
record does to two orders, it does in the order of their names. All numbers here have three digits, so that later names sort behind earlier ones; where a
journal's numbers grow by a digit it is the other way round, and that is explored by letting the numbers fall (`is_falling`).
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.decider.command import (
    CancelTimer,
    Command,
    DecisionContext,
    Post,
    SetTimer,
    TimerFired,
)
from citybrain.ids import TimerId
from citybrain.journal.port import Timer
from citybrain.structs import replace

Decide = Callable[[Any, Any, DecisionContext], tuple[Any, tuple[Command, ...]]]
Hear = Callable[[Any, Any, Sequence[Command]], Any]
Alike = Callable[[Any, tuple[Timer, ...]], Any]
FIRST, LAST = 100, 999
Posted = tuple[tuple[int, ...], ...]  # by peer: the letters' numbers


@dataclass(slots=True, kw_only=True, eq=False)
class Point:
    """Where a node is. `steps` remembers what each input made of it (by the step's name), `known` what `nodes` works out of it once."""

    number: int
    state: Any
    seq: int  # how many numbers are used up
    at: Timestamp
    timers: tuple[Timer, ...]  # by (due, id): the order in which they fire
    told: Any
    words: int  # the number of `told` among all that were ever told
    steps: dict[Any, tuple[int, Posted]] = field(default_factory=dict)
    known: dict[int, tuple[Any, ...]] = field(default_factory=dict)


class PostOffice:
    """Every different letter, once: a letter's number stands for its text."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[type, bytes], int] = {}
        self.letters: list[Any] = []

    def number(self, letter: Any) -> int:
        """The number of `letter`. It is kept as it reads out of its canonical text, as a peer's core would get it."""
        key = (type(letter), canonical_json.encode(letter))
        known = self._numbers.get(key)
        if known is None:
            known = self._numbers[key] = len(self.letters)
            self.letters.append(canonical_json.decode(key[1], key[0]))
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """How records are numbered. `is_exact`: every record has a number of its own, as in production, and nothing is left out of the digests."""

    is_exact: bool = False
    is_falling: bool = False

    def number(self, seq: int) -> int:
        return LAST - seq if self.is_falling else FIRST + seq


RISING = Numbering()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """What a node is made of."""

    decide: Decide
    initial: Any
    hear: Hear
    no_words: Any
    alike: Alike
    names: str  # stands before the record's number in every name that this node makes
    peers: tuple[str, ...]
    numbering: Numbering = RISING


class Node:
    """All points of one node that were ever come to, and the only caller of its core."""

    def __init__(self, name: str, tier: Tier, office: PostOffice, at: Timestamp) -> None:
        self.name = name
        self.tier, self._office = tier, office
        self._numbers: dict[bytes, int] = {}
        self._words: dict[bytes, int] = {}
        self._nothing: Posted = ((),) * len(tier.peers)
        self.points: list[Point] = []
        self.decided = 0  # how often the core was asked
        self._keep(tier.initial, 0, at, (), tier.no_words)

    def take(
        self, number: int, step: Any, given: Callable[[], Any], *, at: Timestamp | None = None
    ) -> tuple[int, Posted]:
        """Where the input leads to from point `number`, and what is posted. The same `step` from the same point is the same input."""
        point = self.points[number]
        after = point.steps.get(step)
        if after is None:
            after = point.steps[step] = self._take(
                point, given(), at if at is not None else point.at
            )
        return after

    def due(self, number: int) -> tuple[Timer, ...]:
        """The earliest deadlines, all of one time: any of them may fire first."""
        timers = self.points[number].timers
        return tuple(t for t in timers if t.due == timers[0].due)

    def fire(self, number: int, due: Timer) -> tuple[int, Posted]:
        """A deadline fires; time goes on to it."""
        at = max(self.points[number].at, due.due)
        return self.take(
            number,
            ("fire", due.timer),
            lambda: TimerFired(timer=due.timer, subject=due.subject, version=due.version),
            at=at,
        )

    def tick(self, number: int, at: Timestamp) -> int:
        """The same point at a later time: nothing is journaled of that."""
        point = self.points[number]
        if at <= point.at:
            return number
        step = ("tick", at)
        if step not in point.steps:
            point.steps[step] = (
                self._keep(point.state, point.seq, at, point.timers, point.told),
                self._nothing,
            )
        return point.steps[step][0]

    def _take(self, point: Point, given: Any, at: Timestamp) -> tuple[int, Posted]:
        self.decided += 1
        try:
            state, commands = self.tier.decide(
                point.state,
                given,
                DecisionContext(seq=self.tier.numbering.number(point.seq), at=at),
            )
        except Exception as error:  # noqa: BLE001 - as in the reactor: an input that a core cannot decide is a finding, not the end of the search
            spat = replace(
                point.told,
                broken=f"{self.name} could not decide {type(given).__name__}: {type(error).__name__}: {error}",
            )
            return self._keep(point.state, point.seq, at, point.timers, spat), self._nothing
        timers = {t.timer: t for t in point.timers}
        if isinstance(given, TimerFired):
            timers.pop(given.timer, None)
        posted: dict[str, list[int]] = {peer: [] for peer in self.tier.peers}
        for command in commands:
            match command:
                case Post(to=to, letter=letter) if to in posted:
                    posted[to].append(self._office.number(letter))
                case SetTimer(timer=timer, due=due, subject=subject, version=version):
                    timers[timer] = Timer(timer=timer, due=due, subject=subject, version=version)
                case CancelTimer(timer=timer):
                    timers.pop(timer, None)
        told = self.tier.hear(point.told, given, commands)
        after = self._keep(state, point.seq, at, tuple(sorted(timers.values(), key=_by_due)), told)
        return after, tuple(tuple(letters) for letters in posted.values())

    def _keep(
        self, state: Any, seq: int, at: Timestamp, timers: tuple[Timer, ...], told: Any
    ) -> int:
        words = self._words.setdefault(canonical_json.encode(told), len(self._words))
        numbering = self.tier.numbering
        text = canonical_json.encode(
            [state, timers] if numbering.is_exact else self.tier.alike(state, timers)
        )
        if numbering.is_exact or re.search(
            f"-{re.escape(self.tier.names)}-{numbering.number(seq)}(?![0-9])".encode(), text
        ):
            seq += 1
        digest = hashlib.blake2b(text + f"|{seq}|{at}|{words}".encode(), digest_size=16).digest()
        number = self._numbers.get(digest)
        if number is None:
            number = self._numbers[digest] = len(self.points)
            self.points.append(
                Point(
                    number=number,
                    state=state,
                    seq=seq,
                    at=at,
                    timers=timers,
                    told=told,
                    words=words,
                )
            )
        return number


def _by_due(timer: Timer) -> tuple[Timestamp, TimerId]:
    return timer.due, timer.timer
