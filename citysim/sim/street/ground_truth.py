"""What really happened at an edge box, whatever its agent was told of it: for the laws."""

from citybrain.ids import AgentId
from citybrain.structs import Struct
from citysim.sim.street.scene import Blindness, TrueCondition
from street_agent.outbox.port import OutboxDraft


class DurableAppend(Struct, frozen=True, kw_only=True):
    """The numbers `first`..`last` of `incarnation` are durable since `at_s` (simulated time)."""

    at_s: float
    incarnation: int
    first: int
    last: int
    drafts: tuple[OutboxDraft, ...]


class EdgeBoxTruth(Struct, frozen=True, kw_only=True):
    """Over all runs of the box's agent."""

    agent: AgentId
    appends: tuple[DurableAppend, ...]
    conditions: tuple[TrueCondition, ...]
    blindness: tuple[Blindness, ...]
    down: tuple[tuple[float, float | None], ...]  # when nothing ran on it; None: still
