"""The states of one node of a small world, each of them once, and what its production core makes of
every input in each.

Nothing but a node's state, its waiting timers and its time decide what it does next. So every node
state is kept once, by a digest of exactly that, and its successor under an input is computed once,
however many runs of the world pass through it. Each node has a time of its own: the protocol must
not need clocks that agree.

Two things are left out of the digest, so that more states are equal (`view` does it, see
`state_views`): what no decision reads, and the record's number. Cores use that number to make names
and for nothing else; here it goes on only when a name was made of it. So a node state stands for
all states of production that differ from it in such numbers; `conformance` replays sampled runs
through real deciders and compares. Names are also sorted by: what one record does to two orders, it
does in the order of their names. All numbers here have three digits, so that later names sort
behind earlier ones; where a journal's numbers grow by a digit it is the other way round, and that
is explored with descending numbers (`is_descending`).
"""

import hashlib
import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.decider.command import (
    CancelTimer,
    Command,
    DecisionContext,
    Notice,
    Post,
    PostedLetter,
    Reply,
    SetTimer,
    TimerFired,
)
from citybrain.ids import TimerId
from citybrain.journal.port import Timer
from citybrain.structs import Struct, replace
from citysim.explore.model.law_monitor import LawMonitor

S = TypeVar("S")  # the node's state
In = TypeVar("In")  # the union of its inputs
M = TypeVar("M", bound=LawMonitor)  # what is observed of it

Letter = PostedLetter
Posted = tuple[tuple[int, ...], ...]  # by peer: the letters' numbers
Successor = tuple[int, Posted]  # the number of the node state after an input, and what it posts
FIRST, LAST = 100, 999


# not a Struct: it holds mutable caches
@dataclass(slots=True, kw_only=True, eq=False)
class NodeState(Generic[S, M]):
    """A state of a node. `successors`: what inputs make of it, by the input's key."""

    state: S
    seq: int  # how many record numbers are used up
    at: Timestamp
    timers: tuple[Timer, ...]  # by (due, id): the order in which they fire
    monitor: M
    monitor_id: int  # the number of `monitor` among all that were ever observed
    successors: dict[Hashable, Successor] = field(default_factory=dict)


class LetterTable:
    """Every different letter, once: a letter's number stands for its text."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[type[Letter], bytes], int] = {}
        self._letters: list[Letter] = []

    def number(self, letter: Letter) -> int:
        """The letter is kept as decoded from its canonical text, as a peer's core would get it."""
        key = (type(letter), canonical_json.encode(letter))
        known = self._numbers.get(key)
        if known is None:
            known = self._numbers[key] = len(self._letters)
            self._letters.append(canonical_json.decode(key[1], key[0]))
        return known

    def letter(self, number: int) -> Letter:
        return self._letters[number]


class Numbering(Struct, frozen=True, kw_only=True):
    """How records are numbered. `is_exact`: every record has a number of its own, as in production,
    and nothing is left out of the digests."""

    is_exact: bool = False
    is_descending: bool = False

    def number(self, seq: int) -> int:
        return LAST - seq if self.is_descending else FIRST + seq


ASCENDING = Numbering()


# not a Struct: it holds functions
@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSpec(Generic[S, In, M]):
    """What a node is made of."""

    decide: Callable[[S, In | TimerFired, DecisionContext], tuple[S, tuple[Command, ...]]]
    initial: S
    observe: Callable[[M, In | TimerFired, Sequence[Command]], M]
    initial_monitor: M
    view: Callable[[S, tuple[Timer, ...]], object]
    id_prefix: str  # stands before the record's number in every name that this node makes
    peers: tuple[str, ...]
    numbering: Numbering = ASCENDING


class NodeModel(Generic[S, In, M]):
    """All states of one node that were ever reached, and the only caller of its core."""

    def __init__(
        self, name: str, spec: NodeSpec[S, In, M], letters: LetterTable, at: Timestamp
    ) -> None:
        self.name = name
        self.spec, self._letters = spec, letters
        self._numbers: dict[bytes, int] = {}
        self._monitor_ids: dict[bytes, int] = {}
        self._no_letters: Posted = ((),) * len(spec.peers)
        self.states: list[NodeState[S, M]] = []
        self.decisions = 0  # how often the core was called
        self._number_of(spec.initial, 0, at, (), spec.initial_monitor)

    def successor(
        self, number: int, input_key: Hashable, make_input: Callable[[], In]
    ) -> Successor:
        """What an input makes of state `number`. The same key in the same state is the same
        input."""
        before = self.states[number]
        after = before.successors.get(input_key)
        if after is None:
            after = before.successors[input_key] = self._decide(before, make_input(), before.at)
        return after

    def due(self, number: int) -> tuple[Timer, ...]:
        """The earliest deadlines, all of one time: any of them may fire first."""
        timers = self.states[number].timers
        return tuple(t for t in timers if t.due == timers[0].due)

    def fire(self, number: int, due: Timer) -> Successor:
        """What a deadline makes of state `number`; time goes on to it."""
        before, key = self.states[number], ("fire_timer", due.timer)
        after = before.successors.get(key)
        if after is None:
            fired = TimerFired(timer=due.timer, subject=due.subject, version=due.version)
            at = max(before.at, due.due)
            after = before.successors[key] = self._decide(before, fired, at)
        return after

    def advanced(self, number: int, at: Timestamp) -> int:
        """The same state at a later time: nothing is journaled of that."""
        before = self.states[number]
        if at <= before.at:
            return number
        key = ("advance", at)
        if key not in before.successors:
            later = self._number_of(before.state, before.seq, at, before.timers, before.monitor)
            before.successors[key] = (later, self._no_letters)
        return before.successors[key][0]

    def _decide(self, before: NodeState[S, M], given: In | TimerFired, at: Timestamp) -> Successor:
        self.decisions += 1
        context = DecisionContext(seq=self.spec.numbering.number(before.seq), at=at)
        try:
            state, commands = self.spec.decide(before.state, given, context)
        except Exception as error:  # noqa: BLE001 - as in the decider: an input that a core cannot decide is a finding, not the end of the search
            return self._undecidable(before, given, at, error)
        timers = {t.timer: t for t in before.timers}
        if isinstance(given, TimerFired):
            timers.pop(given.timer, None)
        posted: dict[str, list[int]] = {peer: [] for peer in self.spec.peers}
        for command in commands:
            match command:
                case Post(to=to, letter=letter):
                    if to in posted:
                        posted[to].append(self._letters.number(letter))
                case SetTimer(timer=timer, due=due, subject=subject, version=version):
                    timers[timer] = Timer(timer=timer, due=due, subject=subject, version=version)
                case CancelTimer(timer=timer):
                    timers.pop(timer, None)
                case Reply() | Notice():
                    pass
        monitor = self.spec.observe(before.monitor, given, commands)
        by_due = tuple(sorted(timers.values(), key=_due_and_id))
        after = self._number_of(state, before.seq, at, by_due, monitor)
        return after, tuple(tuple(letters) for letters in posted.values())

    def _undecidable(
        self, before: NodeState[S, M], given: In | TimerFired, at: Timestamp, error: Exception
    ) -> Successor:
        how = f"{type(given).__name__}: {type(error).__name__}: {error}"
        monitor = replace(before.monitor, violation=f"{self.name} could not decide {how}")
        after = self._number_of(before.state, before.seq, at, before.timers, monitor)
        return after, self._no_letters

    def _number_of(
        self, state: S, seq: int, at: Timestamp, timers: tuple[Timer, ...], monitor: M
    ) -> int:
        """The number of the node state that consists of these; it is kept when it is a new one."""
        monitor_id = self._monitor_ids.setdefault(
            canonical_json.encode(monitor), len(self._monitor_ids)
        )
        numbering = self.spec.numbering
        text = canonical_json.encode(
            [state, timers] if numbering.is_exact else self.spec.view(state, timers)
        )
        if numbering.is_exact or self._is_named(numbering.number(seq), text):
            seq += 1
        identity = text + f"|{seq}|{at}|{monitor_id}".encode()
        digest = hashlib.blake2b(identity, digest_size=16).digest()
        number = self._numbers.get(digest)
        if number is None:
            number = self._numbers[digest] = len(self.states)
            self.states.append(
                NodeState(
                    state=state,
                    seq=seq,
                    at=at,
                    timers=timers,
                    monitor=monitor,
                    monitor_id=monitor_id,
                )
            )
        return number

    def _is_named(self, number: int, text: bytes) -> bool:
        """Whether a name in `text` was made of the record number."""
        name = f"-{re.escape(self.spec.id_prefix)}-{number}(?![0-9])"
        return re.search(name.encode(), text) is not None


def _due_and_id(timer: Timer) -> tuple[Timestamp, TimerId]:
    return timer.due, timer.timer
