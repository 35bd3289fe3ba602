"""What happened, as the laws see it: values only. `walk` makes a node's from its journal, `gather` reads a whole run's folder, `memory` a simulated city.

What several checkers want to know of a history is worked out once (`view`): a checker names the function, the history keeps what it gave.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from citybrain.clock import Timestamp
from citybrain.decider.command import Command, Post
from citybrain.ids import AgentId, DistrictId
from citysim.crews.device import DeviceLine
from citysim.laws.truth import Truth

T = TypeVar("T")
CITY = "city"  # the name of the city's node, and its districts' peer


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One record: the input, and what the cores decided (as replayed; `NodeHistory.divergent` names the records where that is not what was decided then)."""

    seq: int
    at: Timestamp
    input: Any
    commands: tuple[Command, ...] = ()
    size: int = 0  # bytes of the payload
    suspicious: str = ""  # what in the payload looks like a picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A node that is up as it is read: where its writer stands, the hash of its state there, and its time."""

    seq: int
    state_hash: str
    at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What stands in a node's store beside its records, as it was after the last of them: timers by name with when they are due, positions given by peer."""

    timers: tuple[tuple[str, Timestamp], ...] = ()
    given: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeHistory:
    """A district's or the city's journal, walked. `epoch` is its store's."""

    name: str
    epoch: str = ""
    steps: tuple[Step, ...] = ()
    divergent: tuple[int, ...] = ()  # records where the replay decides otherwise
    unjudged: frozenset[int] = (
        frozenset()
    )  # records that other code decided: there deciding otherwise is a back-test …
    back_tested: int = (
        0  # … and so many of them are decided otherwise today: what was said in them is not known
    )
    chain_fault: str = ""
    snapshot_faults: tuple[str, ...] = ()
    state: Any = None  # after the last record; for summaries, and for what both sides believe when all is at rest
    state_hash: str = ""  # of `state`, where `live` is known
    live: Live | None = None  # None: down, or not known
    let_go: tuple[
        tuple[str, int], ...
    ] = ()  # by peer: the last position that the store gave and no longer keeps, as read before any journal was
    rows: Rows | None = None  # None: not known, or the node wrote while they were read
    _views: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def view(self, make: Callable[["NodeHistory"], T]) -> T:
        """What `make` gives of this history, worked out once."""
        if make not in self._views:
            self._views[make] = make(self)
        made: T = self._views[make]
        return made

    def posts(self, to: str) -> list[tuple[Step, Any]]:
        """The letters for `to` in the order of their positions (the first has position 1)."""
        return self.view(letters_by_peer).get(to, [])

    def inputs(self, *kinds: type) -> list[Step]:
        """The records of these inputs, in order."""
        by_kind = self.view(steps_by_kind)
        if len(kinds) == 1:
            return by_kind.get(kinds[0], [])
        return sorted((step for kind in kinds for step in by_kind.get(kind, [])), key=_seq)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxHistory:
    """An agent's outbox as it was read *before* the journals: what it still keeps, and the next number it will give."""

    agent: AgentId
    incarnation: int
    next_seq: int
    kept: frozenset[int] = field(default_factory=frozenset)
    bytes: int = 0
    cap_bytes: int = 0  # 0: not known
    holds_only_gaps: bool = False
    asked: tuple[
        tuple[str, int], ...
    ] = ()  # by store epoch of its district: up to where its requests are in its book
    open_requests: frozenset[str] = field(
        default_factory=frozenset
    )  # of those, which it has not answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """A stretch of a node's own time in which it was up and could not act, as whoever held it up says: its process was frozen, its disk was full."""

    node: str
    since: Timestamp
    until: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The most that was ever seen of something bounded: a queue, a window, a cache. `fate` is what the limit says happens at it."""

    name: str
    most: int
    limit: int
    fate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A whole city's. `is_final`: everything had come to rest when it was read (nothing was under way).

    `is_healed`: more than that: every fault was over and there was time enough, so that what is still under way will never arrive.
    `stalls` and `clock_error_s` (by how much the clocks of two nodes may differ) are what the one who made the faults declares; a plain run has none.
    `samples` and `truth` are known where somebody stood beside: in the simulator.
    """

    districts: tuple[tuple[DistrictId, NodeHistory], ...] = ()
    city: NodeHistory | None = None
    outboxes: tuple[tuple[DistrictId, OutboxHistory], ...] = ()
    devices: tuple[tuple[str, tuple[DeviceLine, ...]], ...] = ()
    is_final: bool = False
    is_healed: bool = False
    stalls: tuple[Stall, ...] = ()
    clock_error_s: float = 0.0
    samples: tuple[Sample, ...] = ()
    truth: Truth | None = None
    is_partial: bool = False  # some nodes were left out: what they decided is not known

    def nodes(self) -> tuple[NodeHistory, ...]:
        """The districts', then the city's."""
        districts = tuple(node for _, node in self.districts)
        return districts if self.city is None else (*districts, self.city)

    def as_decided(self) -> "History":
        """Without the nodes whose decisions are not known, because other code made them and today's decides otherwise."""
        if not any(node.back_tested for node in self.nodes()):
            return self
        known = tuple((district, node) for district, node in self.districts if not node.back_tested)
        return replace(
            self,
            districts=known,
            city=None if self.city is None or self.city.back_tested else self.city,
            is_partial=True,
        )


def letters_by_peer(node: NodeHistory) -> dict[str, list[tuple[Step, Any]]]:
    found: dict[str, list[tuple[Step, Any]]] = {}
    for step in node.steps:
        for command in step.commands:
            if type(command) is Post:
                found.setdefault(command.to, []).append((step, command.letter))
    return found


def steps_by_kind(node: NodeHistory) -> dict[type, list[Step]]:
    found: dict[type, list[Step]] = {}
    for step in node.steps:
        found.setdefault(type(step.input), []).append(step)
    return found


def _seq(step: Step) -> int:
    return step.seq
