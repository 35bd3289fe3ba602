"""What each unit had to do before: its orders that have ended, as long as the district keeps them,
for a day (`ORDER_ANSWER_RETENTION`). Decides nothing.
"""

from collections.abc import Mapping

from citybrain.ids import OrderId, UnitId
from citybrain.sorted_map import SortedMap
from district_node.cores.orders.limits import ENDED_ORDERS_SHOWN
from district_node.cores.orders.roster import Order, has_ended


def ended_orders(orders: SortedMap[OrderId, Order]) -> Mapping[UnitId, tuple[Order, ...]]:
    """By unit, the one that ended last first, at most `ENDED_ORDERS_SHOWN`. What was reserved and
    never issued was no order to its crew."""
    found = dict[UnitId, list[Order]]()
    for order in orders.values():
        if has_ended(order) and order.issued_at is not None:
            found.setdefault(order.unit, []).append(order)
    return {unit: _newest(its) for unit, its in found.items()}


def _newest(its: list[Order]) -> tuple[Order, ...]:
    its.sort(key=lambda one: (one.changed_at, one.assignment_number), reverse=True)
    return tuple(its[: ENDED_ORDERS_SHOWN.value])
