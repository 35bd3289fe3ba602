"""A tier's state without what no decision reads: counts for screens, histories, plans that are
over, numbers that only have to go up. For digests alone."""

from typing import NamedTuple

from citybrain.clock import Timestamp
from citybrain.domain.plan import PlanStage
from citybrain.journal.port import Timer
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from coordinator.cores import timer_keys
from coordinator.cores.state import CityState
from coordinator.cores.world import World
from coordinator.inputs import DraftPlan
from district_node.cores.state import EMPTY, DistrictState

NO_TIME = Timestamp(0)


class CityView(NamedTuple):
    state: CityState
    timers: tuple[Timer, ...]


class DistrictView(NamedTuple):
    state: DistrictState
    timers: tuple[Timer, ...]


def city_view(state: CityState, timers: tuple[Timer, ...]) -> CityView:
    """Numbers that only go up are left out: whether a plan or a timer belongs to the last request
    counts, and whether two of the world's planning versions differ.
    """
    replan, version = state.replan, state.world.planning_version
    view = replace(
        state,
        counts=SortedMap(),
        plans=tuple(plan for plan in state.plans if plan.stage is PlanStage.PROPOSED),
        world=_world_view(state.world),
        sagas=replace(
            state.sagas,
            ended=SortedMap((o, d) for o, d in state.sagas.ended.items() if d.unit_at_fault),
            ended_order=(),
        ),
        replan=replace(
            replan,
            request_number=0,
            planned_version=int(replan.planned_version == version),
            requested_version=int(replan.requested_version == version),
        ),
    )
    return CityView(view, tuple(_timer_view(timer, replan.request_number) for timer in timers))


def district_view(state: DistrictState, timers: tuple[Timer, ...]) -> DistrictView:
    view = replace(
        state,
        setup=EMPTY.setup,  # the same in every state of a world
        starts=0,
        incidents=SortedMap(
            (name, replace(incident, history=())) for name, incident in state.incidents.items()
        ),
        city=replace(state.city, down_acked=0, session=0, discarded_before=None),
    )
    return DistrictView(view, timers)


def draft_view(draft: DraftPlan) -> DraftPlan:
    return replace(draft, world_version=0, made_at=NO_TIME)


def _timer_view(timer: Timer, request_number: int) -> Timer:
    if timer.timer != timer_keys.REPLAN or not timer.version:
        return timer
    return replace(timer, version=int(timer.version == request_number))


def _world_view(world: World) -> World:
    districts = SortedMap(
        (name, replace(d, session=0, presented_session=0, discarded_before=None, up_acked=0))
        for name, d in world.districts.items()
    )
    return replace(world, version=0, planning_version=0, districts=districts)
