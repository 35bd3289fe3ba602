"""What happened, as the laws see it: values only. `walk` makes a node's from its journal, `gather` reads a whole run's folder."""

from dataclasses import dataclass, field
from typing import Any

from citybrain.clock import Timestamp
from citybrain.ids import AgentId, DistrictId
from citybrain.reactor.command import Command, Post
from citysim.crews.device import DeviceLine


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
class NodeHistory:
    """A district's or the city's journal, walked. `epoch` is its store's."""

    name: str
    epoch: str = ""
    steps: tuple[Step, ...] = ()
    divergent: tuple[int, ...] = ()  # records where the replay decides otherwise
    chain_fault: str = ""
    snapshot_faults: tuple[str, ...] = ()
    state: Any = None  # after the last record; for summaries, never for laws
    let_go: tuple[tuple[str, int], ...] = ()  # by peer: the last position that the store gave and no longer keeps, as read before any journal was

    def posts(self, to: str) -> list[tuple[Step, Any]]:
        """The letters for `to` in the order of their positions (the first has position 1)."""
        return [(step, command.letter) for step in self.steps for command in step.commands if isinstance(command, Post) and command.to == to]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxHistory:
    """An agent's outbox as it was read *before* the journals: what it still keeps, and the next number it will give."""

    agent: AgentId
    incarnation: int
    next_seq: int
    kept: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """A stretch of a node's own time in which it was up and could not act, as whoever held it up says: its process was frozen, its disk was full."""

    node: str
    since: Timestamp
    until: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A whole city's. `is_final`: everything had come to rest when it was read (nothing was under way).

    `stalls` and `clock_error_s` (by how much the clocks of two nodes may differ) are what the one who made the faults declares; a plain run has none.
    """

    districts: tuple[tuple[DistrictId, NodeHistory], ...] = ()
    city: NodeHistory | None = None
    outboxes: tuple[tuple[DistrictId, OutboxHistory], ...] = ()
    devices: tuple[tuple[str, tuple[DeviceLine, ...]], ...] = ()
    is_final: bool = False
    stalls: tuple[Stall, ...] = ()
    clock_error_s: float = 0.0
