"""Everything that the city's journal may hold: its inputs, as frozen values, and the table of their names. Decides nothing.

For those who read a journal (law checkers, replay, the back-test): `Decider(decide=cores.decide.decide, initial=cores.state.EMPTY, store=…, kinds=KINDS)`.
- `DistrictLetterReceived` repeats are recognised by (`district`, `epoch`, `position`): effect only where the position is above the last one seen of that epoch.
- A plan is an input when it comes back from a solver, already checked; it gets its name, and its orders theirs, from the record's number.
- Only what changes what is decided is journaled of a link: hello, away and back. Heartbeats are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from citybrain.clock import Timestamp
from citybrain.decider.command import KERNEL_DECIDING
from citybrain.domain.console import PlanAction
from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import UpLetter
from citybrain.domain.order import OrderAnswer, OrderProgress, Task
from citybrain.domain.plan import Reason, UnassignedSlot
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.ids import DistrictId, StoreEpoch, UnitId
from coordinator.policy import Policy

DECIDING = (  # the code that decides, for `fingerprint_of`: a replay through other code is a back-test
    "coordinator.cores",
    "coordinator.errors",
    "coordinator.inputs",
    "coordinator.limits",
    "coordinator.policy",
    *KERNEL_DECIDING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeStarted:
    """The node came up (first record of every run): the policy in force. Every district is away until it says hello.

    `epoch` is the store's: names of plans and orders hold it, so that a store made anew never gives an old order's name again.
    `cores` is the fingerprint of `DECIDING`: what follows was decided by that code ("": a version that did not say so). No core looks at it.
    """

    policy: Policy
    epoch: StoreEpoch
    cores: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictConnected:
    """A district opened its stream. A lower session than the last one is an old stream and changes nothing."""

    district: DistrictId
    name: str
    centre: Point
    epoch: StoreEpoch
    session: int
    up_next: int
    down_acked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictLost:
    """The stream of this session ended or fell silent; `heard_at` is when it was last heard."""

    district: DistrictId
    session: int
    heard_at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictReturned:
    """The stream of this session was heard again after a silence."""

    district: DistrictId
    session: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictLetterReceived:
    """One letter of a district's log: at most one of the four is set (`said` makes it; none: a letter that no core could decide is passed over).

    `after` is the position that came before it in the stream: when that one is not in the journal, this one must not be either.
    """

    district: DistrictId
    epoch: StoreEpoch
    position: int
    after: int = 0
    incident: IncidentReport | None = None
    unit: UnitReport | None = None
    answer: OrderAnswer | None = None
    progress: OrderProgress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOrder:
    """An order as a solver proposes it, before it has a name."""

    unit: UnitId
    unit_district: DistrictId
    task: Task
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPlan:
    """A plan as a solver returned it and the checker accepted it, before it has a name."""

    made_at: Timestamp
    world_version: int
    planner: str
    solver: str
    cost: float
    bound: float
    solve_ms: float
    orders: tuple[DraftOrder, ...]
    unassigned: tuple[UnassignedSlot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMade:
    """The answer to the `asked`-th wish for a plan."""

    asked: int
    draft: DraftPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFailed:
    """No planner gave a plan that the checker accepts."""

    asked: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerActed:
    action: PlanAction


KINDS: Mapping[str, type] = {
    "node_started": NodeStarted,
    "district_connected": DistrictConnected,
    "district_lost": DistrictLost,
    "district_returned": DistrictReturned,
    "district_letter_received": DistrictLetterReceived,
    "plan_made": PlanMade,
    "plan_failed": PlanFailed,
    "officer_acted": OfficerActed,
}


def said(
    district: DistrictId, epoch: StoreEpoch, position: int, letter: UpLetter, *, after: int = 0
) -> DistrictLetterReceived:
    """The input that `letter` at `position` of the district's log becomes."""
    empty = DistrictLetterReceived(district=district, epoch=epoch, position=position, after=after)
    match letter:
        case IncidentReport():
            return replace(empty, incident=letter)
        case UnitReport():
            return replace(empty, unit=letter)
        case OrderAnswer():
            return replace(empty, answer=letter)
        case OrderProgress():
            return replace(empty, progress=letter)
