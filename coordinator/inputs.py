"""Everything that the city's journal may hold: its inputs and their union.

Decides nothing. `coordinator.formats` gives each its kind and version in the journal.
- A repeated `DistrictLetterReceived` is recognised by (`district`, `epoch`, `position`): it has an
  effect only where the position is above the last one received of that epoch.
- A plan is an input when it comes back from a solver, already checked. Its id and the ids of its
  orders are derived from the record's number.
- Of a link only what changes decisions is journaled: connected, lost, returned. Heartbeats are not.
"""

from citybrain.clock import Timestamp
from citybrain.decider.command import ClockSet, ClockStepped, TimerFired
from citybrain.domain.console import PlanAction
from citybrain.domain.link import UpLetter
from citybrain.domain.order import Task
from citybrain.domain.plan import OrderRationale, UnassignedSlot
from citybrain.domain.principal import Principal
from citybrain.geo import Point
from citybrain.ids import DistrictId, StoreEpoch, UnitId
from citybrain.structs import Struct
from citybrain.travel.version import GREAT_CIRCLE_VERSION, TravelVersion
from coordinator.policy import Policy


class NodeStarted(Struct, frozen=True, kw_only=True):
    """The node came up (first record of every run). Every district is offline until it connects.

    `policy` is the one in force. `epoch` is the store's: the ids of plans and orders hold it, so
    that a store made anew never gives an old order's id again.
    """

    policy: Policy
    epoch: StoreEpoch


class DistrictConnected(Struct, frozen=True, kw_only=True):
    """A district opened its stream. A session below the last one is an old stream: no effect.

    `session` is the city's number of this stream. `presented_session` is the number that the hello
    presented, if the city had handed that out to this store; else 0. `discarded`: the city's
    letters up to here are acknowledged, by whatever store of that district.
    """

    district: DistrictId
    name: str
    centre: Point
    epoch: StoreEpoch
    session: int
    presented_session: int = 0
    discarded: int = 0
    up_next: int
    down_acked: int
    case_code: str = ""  # that the numbers of its cases begin with; "": it said none


class DistrictLost(Struct, frozen=True, kw_only=True):
    """The stream of this session ended or fell silent."""

    district: DistrictId
    session: int
    last_seen_at: Timestamp


class DistrictReturned(Struct, frozen=True, kw_only=True):
    """The stream of this session delivers again after a silence."""

    district: DistrictId
    session: int


class DistrictLetterReceived(Struct, frozen=True, kw_only=True):
    """One letter of a district's log.

    `after` is the position that came before it in the stream: when that one is not in the
    journal, this one must not be either.
    """

    district: DistrictId
    epoch: StoreEpoch
    position: int
    after: int = 0
    letter: UpLetter


class DistrictLetterQuarantined(Struct, frozen=True, kw_only=True):
    """A letter that the cores could not decide: its position is taken, so that the log goes on."""

    district: DistrictId
    epoch: StoreEpoch
    position: int
    after: int = 0
    reason: str = ""


class LetterRefusedByDistrict(Struct, frozen=True, kw_only=True):
    """A district can never journal this letter of the city's log for it: a gap goes to it in its
    place.
    """

    district: DistrictId
    position: int
    reason: str


class DraftOrder(Struct, frozen=True, kw_only=True):
    """An order as a solver proposes it, before it has an id."""

    unit: UnitId
    unit_district: DistrictId
    task: Task
    rationale: OrderRationale


class DraftPlan(Struct, frozen=True, kw_only=True):
    """A plan as a solver returned it and the checker accepted it, before it has an id.

    `cost` and `bound` are in weighted seconds, as in `citybrain.domain.plan.Plan`. `travel` says
    which travel times it rests on.
    """

    made_at: Timestamp
    world_version: int
    planner: str
    solver: str
    cost: float
    bound: float
    solve_ms: float
    orders: tuple[DraftOrder, ...]
    unassigned: tuple[UnassignedSlot, ...] = ()
    travel: TravelVersion = GREAT_CIRCLE_VERSION


class PlanMade(Struct, frozen=True, kw_only=True):
    """The plan that answers the plan request of this number."""

    request_number: int
    draft: DraftPlan


class PlanFailed(Struct, frozen=True, kw_only=True):
    """No planner gave a plan that the checker accepts."""

    request_number: int
    reason: str


class OfficerActed(Struct, frozen=True, kw_only=True):
    """The duty officer issued or rejected a plan; the door that it came in by made `principal`."""

    action: PlanAction
    principal: Principal


CityInput = (
    NodeStarted
    | DistrictConnected
    | DistrictLost
    | DistrictReturned
    | DistrictLetterReceived
    | DistrictLetterQuarantined
    | LetterRefusedByDistrict
    | PlanMade
    | PlanFailed
    | OfficerActed
    | TimerFired
    | ClockStepped
    | ClockSet
)
