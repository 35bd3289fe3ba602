"""What every unit has done before, for its crew's screen, with the names of places. Keeps nothing
that the state has not.
"""

from collections.abc import Callable, Mapping
from itertools import chain

from citybrain.domain.crew import CrewEndedOrder
from citybrain.geo import Point
from citybrain.ids import OrderId, UnitId
from citybrain.localized_name import LocalizedName
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from district_node.cores import view
from district_node.cores.orders.ended_orders import ended_orders
from district_node.cores.orders.roster import Order
from district_node.cores.state import DistrictState
from district_node.inputs import Setup
from district_node.naming.shown_names import ShownNames


class EndedOrders:
    """What every unit has done before. Looked for where an order has changed, and each named once:
    every view of every crew asks, and a district keeps a day of orders.

    Bounded by what `ended_orders` finds.
    """

    def __init__(self, state: Callable[[], DistrictState], names: ShownNames) -> None:
        self._state, self._names = state, names
        self._found_in: tuple[SortedMap[OrderId, Order], Setup] | None = None
        self._found: Mapping[UnitId, tuple[CrewEndedOrder, ...]] = {}

    def of(self, unit: UnitId) -> tuple[CrewEndedOrder, ...]:
        orders, setup = self._state().roster.orders, self._state().setup
        before = self._found_in
        if before is None or before[0] is not orders or before[1] is not setup:
            is_renamed = before is None or before[1] is not setup
            shown = () if is_renamed else chain.from_iterable(self._found.values())
            places = {one.task.place: one.place_name for one in shown}
            self._found = {
                of_unit: tuple(self._named(one, places) for one in its)
                for of_unit, its in ended_orders(orders).items()
            }
            self._found_in = orders, setup
        return self._found.get(unit, ())

    def _named(self, order: Order, places: Mapping[Point, LocalizedName]) -> CrewEndedOrder:
        place = order.task.place
        name = places.get(place) or self._names.of_place(place)
        return replace(view.ended_order(order), place_name=name)
