"""What really happened at an edge box, whatever its agent was told of it: for the laws."""

from citybrain.clock import Timestamp
from citybrain.ids import AgentId
from citybrain.structs import Struct
from citysim.sim.street.scene import Blindness, TrueCondition
from street_agent.outbox.port import OutboxDraft


class DurableAppend(Struct, frozen=True, kw_only=True):
    """The numbers `first`..`last` of `incarnation` are durable since `at_s` (simulated time), which
    was `box_at` by the box's own clock."""

    at_s: float
    box_at: Timestamp
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
    forgotten_s: tuple[float, ...]  # when it died with something that the disk had not taken
