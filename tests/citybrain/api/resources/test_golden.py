"""The bytes that leave by the public API, fixed: renaming, adding or moving a field inside changes
nothing of them. A difference here is a change that clients see: a new version of the API, or a new
field with a number of its own. Run this file with the word `write` to fix them anew.
"""

import base64
import json
import sys
from pathlib import Path

import pytest
from api_values import (
    AGENT,
    CREW,
    ENTRY,
    LINK,
    MESSAGE,
    NEXT_ORDER,
    OUTCOME,
    PLACE,
    PLAN,
    SOURCE,
    TASK,
    UNIT,
    at,
)

from citybrain.api.json_text import values_of
from citybrain.api.resources.action import outcome_message
from citybrain.api.resources.asset import asset_message
from citybrain.api.resources.city import (
    city_message,
    city_order_message,
    district_sources_message,
    district_summary_message,
    open_need_message,
)
from citybrain.api.resources.crew import crew_screen_message
from citybrain.api.resources.district import district_message, on_call_message
from citybrain.api.resources.incident import (
    case_playbook_message,
    contribution_message,
    crew_message_message,
    incident_detail_message,
    incident_message,
    joined_by_message,
    note_message,
    page_message,
    paging_message,
    reading_message,
    reported_incident_message,
    verification_message,
)
from citybrain.api.resources.kind import (
    clocks_message,
    kind_message,
    need_message,
    working_clock_message,
)
from citybrain.api.resources.order import order_message
from citybrain.api.resources.plan import plan_detail_message, plan_message
from citybrain.api.resources.source import rule_message, source_message
from citybrain.api.resources.unit import unit_message
from citybrain.api.services.attachments import attachment_message
from citybrain.conditions import Condition, ConditionCode
from citybrain.domain.console import AgentStanding
from citybrain.domain.link import SourcesReport
from citybrain.domain.page import Channel, PageState
from citybrain.domain.plan import PlanStage
from citybrain.domain.report import ForeignCase, Reporter
from citybrain.domain.unit import DoubtfulPlace, Recommendation
from citybrain.localized_name import LocalizedName
from citybrain.structs import replace
from citybrain.vocabulary import Disposition, OrderStage
from district_node.playbook import CaseTexts

NEXT_BEST = replace(UNIT, unit="unit-2", name="抽水二队", district="hillside")
# what only its district knows of an incident
LEFT_OUT = {
    "reported_incident": {
        "priority",
        "waits_for",
        "source",
        "clocks",
        "previous_incident",
        "owner",
        "notes",
        "paging",
        "deferred_until",
        "responsible",
        "parent",
        "children",
        "merged_into",
        "caused_by",
        "consequences",
        "unwitnessed",
    }
}
GOLDEN = Path(__file__).parent / "golden.json"
ORDER = order_message(
    order="order-1",
    unit="unit-1",
    task=TASK,
    stage=OrderStage.ISSUED,
    changed_at=at(2),
    issued_at=at(1),
    assignment_number=4,
    plan="plan-1",
    reason="expired",
    place_name=LocalizedName(en="the East Gate", zh="东门"),
)
NAMES = {
    "unit-1": "巡逻一队",
    "box-1/cam-1": "the gate's camera",
    "crowd": "what a reason names",
    "inc-0": "R-1129-03",
    "inc-2": "R-1130-02",
    "inc-3": "R-1130-03",
    "inc-6": "R-1130-06",
    "inc-7": "R-1130-07",
    "inc-5": "R-1130-05",
}
CONTRIBUTION = contribution_message(
    reading=reading_message(1.45, 1.2, at(6), "m"),
    type_="foreign_system",
    source="hotline/C-9",
    verified_by="named_person",
    since=at(0),
    received_at=at(1),
    rule="crowd",
    live=True,
    reporter=Reporter.CITIZEN,
    text="水",
    contact="555 0100",
    case=ForeignCase(system="hotline", case="C-9", url="https://cases.example/9"),
    joined_by=joined_by_message(
        by="asset",
        distance_m=12.5,
        apart_s=30.0,
        family="obstruction",
        asset="rack-1",
        person="Li Na",
        asset_name="Rack 1 / 一号架",
    ),
    id_="0a1b2c3d4e5f",
    source_name="the hotline",
)
FULL = Condition(code=ConditionCode.DISK_FULL, since=at(-5), detail="for the log")
SOURCES = SourcesReport(
    district="riverside",
    at=at(-40),
    cameras=12,
    cameras_blind=2,
    cameras_degraded=1,
    cameras_unknown=4,
    agents=5,
    agents_offline=1,
)
PAGE = page_message(
    page="page-riverside-7",
    person="chen",
    name="陈伟",
    channel=Channel.SMS,
    state=PageState.FAILING,
    at=at(3),
    reason="not_delivered",
)
PAGING = paging_message(
    policy="urgent",
    step=2,
    to=["陈伟"],
    since=at(3),
    acknowledged_by="Li",
    acknowledged_at=at(4),
    next_at=at(9),
    pages=[PAGE],
    forgotten=1,
    ended=True,
)
ON_CALL = on_call_message(rota="desk", people=["chen"], names=["陈伟"], gap=True, until=at(60))
ATTACHMENT = attachment_message(
    attachment="file-riverside-40",
    name="井盖.jpg",
    media_type="image/jpeg",
    size=48_213,
    sha256="0f" * 32,
    actor="Li Na",
    at=at(2),
    state="redacted",
    redacted_by="Chen Bo",
    redacted_reason="shows a face",
    redacted_at=at(3),
)
MESSAGES = {
    "paging": PAGING,
    "page": PAGE,
    "on_call": ON_CALL,
    "incident": incident_message(ENTRY, paging=PAGING, names=NAMES),
    "incident_detail": incident_detail_message(
        ENTRY,
        contributions=[CONTRIBUTION],
        orders=[ORDER],
        reported_kind="crowd",
        playbook="crowding@1a",
        verification=verification_message(method="call_back", contact="555 0100"),
        recommendations=[
            Recommendation(
                unit="riverside-1",
                name="Patrol 1",
                eta_s=90.5,
                reason="preempts",
                words="has an order (R-1130-02, Minor), which would wait",
                fits=True,
                busy_with="inc-2",
                busy_with_number="R-1130-02",
            )
        ],
        notes=[note_message(at=at(2), actor="Li Na", text="the owner has a key")],
        messages=[crew_message_message(MESSAGE)],
        attachments=[ATTACHMENT],
        handled_by=case_playbook_message(
            playbook="crowding@1a",
            is_current=True,
            grid="事件/街面秩序",
            grid_code="02",
            texts=CaseTexts(closes=LocalizedName(en="when", zh="何时")),
        ),
        names=NAMES,
    ),
    "attachment": ATTACHMENT,
    "order": ORDER,
    "unit": unit_message(
        UNIT,
        DoubtfulPlace(place=PLACE, since=at(-3)),
        incident_number="R-1130-07",
        next_orders=[NEXT_ORDER],
        heading_deg=135.0,
        positioned_at=at(-2),
    ),
    "source": source_message(
        AGENT,
        SOURCE,
        name="East Gate / 东门",
        agent_name="Box / 终端",
        alone_in=("R-1130-07", "R-1130-09"),
    ),
    "district": district_message(
        district="riverside",
        name_en="Riverside",
        name_zh="滨江",
        centre=PLACE,
        software_version="0.1.0",
        links=[LINK],
        counts={"events": 5.0, "duplicates": 1.0},
        agents=[AGENT],
        conditions=[FULL],
        standings=[AgentStanding(agent="box-x1", standing="outbox_waits", since=at(1))],
        on_call=[ON_CALL],
        names={AGENT.agent: "Box / 终端"},
    ),
    "kind": kind_message(
        kind="crowding",
        title_en="Crowding",
        title_zh="人群聚集",
        needs=[need_message(capability="patrol", quantity=2, within_s=600.0)],
        clocks=clocks_message(
            dispatch_s=60.0,
            arrive_s=600.0,
            handle_s=1800.0,
            verify_s=90.0,
            working=[working_clock_message(name="handle", hours=4.0, days=0)],
        ),
        grid="事件/街面秩序",
        grid_code="02",
        seen_by="rule",
        texts=CaseTexts(opens=LocalizedName(en="when", zh="何时")),
    ),
    "asset": asset_message(
        asset="lift-1",
        kind="lifts.lift",
        name_en="Lift 1",
        name_zh="一号电梯",
        place=PLACE,
        fields={"floors": 12.0, "maker": "M", "zone": ((0.0, 0.5), (1.0, 0.5))},
    ),
    "plan": plan_message(replace(PLAN, stage=PlanStage.ISSUED, issued_at=at(9))),
    "plan_detail": plan_detail_message(
        PLAN,
        unit_of={"unit-1": UNIT, "unit-2": NEXT_BEST}.get,
        incident_of={"inc-2": replace(ENTRY.report, kind="lifts.stuck")}.get,
    ),
    "reported_incident": reported_incident_message(ENTRY.report),
    "city": city_message(
        name_en="Three Rivers",
        name_zh="三江市",
        software_version="0.1.0",
        planner="in-process",
        planner_reason="ray_is_starting",
        counts={"plans": 3.0, "orders_live": 1.0},
        conditions=[FULL],
    ),
    "district_summary": district_summary_message(
        district="riverside",
        name="Riverside",
        centre=PLACE,
        online=True,
        seen_at=at(-9),
        incidents=4,
        units=7,
        units_free=2,
        console="https://queue.riverside.example",
        sources=SOURCES,
    ),
    "district_sources": district_sources_message(SOURCES),
    "open_need": open_need_message(
        slot="slot-2",
        incident=ENTRY.report,
        capability="tow",
        deadline=at(300),
        is_requested=True,
        reason="planned",
        plan="plan-1",
    ),
    "city_order": city_order_message(
        order="order-1",
        plan="plan-1",
        unit="unit-1",
        unit_district="oldtown",
        report=UNIT,
        task=TASK,
        stage="issued",
        crew_stage="en_route",
        changed_at=at(5),
        reason="expired",
        live=True,
        place_name=LocalizedName(en="the East Gate", zh="东门"),
    ),
    "rule": rule_message(
        agent="box-1",
        source="cam-1",
        rule="crowd",
        kind="crowding",
        outcomes={one: number for number, one in enumerate(Disposition, start=1)},
        precision=0.5,
        last_ended_at=at(7),
        source_name="East Gate / 东门",
    ),
    "crew_screen": crew_screen_message(CREW),
    "outcome": outcome_message(OUTCOME),
}


def written():
    return {
        name: {
            "json": values_of(message),
            "protobuf": base64.b64encode(message.SerializeToString(deterministic=True)).decode(),
        }
        for name, message in MESSAGES.items()
    }


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_what_clients_read_stays_as_it_is(name):
    assert written()[name] == json.loads(GOLDEN.read_text(encoding="utf-8"))[name]


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_field_of_a_message_is_set_by_its_mapping(name):
    """So that none can be forgotten, and the fixed bytes have them all."""
    unset = {f.name for f in MESSAGES[name].DESCRIPTOR.fields if not _is_set(MESSAGES[name], f)}
    assert unset == LEFT_OUT.get(name, set())


def _is_set(message, field):
    value = getattr(message, field.name)
    return (
        bool(value) if field.is_repeated or not field.has_presence else message.HasField(field.name)
    )


if __name__ == "__main__" and sys.argv[1:] == ["write"]:
    text = json.dumps(written(), ensure_ascii=False, indent=1) + "\n"
    GOLDEN.write_text(text, encoding="utf-8")
