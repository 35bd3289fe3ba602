"""What happened, as the laws see it: values only.

`journal_replay` makes one node's history from its journal, `history_reader` reads a whole run's
folder, `memory_history` a simulated city. What several checkers derive from a history is a
*projection*: a function of the history, whose result the history caches.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from citybrain.clock import Timestamp
from citybrain.decider.command import Command, Post, PostedLetter
from citybrain.ids import AgentId, DistrictId
from citybrain.structs import Struct, replace
from citysim.laws.ground_truth_log import GroundTruth
from citysim.people.device_log import DeviceEntry
from coordinator.cores.state import CityState
from coordinator.inputs import CityInput
from district_node.cores.state import DistrictState
from district_node.inputs import DistrictInput

T = TypeVar("T")
K = TypeVar("K")
I_co = TypeVar("I_co", covariant=True)  # the inputs of the node's tier
S_co = TypeVar("S_co", covariant=True)  # its state
Letter = PostedLetter

CITY = "city"  # the name of the city's node, and its districts' peer


class ReplayedRecord(Struct, Generic[I_co], frozen=True, kw_only=True):
    """One journal record: its input, and the commands that the cores decide for it.

    The commands are the replay's; `NodeHistory.divergent` names the records whose commands were
    others when they were journaled.
    """

    seq: int
    at: Timestamp
    input: I_co
    commands: tuple[Command, ...] = ()
    size: int = 0  # bytes of the payload
    image_signature: str = ""  # the part of the payload that looks like a picture


class LiveState(Struct, frozen=True, kw_only=True):
    """A node that is up while it is read: its last record, its state's hash there, its time."""

    seq: int
    state_hash: str
    at: Timestamp


class StoredRows(Struct, frozen=True, kw_only=True):
    """The rows beside a node's records, as they were after the last record."""

    timers: tuple[tuple[str, Timestamp], ...] = ()  # name, due
    last_positions: tuple[tuple[str, int], ...] = ()  # peer, last position assigned to a letter


class NodeHistory(Struct, Generic[S_co, I_co], frozen=True, kw_only=True, gc=True, dict=True):
    """A district's or the city's journal, replayed. `epoch` is its store's.

    `divergent`: the records of this code for which the replay decides otherwise than was journaled.
    `foreign_records`: those that other code decided. Where today's code decides otherwise, that is
    a back-test and no violation; `foreign_divergent` counts them, and with any of them the commands
    in this history are not known to be those of the run.
    """

    name: str
    epoch: str = ""
    begins_after: int = 0  # the journal was cut there: what is before is in an archive
    records: tuple[ReplayedRecord[I_co], ...] = ()
    divergent: tuple[int, ...] = ()
    foreign_records: frozenset[int] = frozenset()
    foreign_divergent: int = 0
    chain_error: str = ""
    checkpoint_errors: tuple[str, ...] = ()
    state: S_co | None = None  # after the last record
    state_hash: str = ""  # of `state`, where `live` is known
    live: LiveState | None = None  # None: down, or not known
    # By peer: the last letter position that the store assigned and no longer keeps, as it was
    # before any journal was read.
    discarded: tuple[tuple[str, int], ...] = ()
    rows: StoredRows | None = None  # None: not known, or the node wrote while they were read

    @property
    def last_seq(self) -> int:
        """The number of the last record."""
        return self.begins_after + len(self.records)

    def projection(self, project: "Callable[[NodeHistory[S_co, I_co]], T]") -> T:
        """`project(self)`, computed once: cached beside the fields, no part of the value."""
        cache: dict[object, T] = self.__dict__.setdefault("projections", {})
        if project not in cache:
            cache[project] = project(self)
        return cache[project]

    def letters_to(self, peer: str) -> "list[tuple[ReplayedRecord[I_co], Letter]]":
        """The letters for `peer` with their records, by position (the first has position 1)."""
        return self.projection(letters_by_peer).get(peer, [])

    def records_of(self, kind: type[K]) -> list[ReplayedRecord[K]]:
        """The records whose input is of exactly this type, in order."""
        return self.projection(records_by_input).get(kind, [])  # type: ignore[return-value]  # keyed by the input's type

    def records_of_any(self, *kinds: type[K]) -> list[ReplayedRecord[K]]:
        """The records whose input is of exactly one of these types, in order."""
        found = [record for kind in kinds for record in self.records_of(kind)]
        return sorted(found, key=lambda record: record.seq)


DistrictHistory = NodeHistory[DistrictState, DistrictInput]
CityHistory = NodeHistory[CityState, CityInput]
AnyNodeHistory = DistrictHistory | CityHistory


class OutboxHistory(Struct, frozen=True, kw_only=True):
    """An agent's outbox as it was read *before* the journals.

    `asked`: by store epoch of its district, up to which position its requests are noted here.
    `open_requests`: the noted requests that are not answered.
    """

    agent: AgentId
    incarnation: int
    next_seq: int
    unacknowledged_seqs: frozenset[int] = frozenset()
    bytes: int = 0
    cap_bytes: int = 0  # 0: not known
    holds_only_gaps: bool = False
    asked: tuple[tuple[str, int], ...] = ()
    open_requests: frozenset[str] = frozenset()


class Stall(Struct, frozen=True, kw_only=True):
    """A stretch of a node's own time in which it was up and could not act.

    Declared by the fault injector: the process was frozen, its disk was full.
    """

    node: str
    since: Timestamp
    until: Timestamp


class LimitSample(Struct, frozen=True, kw_only=True):
    """The highest value that was ever measured of something bounded: a queue, a window, a cache.

    `fate`: what the limit says happens at it.
    """

    name: str
    peak: int
    limit: int
    fate: str = ""


class History(Struct, frozen=True, kw_only=True):
    """A whole city's history.

    `is_final`: nothing was under way when it was read. `is_recovered`: moreover every fault was
    over and there was time enough, so that what has not arrived never will.
    `stalls` and `clock_error_s` (by how much the clocks of two nodes may differ) are declared by
    the fault injector; a plain run has none. `samples` and `ground_truth` are known in
    the simulator only. `liars`: the agents and units of whom somebody says anything; what a law
    says of what such a box itself reported is not judged.
    """

    districts: tuple[tuple[DistrictId, DistrictHistory], ...] = ()
    city: CityHistory | None = None
    outboxes: tuple[tuple[DistrictId, OutboxHistory], ...] = ()
    devices: tuple[tuple[str, tuple[DeviceEntry, ...]], ...] = ()
    is_final: bool = False
    is_recovered: bool = False
    stalls: tuple[Stall, ...] = ()
    clock_error_s: float = 0.0
    samples: tuple[LimitSample, ...] = ()
    ground_truth: GroundTruth | None = None
    is_partial: bool = False  # some nodes were left out: their commands are not known
    liars: frozenset[str] = frozenset()

    def nodes(self) -> tuple[AnyNodeHistory, ...]:
        """The districts' histories, then the city's."""
        districts = tuple(node for _, node in self.districts)
        return districts if self.city is None else (*districts, self.city)

    def with_known_commands(self) -> "History":
        """Without the nodes whose commands are not known, because other code decided them or
        the journal does not hold them any more."""
        if not any(_is_foreign(node) for node in self.nodes()):
            return self
        return replace(
            self,
            districts=tuple((name, node) for name, node in self.districts if not _is_foreign(node)),
            city=None if self.city is None or _is_foreign(self.city) else self.city,
            is_partial=True,
        )


def letters_by_peer(
    node: NodeHistory[S_co, I_co],
) -> dict[str, list[tuple[ReplayedRecord[I_co], Letter]]]:
    found: dict[str, list[tuple[ReplayedRecord[I_co], Letter]]] = {}
    for record in node.records:
        for command in record.commands:
            if type(command) is Post:
                found.setdefault(command.to, []).append((record, command.letter))
    return found


def records_by_input(node: NodeHistory[S_co, I_co]) -> dict[type, list[ReplayedRecord[I_co]]]:
    found: dict[type, list[ReplayedRecord[I_co]]] = {}
    for record in node.records:
        found.setdefault(type(record.input), []).append(record)
    return found


def _is_foreign(node: AnyNodeHistory) -> bool:
    return node.foreign_divergent > 0 or node.begins_after > 0
