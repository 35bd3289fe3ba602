"""A tier's state without what no decision reads: counts for screens, histories, plans that are over, numbers that only have to go up. For digests alone."""

from dataclasses import replace
from typing import Any

from citybrain.clock import Timestamp
from citybrain.domain.plan import PlanStage
from citybrain.journal.port import Timer
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace as with_
from coordinator.cores import replan
from coordinator.cores.state import CityState
from coordinator.cores.world import World
from coordinator.inputs import DraftPlan
from district_node.cores.state import EMPTY, DistrictState

NO_TIME = Timestamp(0)


def city_view(state: CityState, timers: tuple[Timer, ...]) -> list[Any]:
    """`asked` is a number that goes up: whether a plan or a timer is of the last wish is what counts, as the world's counts of stirs only have to differ."""
    wish, stirred = state.replan, state.world.stirred
    view = replace(
        state,
        tally=SortedMap(),
        plans=tuple(plan for plan in state.plans if plan.stage is PlanStage.PROPOSED),
        world=_world_view(state.world),
        drives=replace(
            state.drives,
            ended=SortedMap((o, d) for o, d in state.drives.ended.items() if d.blames_unit),
            ended_order=(),
        ),
        replan=replace(
            wish,
            asked=0,
            stirred=int(wish.stirred == stirred),
            asked_in=int(wish.asked_in == stirred),
        ),
    )
    return [
        view,
        [
            replace(t, version=int(t.version == wish.asked))
            if t.timer == replan.TIMER and t.version
            else t
            for t in timers
        ],
    ]


def district_view(state: DistrictState, timers: tuple[Timer, ...]) -> list[Any]:
    view = with_(
        state,
        setup=EMPTY.setup,  # the same at every point of a world
        starts=0,
        incidents=SortedMap(
            (name, with_(incident, history=())) for name, incident in state.incidents.items()
        ),
        city=with_(state.city, seen=0),
    )
    return [view, timers]


def draft_view(draft: DraftPlan) -> DraftPlan:
    return replace(draft, world_version=0, made_at=NO_TIME)


def _world_view(world: World) -> World:
    districts = SortedMap(
        (name, replace(d, session=0, up_acked=0)) for name, d in world.districts.items()
    )
    return replace(world, version=0, stirred=0, districts=districts)
