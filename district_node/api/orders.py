"""The list of orders of the district's own units."""

from collections.abc import Callable, Mapping
from typing import cast

from citybrain.api.lists.conditions import is_true, is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.order import order_message
from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection
from district_node.cores.orders.roster import Order, is_live
from district_node.cores.state import DistrictState


def order_list(state: Callable[[], DistrictState]) -> PublicList[Order]:
    """The list over the state that `state` gives."""
    return PublicList(
        collection=ORDERS,
        items=lambda: cast("Mapping[str, Order]", state().roster.orders.unordered()),
        row=order_row,
        detail=order_row,
    )


def order_row(order: Order, _: Timestamp) -> PublicMessage:
    return order_message(
        order=order.order,
        unit=order.unit,
        task=order.task,
        stage=order.stage,
        changed_at=order.changed_at,
        issued_at=order.issued_at,
        assignment_number=order.assignment_number,
        plan=order.plan,
        reason=order.reason,
    )


ORDERS: Collection[Order] = Collection(
    name="orders",
    orders={
        "changed_at": lambda order, _: (order.changed_at,),
        "stage": lambda order, _: (order.stage.value,),
        "id": lambda order, _: (order.order,),
    },
    filters={
        "id": is_word(lambda order: order.order),
        "unit": is_word(lambda order: order.unit),
        "incident": is_word(lambda order: order.task.incident),
        "stage": is_word(lambda order: order.stage.value),
        "live": is_true(is_live),
    },
    text=lambda order: f"{order.order} {order.unit} {order.task.incident} {order.task.number}",
)
