"""What a node shows comes back as the values that it was made of, but for what is no client's
concern."""

import pytest
from api_values import ENDED_ORDER, NEXT_ORDER, TASK
from consoles import crew_screen, district_screen
from consoles.reports import CLOCK, unit

from citybrain.api.client.crews import crew_view_of
from citybrain.api.client.districts import DISTRICT_VIEWS, snapshot_of, unit_report_of
from citybrain.api.client.incidents import queue_entry_of, whole_incident_of
from citybrain.api.client.windows import windows_of
from citybrain.api.resources.crew import crew_screen_message
from citybrain.api.resources.district import district_message
from citybrain.api.resources.incident import (
    contribution_message,
    incident_detail_message,
    incident_message,
)
from citybrain.api.resources.source import source_id, source_message
from citybrain.api.resources.unit import unit_message
from citybrain.api.v1 import changes_pb2 as pb
from citybrain.domain.crew import Reading
from citybrain.domain.report import Reporter
from citybrain.geo import Point
from citybrain.structs import replace
from citybrain.vocabulary import (
    IncidentStage,
    Severity,
)

HERE = Point(lat=30.66, lon=104.06)
BUSY = district_screen.busy_district()


def shown(entry):
    """An entry without what rows leave out."""
    report = replace(entry.report, traceparent="")
    return replace(entry, report=report, history=(), evidence=None, rule="")


@pytest.mark.parametrize("entry", BUSY.queue, ids=lambda entry: entry.report.incident)
def test_a_row_of_the_queue(entry):
    assert queue_entry_of(incident_message(entry)) == shown(entry)


def test_an_incident_with_its_history_evidence_and_what_it_rests_on():
    entry = BUSY.queue[1]
    call = contribution_message(
        type_="person",
        source="Li Na",
        verified_by="call_back",
        since=CLOCK.now(),
        received_at=CLOCK.now(),
        reporter=Reporter.CITIZEN,
        text="a crowd",
        contact="555 0100",
    )
    seen = contribution_message(
        type_="camera",
        source="box-a1/cam-a1",
        rule=entry.rule,
        verified_by="look_again",
        since=CLOCK.now(),
        received_at=CLOCK.now(),
    )
    detail = incident_detail_message(
        entry,
        contributions=[call, seen],
        orders=[],
        reported_kind=entry.report.kind,
        playbook="crowding@1",
        verification=None,
    )
    whole = whole_incident_of(detail)
    expected = replace(entry, report=replace(entry.report, traceparent=""))
    assert whole.entry == expected
    assert [(b.type, b.source, b.words, b.contact) for b in whole.basis] == [
        ("person", "citizen, taken by Li Na", "a crowd", "555 0100"),
        ("camera", "box-a1/cam-a1", "rule crowd", ""),
    ]


def test_a_word_of_a_newer_node_is_unknown():
    message = incident_message(BUSY.queue[0])
    message.stage, message.severity = "levitated", "Cosmic"
    entry = queue_entry_of(message)
    assert entry.report.stage is IncidentStage.UNKNOWN
    assert entry.report.severity is Severity.UNKNOWN


def test_a_whole_district():
    rows = {
        "incidents": [
            pb.Row(key=e.report.incident, incident=incident_message(e)) for e in BUSY.queue
        ],
        "units": [pb.Row(key=u.unit, unit=unit_message(u)) for u in BUSY.units],
        "sources": [
            pb.Row(key=source_id(agent, source), source=source_message(agent, source))
            for agent in BUSY.agents
            for source in agent.sources
        ],
        "district": [
            pb.Row(
                key="riverside",
                district=district_message(
                    district=BUSY.district,
                    name_en="Riverside",
                    name_zh="滨江",
                    centre=BUSY.centre,
                    software_version="0.1.0",
                    links=BUSY.links,
                    counts=BUSY.counts,
                    agents=BUSY.agents,
                ),
            )
        ],
    }
    windows = windows_of(DISTRICT_VIEWS)
    assert windows.take(
        pb.Changes(
            version="e.1",
            views=[
                pb.ViewChange(name=name, page=pb.Page(total=len(rows), rows=rows))
                for name, rows in rows.items()
            ],
        )
    )
    agents = [
        replace(agent, outbox_bytes=0, software_version="0.1.0" if agent.sources else "")
        for agent in BUSY.agents
    ]
    assert snapshot_of(windows, BUSY.at) == replace(
        BUSY,
        name="Riverside 滨江",
        queue=tuple(shown(entry) for entry in BUSY.queue),
        agents=tuple(agents),
    )


@pytest.mark.parametrize("order", [None, "ord-riverside-1"])
def test_a_unit(order):
    one = unit(1, "en_route", order=order)
    assert unit_report_of(unit_message(one)) == one


@pytest.mark.parametrize("stage", [None, "issued", "on_scene"])
def test_a_crews_screen(stage):
    view = crew_screen.crew_view(stage)
    if view.order is not None:
        task = replace(view.order.task, slot_version=0, traceparent="")
        reading = Reading(value=1.5, limit=None, at=CLOCK.now())
        seen = {"evidence": district_screen.evidence(), "reading": reading}
        view = replace(view, order=replace(view.order, task=task, **seen))
    task = replace(TASK, slot_version=0, traceparent="", incident_district_name="")
    ended = replace(ENDED_ORDER, task=task)
    view = replace(view, next_orders=(NEXT_ORDER,), ended_orders=(ended,))
    assert crew_view_of(crew_screen_message(view)) == view
