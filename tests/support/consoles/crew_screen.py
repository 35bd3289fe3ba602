"""What a crew's page shows: one unit with an order in any of its stages, or with none."""

from citybrain.clock import later
from citybrain.domain.crew import CrewEndedOrder, CrewOrder, CrewView, Reading, WhatToDo
from citybrain.domain.order import Task
from citybrain.localized_name import LocalizedName
from citybrain.structs import replace
from consoles.district_screen import evidence
from consoles.reports import CLOCK, TRACE, report, typed
from consoles.reports import unit as unit_report

WHAT_TO_DO = WhatToDo(
    opens=LocalizedName(en="The water stands above the mark.", zh="水位超过警戒线。"),
    time_limit=LocalizedName(
        en="A patrol within 15 minutes, a pump within 20, handled within two hours.",
        zh="巡逻 15 分钟内、排水车 20 分钟内到场，两小时内处置完毕。",
    ),
    closes=LocalizedName(
        en="The crew was there and the water is below the mark.",
        zh="队伍已到场，且水位低于警戒线。",
    ),
)


def crew_view(
    stage: str | None = "issued",
    assignment_number: int = 7,
    state: str = "committed",
    unit: str = "riverside-1",
) -> CrewView:
    place = unit_report(1).place
    order = None
    if stage is not None:
        order = CrewOrder(
            order=f"ord-riverside-{30 + assignment_number}",
            assignment_number=assignment_number,
            stage=stage,
            task=task(12, "oldtown"),
            issued_at=later(CLOCK.now(), -25),
            accept_by=later(CLOCK.now(), 65) if stage == "issued" else None,
            what_to_do=WHAT_TO_DO,
            contact="" if stage == "issued" else "+86 138 0000 1234",
        )
    return typed(CrewView(unit=unit, name="Patrol 1", state=state, place=place, order=order))


def seen(stage: str = "accepted", people: int = 4) -> CrewView:
    """A camera sees people at the scene of its order."""
    view = crew_view(stage)
    return replace(view, order=replace(view.order, evidence=evidence(people)))


def measured(
    value: float, limit: float | None, stage: str = "accepted", unit: str = "m"
) -> CrewView:
    """A sensor measures something at the scene of its order."""
    view = crew_view(stage)
    reading = Reading(value=value, limit=limit, at=later(CLOCK.now(), -30), unit=unit)
    return replace(view, order=replace(view.order, reading=reading))


def busy_day(
    stage: str | None = "on_scene", state: str = "on_scene", *, ended: list | None = None
) -> CrewView:
    """A crew that has done, refused and lost an order, and is at the next one."""
    before = [
        ended_order(1, -1_200),
        ended_order(2, -4_000, "refused", "Road blocked"),
        ended_order(3, -9_000, "withdrawn", "not_wanted"),
    ]
    orders = tuple(before if ended is None else ended)
    return replace(crew_view(stage, state=state), ended_orders=orders)


def ended_order(n: int, ended_s: float, stage: str = "done", reason: str = "") -> CrewEndedOrder:
    """One that ended `ended_s` seconds from now."""
    return typed(
        CrewEndedOrder(
            order=f"ord-riverside-{n}",
            assignment_number=n,
            stage=stage,
            task=replace(task(n, "riverside", "crowding"), number=f"R-1130-{n:02}"),
            issued_at=later(CLOCK.now(), ended_s - 900),
            ended_at=later(CLOCK.now(), ended_s),
            reason=reason,
            place_name=LocalizedName(en="the East Gate", zh="东门"),
        )
    )


def task(n: int, district: str, kind: str = "waterlogging", severity: str = "Severe") -> Task:
    incident = report(n, district)
    return typed(
        Task(
            incident=incident.incident,
            incident_district=district,
            slot=f"slot-{n}",
            slot_version=1,
            kind=kind,
            severity=severity,
            place=incident.place,
            traceparent=TRACE,
        )
    )
