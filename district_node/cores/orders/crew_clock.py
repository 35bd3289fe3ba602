"""When a crew should have taken the next step of its order, by the playbook. Pure sums; what a
clock that has run out sets in motion is a flow's.
"""

from citybrain.clock import Timestamp, later
from citybrain.geo import Point, distance_m
from citybrain.vocabulary import OrderStage
from district_node.cores.orders.roster import Order, Unit
from district_node.playbook import Playbook

DETOUR = 1.4  # streets are so much longer than the straight line; who is late is late by minutes
SLOWEST_MPS = 0.5  # a unit that is configured slower walks

# stage: what its crew should do next
AWAITED: dict[OrderStage, str] = {
    OrderStage.ISSUED: "accept",
    OrderStage.ACCEPTED: "depart",
    OrderStage.EN_ROUTE: "arrive",
    OrderStage.ON_SCENE: "finish",
}


def due_of(order: Order, unit: Unit, playbook: Playbook) -> Timestamp | None:
    """When the clock of the order's stage runs out; None: it has none."""
    silence = playbook.silence
    match order.stage:
        case OrderStage.ISSUED:
            return later(order.changed_at, playbook.clocks.accept_s)
        case OrderStage.ACCEPTED:
            return later(order.changed_at, silence.depart_s)
        case OrderStage.EN_ROUTE:
            way_s = _way_s(unit, order.task.place)
            return later(order.changed_at, way_s + silence.late_s)
        case OrderStage.ON_SCENE if silence.free_on_scene_s > 0:
            return later(order.changed_at, silence.free_on_scene_s)
        case _:
            return None


def _way_s(unit: Unit, goal: Point) -> float:
    return DETOUR * distance_m(unit.place, goal) / max(unit.speed_mps, SLOWEST_MPS)
