"""The list of the city's orders: those under way, and the last ones that are over."""

from citybrain.api.lists.area import is_in_area
from citybrain.api.lists.conditions import is_true, is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.city import city_order_message
from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection
from coordinator.api.shown import ReadShown, ShownOrder


def order_list(shown: ReadShown) -> PublicList[ShownOrder]:
    """The list over what `shown` gives."""
    return PublicList(collection=ORDERS, items=lambda: shown().orders, row=_row, detail=_row)


def _row(order: ShownOrder, _: Timestamp) -> PublicMessage:
    return city_order_message(
        order=order.order,
        plan=order.plan,
        unit=order.unit,
        unit_district=order.unit_district,
        report=order.report,
        task=order.task,
        stage=order.stage,
        crew_stage=order.crew_stage,
        changed_at=order.since,
        reason=order.reason,
        live=order.is_live,
        place_name=order.place_name,
    )


def _text(order: ShownOrder) -> str:
    name = "" if order.report is None else order.report.name
    task = order.task
    return f"{order.order} {order.plan} {order.unit} {name} {task.incident} {task.number}"


ORDERS: Collection[ShownOrder] = Collection(
    name="orders",
    orders={
        "progress": lambda order, _: (not order.is_live, -order.since),
        "changed_at": lambda order, _: (order.since,),
        "id": lambda order, _: (order.order,),
    },
    filters={
        "id": is_word(lambda order: order.order),
        "plan": is_word(lambda order: order.plan),
        "unit": is_word(lambda order: order.unit),
        "incident": is_word(lambda order: order.task.incident),
        "unit_district": is_word(lambda order: order.unit_district),
        "incident_district": is_word(lambda order: order.task.incident_district),
        "stage": is_word(lambda order: order.stage),
        "crew_stage": is_word(lambda order: order.crew_stage),
        "live": is_true(lambda order: order.is_live),
        "area": is_in_area(lambda order: order.task.place),
    },
    text=_text,
)
