"""The list of the newest plans."""

from citybrain.api.lists.conditions import is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.plan import plan_detail_message, plan_message
from citybrain.clock import Timestamp
from citybrain.domain.plan import Plan
from citybrain.feed.collection import Collection
from coordinator.api.shown import ReadShown


def plan_list(shown: ReadShown) -> PublicList[Plan]:
    """The list over what `shown` gives."""

    def detail(plan: Plan, _: Timestamp) -> PublicMessage:
        now = shown()
        return plan_detail_message(plan, unit_of=now.units.get, incident_of=now.incidents.get)

    def related(plan: Plan) -> tuple[object, ...]:
        """What people call its units and incidents. Where a unit is belongs to the moment at which
        a message is made; who follows that watches the unit."""
        units, incidents = shown().units, shown().incidents
        named: list[object] = []
        for order in plan.orders:
            for name in (order.unit, order.rationale.next_best):
                unit = None if name is None else units.get(name)
                named.append(None if unit is None else (unit.name, unit.district))
        tasks = (order.task for order in plan.orders)
        cases = (*(task.incident for task in tasks), *(s.incident for s in plan.unassigned))
        for case in cases:
            report = incidents.get(case)
            named.append(
                None if report is None else (report.kind, report.number, report.place_name)
            )
        return tuple(named)

    return PublicList(
        collection=PLANS, items=lambda: shown().plans, row=_row, detail=detail, related=related
    )


def _row(plan: Plan, _: Timestamp) -> PublicMessage:
    return plan_message(plan)


PLANS: Collection[Plan] = Collection(
    name="plans",
    orders={
        "newest": lambda plan, _: (-plan.made_at,),
        "made_at": lambda plan, _: (plan.made_at,),
        "id": lambda plan, _: (plan.plan,),
    },
    filters={
        "id": is_word(lambda plan: plan.plan),
        "stage": is_word(lambda plan: plan.stage.value),
    },
    text=lambda plan: f"{plan.plan} {plan.stage.value} {plan.solver}",
)
