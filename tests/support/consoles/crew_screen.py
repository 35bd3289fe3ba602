"""What a crew's page shows: one unit with an order in any of its stages, or with none."""

from citybrain.clock import later
from citybrain.domain.crew import CrewOrder, CrewView, WhatToDo
from citybrain.domain.order import Task
from citybrain.localized_name import LocalizedName
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
