"""What the terminal shows of a district and of an incident."""

from io import StringIO

import pytest
from district_snapshots import a_snapshot
from rich.console import Console

from citybrain.api.client.incidents import Basis, WholeIncident, whole_incident_of
from citybrain.api.client.rules import CountedRule
from citybrain.domain.console import Unwitnessed
from citybrain.domain.crew import CrewMessage
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, OperatorVerb, Phase, Severity
from district_node.api.incidents import incident_list
from district_node.shell.quarantine import QuarantinedMessage
from district_node.terminal.tables import (
    incident_view,
    message_table,
    quarantine_table,
    rules_table,
    snapshot_table,
)


def shown(what, width=200):
    console = Console(width=width, record=True, file=StringIO())
    console.print(what)
    return console.export_text()


def test_the_queue_names_incidents_clocks_crews_and_links(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    text = shown(snapshot_table(a_snapshot(scenario)))
    for part in (
        scenario.incident().number,
        "crowding",
        "Moderate",
        "dispatched",
        "Riverside-1",
        "arrive 10:00",
        "city DOWN (12 waiting)",
        "broker DOWN (silenced)",
        "committed",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"read_at": 10_000_000}, "0:20 ago"),
        ({}, "not yet"),
        ({"order": "o-1"}, "on its way"),
        ({"order": "o-1", "reached_at": 10_000_000}, "not yet"),
        ({"order": "o-1", "not_reached": "order_over"}, "did not reach it: order over"),
        ({"order": "o-1", "district": "oldtown", "district_name": "Old Town"}, "Li Na, Old Town"),
    ],
)
def test_a_message_says_whether_its_crew_has_it_and_which_other_district_wrote_it(known, words):
    message = CrewMessage(
        message="m-1", unit="u-1", incident="i-1", at=1, actor="Li Na", text="gate 4", **known
    )
    assert words in shown(message_table([message], 30_000_000, {"u-1": "Patrol 1"}))


def test_a_clock_that_has_run_out_says_by_how_much(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    scenario.press("riverside-1", CrewAction.ACCEPT)
    scenario.wait(665)
    assert "arrive overdue by 1:05" in shown(snapshot_table(a_snapshot(scenario)))


def test_a_queue_that_is_cut_says_so(scenario):
    scenario.start()
    scenario.send_event()
    snapshot = a_snapshot(scenario)
    assert "most urgent" not in shown(snapshot_table(snapshot))
    text = shown(snapshot_table(replace(snapshot, queue=snapshot.queue * 500)))
    assert "500+ open" in text
    assert "the 500 most urgent; the page of the district and /api/v1/incidents have all" in text


def test_ended_incidents_are_shown_on_request(scenario):
    scenario.start()
    scenario.send_event()
    scenario.act(OperatorVerb.CLOSE, reason="gone")
    assert "nothing is open" in shown(snapshot_table(a_snapshot(scenario)))
    assert "closed" in shown(snapshot_table(a_snapshot(scenario), ended=True))


def test_an_incident_shows_its_needs_and_its_whole_history(scenario):
    scenario.start()
    scenario.send_event()
    scenario.act(OperatorVerb.CLOSE, reason="sent home")
    snapshot = a_snapshot(scenario)
    basis = Basis(
        type="person",
        source="citizen, taken by Li Na",
        words="[red]they block[/red] the gate",
        contact="555 0100",
        verified_by="call_back",
    )
    incident = WholeIncident(entry=snapshot.queue[0], basis=(basis,))
    text = shown(incident_view(incident, snapshot.at))
    for part in (
        "patrol",
        "cancelled",
        "Li Na",
        "sent home",
        "no_own_unit",
        "box-1/cam-1, 1 events",
        "[red]they block[/red] the gate",
        "555 0100",
        "call_back",
    ):
        assert part in text, part


def test_the_quarantine_is_a_table():
    assert "forged" in shown(
        quarantine_table(
            [
                QuarantinedMessage(
                    at=0, sender="box-1", reason="forged", detail="d", size=3, head="00"
                )
            ]
        )
    )


@pytest.mark.parametrize("word", ["[/red]", "[bold]", "[link=https://example.org]a[/link]"])
def test_words_of_people_are_shown_as_they_are(scenario, word):
    scenario.start(replace(scenario.a_unit("riverside-1"), name=word))
    scenario.send_event()
    scenario.act(OperatorVerb.CLOSE, operator=word, reason=f"gone {word}")
    snapshot = a_snapshot(scenario)
    assert word in shown(snapshot_table(snapshot, ended=True))
    basis = Basis(type="person", source=word, words=word, contact=word, verified_by=word)
    whole = WholeIncident(entry=snapshot.queue[0], basis=(basis,))
    assert f"gone {word}" in shown(incident_view(whole, snapshot.at))
    message = QuarantinedMessage(
        at=snapshot.at, sender=word, reason=word, detail=word, size=1, head=""
    )
    assert word in shown(quarantine_table([message]))


def test_a_case_that_nothing_sees_says_why_and_since_when(scenario):
    scenario.start()
    scenario.send_event()
    (row,) = a_snapshot(scenario).queue
    blind = Unwitnessed(
        state="blind", source="box-1/cam-1", reason="tampered", since=scenario.clock.now()
    )
    row = replace(row, unwitnessed=blind)
    text = shown(incident_view(WholeIncident(entry=row, basis=()), scenario.clock.now()))
    assert "its only camera or sensor, box-1/cam-1, is blind since 15:06 UTC: tampered" in text
    snapshot = replace(a_snapshot(scenario), queue=(row,))
    assert "unseen" in shown(snapshot_table(snapshot))


def whole(scenario):
    """The only incident, by the public API's message."""
    now = scenario.clock.now
    detail = incident_list(lambda: scenario.state, now).detail(scenario.incident(), now())
    return whole_incident_of(detail)


def test_an_incident_with_an_open_place_shows_who_could_come_and_why(scenario):
    scenario.start(
        scenario.a_unit("patrol-1", "patrol", metres=40_000),
        scenario.a_unit("tanker-1", "pump", metres=800),
    )
    scenario.send_event(incident_kind="waterlogging", severity=Severity.SEVERE)
    text = shown(incident_view(whole(scenario), scenario.clock.now()))
    assert "could come" in text
    assert "1:23:20" in text, "40 km at 8 m/s"
    assert "Patrol-1" in text
    assert "is free" in text


def test_an_unstable_incident_says_so_and_a_folded_line_how_often(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    for number, phase in enumerate((Phase.START, Phase.END, Phase.START)):
        scenario.send_event(phase=phase, episode=f"e{number // 2}")
    found = whole(scenario)
    line = replace(found.entry.history[0], times=12, last_at=scenario.clock.now())
    found = replace(found, entry=replace(found.entry, history=(line,)))
    text = shown(incident_view(found, scenario.clock.now()))
    assert "changes too often" in text
    assert "reported, 12 times until" in text


def test_rules_stand_in_columns_that_can_be_read():
    name = "Camera (Kaisaniemenranta, Kaisaniemi Botanical Garden) / 摄像机（Kaisaniemenranta）"
    counted = {"fixed": 12, "gone": 3, "false_alarm": 0, "other": 1}
    rule = CountedRule(source=name, rule="crowd", kind="crowding", precision=1.0, **counted)
    text = shown(rules_table([rule]), width=80)
    assert text.splitlines()[1].split() == "source rule kind right fixed gone false other".split()
    assert "crowding" in text and "100%" in text and "摄像机" not in text
