"""What people do to a case beside moving its stage: notes, messages, corrections, whose case it
is. What is refused says why, and changes nothing.
"""

import pytest
from crew_messages import reply_of, write_to
from darkness import presence, watched

from citybrain.domain.incident import IncidentReport
from citybrain.domain.principal import Principal, Role
from citybrain.limits import MESSAGE_REPLIES
from citybrain.structs import replace
from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    OrderStep,
    Severity,
    SlotState,
    UnitState,
)
from district_node.cores.case_limits import CREW_MESSAGES, NOTES
from district_node.inputs import CityLinkChanged
from district_node.playbook import LocalizedName, NeedRule, OpeningRule, Playbook
from district_node.playbooks.load import load_playbooks

PUMPS = Playbook(
    kind="burst_pipe",
    title=LocalizedName(en="Burst pipe", zh="水管爆裂"),
    needs=(NeedRule(capability="pump"), NeedRule(capability="patrol")),
)
NOBODY = Playbook(kind="noise", title=LocalizedName(en="Noise", zh="噪声"))
LATER = Playbook(
    kind="later",
    title=LocalizedName(en="Later", zh="稍后"),
    opens=OpeningRule(severity=Severity.EXTREME),
)
PLAYBOOKS = (*load_playbooks(), PUMPS, NOBODY, LATER)


def codes(incident):
    return [line.code for line in incident.history]


def facts(state):
    return replace(state, idempotency=type(state.idempotency)())


@pytest.fixture
def dispatched(scenario):
    """A patrol is on its way to a crowd; a pump is free."""
    patrol, pump = scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2", "pump")
    scenario.start(patrol, pump, playbooks=PLAYBOOKS)
    scenario.send_event()
    assert scenario.incident().stage is IncidentStage.DISPATCHED
    return scenario


def test_a_note_is_kept_with_its_writer_and_the_history_names_it_without_the_text(dispatched):
    assert dispatched.act(OperatorVerb.NOTE, text="第一条\nthe owner has a key").done
    (note,) = dispatched.incident().case_file.notes
    assert (note.actor, note.text) == ("Li Na", "第一条\nthe owner has a key")
    line = dispatched.incident().history[-1]
    assert (line.code, line.actor, line.reason) == ("noted", "Li Na", "")


def test_a_case_keeps_its_first_note_and_the_newest_and_counts_the_others(dispatched):
    for number in range(NOTES.value + 3):
        dispatched.act(OperatorVerb.NOTE, text=f"note {number}")
    case_file = dispatched.incident().case_file
    assert (len(case_file.notes), case_file.notes_dropped) == (NOTES.value, 3)
    assert [case_file.notes[0].text, case_file.notes[1].text] == ["note 0", "note 4"]


def test_a_note_may_be_written_when_the_case_is_closed_and_a_correction_may_not(dispatched):
    dispatched.act(OperatorVerb.CLOSE, reason="gone")
    assert dispatched.act(OperatorVerb.NOTE, text="they called back").done
    refused = dispatched.act(OperatorVerb.SET_SEVERITY, severity=Severity.MINOR)
    assert (refused.reason, "Open it again first" in refused.detail) == ("stage:closed", True)


@pytest.mark.parametrize(
    ("verb", "said", "reason"),
    [
        (OperatorVerb.NOTE, {"text": " \n"}, "no_text"),
        (OperatorVerb.MESSAGE, {"unit": "riverside-1"}, "no_text"),
        (OperatorVerb.MESSAGE, {"unit": "oldtown-1", "text": "hello"}, "no_such_unit"),
        (OperatorVerb.RECLASSIFY, {}, "no_kind"),
        (OperatorVerb.RECLASSIFY, {"kind": "crowding"}, "same_kind"),
        (OperatorVerb.RECLASSIFY, {"kind": "flying_saucer"}, "no_playbook"),
        (OperatorVerb.RELOCATE, {}, "no_place"),
        (OperatorVerb.SET_SEVERITY, {}, "no_severity"),
        (OperatorVerb.SET_SEVERITY, {"severity": Severity.MODERATE}, "same_severity"),
        (OperatorVerb.GIVE, {}, "no_person"),
        (OperatorVerb.GIVE, {"person": "Riverside-1"}, "is_a_crew"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_changes_nothing(
    dispatched, verb, said, reason
):
    before = facts(dispatched.state)
    refused = dispatched.act(verb, **said)
    assert (refused.done, refused.reason, refused.detail.endswith(".")) == (False, reason, True)
    assert facts(dispatched.state) == before


def test_a_crew_reads_a_message_and_answers_it_and_the_case_has_both(dispatched):
    assert write_to(dispatched, "riverside-1", "use gate 4").done
    assert reply_of(dispatched, "riverside-1").done
    (read,) = dispatched.state.messages["riverside-1"]
    assert read.read_at == dispatched.clock.now()
    dispatched.clock.advance(30)
    assert reply_of(dispatched, "riverside-1", "on our way").done
    (answered,) = dispatched.state.messages["riverside-1"]
    assert answered.read_at == read.read_at, "when it was read first"
    assert [one.text for one in answered.replies] == ["on our way"]
    assert codes(dispatched.incident())[-2:] == ["message_sent", "message_answered"]


def test_a_crew_answers_its_own_messages_alone_and_not_for_ever(dispatched):
    write_to(dispatched, "riverside-1", "use gate 4")
    message = dispatched.state.messages["riverside-1"][0].message
    assert reply_of(dispatched, "riverside-2", "hm", message=message).reason == "no_such_message"
    for _ in range(MESSAGE_REPLIES.value):
        assert reply_of(dispatched, "riverside-1", "again").done
    refused = reply_of(dispatched, "riverside-1", "and again")
    assert (refused.reason, "call the district" in refused.detail) == ("answered_often", True)


def test_of_too_many_messages_the_oldest_answered_one_leaves(dispatched):
    for number in range(CREW_MESSAGES.value):
        write_to(dispatched, "riverside-1", f"m{number}")
    second = dispatched.state.messages["riverside-1"][1].message
    reply_of(dispatched, "riverside-1", "yes", message=second)
    write_to(dispatched, "riverside-1", "one more")
    texts = [one.text for one in dispatched.state.messages["riverside-1"]]
    assert (len(texts), texts[:2], texts[-1]) == (CREW_MESSAGES.value, ["m0", "m2"], "one more")


def test_another_kind_brings_its_playbook_and_needs_and_a_crew_that_fits_goes_on(dispatched):
    order = dispatched.order_of("riverside-1").order
    assert dispatched.act(OperatorVerb.RECLASSIFY, kind="burst_pipe").done
    incident = dispatched.incident()
    assert (incident.kind, incident.reported_kind) == ("burst_pipe", "crowding")
    assert incident.playbook == dispatched.state.in_force["burst_pipe"]
    assert {slot.capability: (slot.state, slot.unit) for slot in incident.slots} == {
        "patrol": (SlotState.CONFIRMED, "riverside-1"),
        "pump": (SlotState.CONFIRMED, "riverside-2"),
    }
    assert dispatched.order_of("riverside-1").order == order
    assert dispatched.order_of("riverside-1").task.kind == "burst_pipe"
    line = next(line for line in incident.history if line.code == "reclassified")
    assert (line.actor, line.reason) == ("Li Na", "kinds:crowding:burst_pipe")


def test_a_crew_that_does_not_fit_the_new_kind_is_called_back_and_its_slot_never_opens_again(
    dispatched,
):
    assert dispatched.act(OperatorVerb.RECLASSIFY, kind="noise").done
    incident = dispatched.incident()
    assert dispatched.unit("riverside-1").state is UnitState.AVAILABLE
    assert (incident.stage, incident.slots[0].state) == (
        IncidentStage.OPENED,
        SlotState.CANCELLED,
    )
    assert "crew_unfit" in codes(incident)
    dispatched.act(OperatorVerb.CLOSE, reason="quiet")
    dispatched.act(OperatorVerb.OPEN, reason="loud again")
    assert dispatched.incident().slots[0].state is SlotState.CANCELLED
    assert not dispatched.state.open_slots.keys()


def test_a_crew_on_the_scene_of_another_kind_stays_and_is_shown(dispatched):
    for action in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        dispatched.press("riverside-1", action)
    dispatched.act(OperatorVerb.RECLASSIFY, kind="noise")
    assert dispatched.unit("riverside-1").state is UnitState.ON_SCENE
    assert "crew_unfit" in codes(dispatched.incident())
    assert dispatched.press("riverside-1", CrewAction.FINISH).done


def test_an_order_that_the_city_planned_for_the_old_kind_is_refused(scenario):
    scenario.start(playbooks=PLAYBOOKS)
    scenario.send_event()
    scenario.request_step(OrderStep.CLAIM, unit="oldtown-1", unit_district="oldtown")
    scenario.act(OperatorVerb.RECLASSIFY, kind="burst_pipe")
    late = scenario.request_step(OrderStep.CLAIM_CONFIRMED, unit="oldtown-1")
    assert late.verdict.value == "not_wanted"
    again = scenario.request_step(OrderStep.CLAIM, "o-2", unit="oldtown-1", version=1)
    assert again.reason == "slot_changed"


def test_a_report_that_is_of_another_kind_opens_as_that_kind_does(scenario):
    scenario.start(scenario.a_unit("riverside-1"), playbooks=PLAYBOOKS)
    scenario.send_event(incident_kind="later")
    assert scenario.incident().stage is IncidentStage.REPORTED
    scenario.act(OperatorVerb.RECLASSIFY, kind="crowding")
    assert scenario.incident().stage is IncidentStage.DISPATCHED


def told(scenario, kind, **more):
    """Another camera's event of that kind."""
    scenario.send_event(source="cam-7", rule=kind, episode=kind, incident_kind=kind, **more)


def test_what_is_seen_of_the_kind_that_a_person_gave_it_belongs_to_it(dispatched):
    dispatched.act(OperatorVerb.RECLASSIFY, kind="burst_pipe")
    told(dispatched, "burst_pipe")
    assert dispatched.incident().contribution_count == 2
    dispatched.send_event(source="cam-8", rule="r8", episode="e8")
    assert dispatched.incident().contribution_count == 3, "its sources' kind finds it too"
    told(dispatched, "noise")
    assert len(dispatched.state.incidents) == 2


def test_given_a_third_kind_or_moved_it_is_found_by_what_it_is_now_alone(dispatched):
    for kind in ("burst_pipe", "noise"):
        dispatched.act(OperatorVerb.RECLASSIFY, kind=kind)
    dispatched.act(OperatorVerb.RELOCATE, place=dispatched.near(900))
    first = dispatched.incident().incident
    told(dispatched, "noise", place=dispatched.near(900))
    assert dispatched.incident(first).contribution_count == 2
    told(dispatched, "burst_pipe", place=dispatched.near(900))
    assert len(dispatched.state.incidents) == 2


def test_given_its_own_kind_again_only_that_finds_it(dispatched):
    for kind in ("burst_pipe", "crowding"):
        dispatched.act(OperatorVerb.RECLASSIFY, kind=kind)
    told(dispatched, "burst_pipe")
    assert len(dispatched.state.incidents) == 2


def test_a_case_of_another_kind_leaves_nothing_behind_when_it_leaves(dispatched):
    first = dispatched.incident().incident
    dispatched.act(OperatorVerb.RECLASSIFY, kind="burst_pipe")
    dispatched.act(OperatorVerb.CLOSE, reason="gone")
    dispatched.wait(1_000)
    index = dispatched.state.index
    assert not index.cells.keys()
    assert {key.kind for key in index.ended} == {"obstruction", "burst_pipe"}
    told(dispatched, "burst_pipe")
    (following,) = [one for one in dispatched.state.incidents.values() if one.incident != first]
    assert following.previous == first
    dispatched.wait(90_000)
    assert {key.kind for key in dispatched.state.index.ended} <= {"burst_pipe"}


def test_a_report_finds_what_a_persons_word_made_of_a_box_that_is_away(scenario):
    watched(scenario)
    presence(scenario, "box-1", online=False)
    scenario.wait(1_000)
    name = scenario.incident().incident
    assert scenario.act(OperatorVerb.RECLASSIFY, incident=name, kind="crowding").done
    scenario.send_event(source="cam-2", agent="box-2", place=scenario.state.setup.centre)
    assert scenario.incident().contribution_count == 2


def test_the_city_gets_another_kind_and_another_place(dispatched):
    dispatched.act(OperatorVerb.RELOCATE, place=dispatched.near(400))
    (report,) = dispatched.posted(IncidentReport)
    assert report.place == dispatched.near(400)
    dispatched.act(OperatorVerb.RECLASSIFY, kind="noise")
    assert dispatched.posted(IncidentReport)[-1].kind == "noise"


def test_a_case_that_is_moved_takes_its_crew_and_what_is_reported_there(dispatched):
    place = dispatched.near(3_000)
    assert dispatched.act(OperatorVerb.RELOCATE, place=place).done
    assert dispatched.order_of("riverside-1").task.place == place
    dispatched.send_event(source="cam-9", rule="other", episode="e9", place=place)
    assert dispatched.incident().contribution_count == 2
    dispatched.send_event(source="cam-8", rule="third", episode="e8")
    assert len(dispatched.state.incidents) == 2, "where it was, something else is there now"
    dispatched.act(OperatorVerb.CLOSE, incident=min(dispatched.state.incidents), reason="gone")
    dispatched.wait(90_000)
    assert {key.source for key in dispatched.state.index.episodes} == {"cam-8"}


def test_a_place_out_of_the_districts_reach_is_refused_in_kilometres(dispatched):
    before = facts(dispatched.state)
    refused = dispatched.act(OperatorVerb.RELOCATE, place=dispatched.near(500_000))
    assert (refused.reason, "500 km from the centre of Riverside" in refused.detail) == (
        "out_of_reach",
        True,
    )
    assert facts(dispatched.state) == before


def test_while_the_city_is_away_a_person_must_tell_a_foreign_crew_of_the_new_place(scenario):
    scenario.start(playbooks=PLAYBOOKS)
    scenario.send_event()
    for step in (OrderStep.CLAIM, OrderStep.CLAIM_CONFIRMED):
        scenario.request_step(step, unit="oldtown-1", unit_district="oldtown")
    scenario.submit(CityLinkChanged(up=False))
    moved = scenario.act(OperatorVerb.RELOCATE, place=scenario.near(400))
    assert (moved.done, "Tell them: oldtown-1" in moved.detail) == (True, True)
    line = next(line for line in scenario.incident().history if line.code == "tell_crew")
    assert line.reason == "oldtown-1"


def test_a_severity_that_a_person_set_stands_until_something_graver_than_was_known(dispatched):
    assert dispatched.act(OperatorVerb.SET_SEVERITY, severity=Severity.MINOR).done
    assert dispatched.order_of("riverside-1").task.severity is Severity.MINOR
    dispatched.send_event(phase="update", severity=Severity.MODERATE)
    assert dispatched.incident().severity is Severity.MINOR
    dispatched.send_event(phase="update", severity=Severity.SEVERE)
    assert dispatched.incident().severity is Severity.SEVERE


def test_a_severity_that_a_person_set_lower_twice_remembers_what_was_known(dispatched):
    dispatched.send_event(phase="update", severity=Severity.SEVERE)
    dispatched.act(OperatorVerb.SET_SEVERITY, severity=Severity.MODERATE)
    dispatched.act(OperatorVerb.SET_SEVERITY, severity=Severity.MINOR)
    dispatched.send_event(phase="update", severity=Severity.SEVERE)
    assert dispatched.incident().severity is Severity.MINOR


def test_a_case_is_taken_and_given_and_its_history_names_both(dispatched):
    assert dispatched.act(OperatorVerb.TAKE).done
    assert dispatched.incident().case_file.owner == "Li Na"
    assert dispatched.act(OperatorVerb.TAKE).reason == "yours_already"
    assert dispatched.act(OperatorVerb.GIVE, person="Chen Bo").done
    assert dispatched.incident().case_file.owner == "Chen Bo"
    taken, given = dispatched.incident().history[-2:]
    assert (taken.code, taken.actor, given.code, given.reason) == (
        "taken",
        "Li Na",
        "given",
        "Chen Bo",
    )


@pytest.mark.parametrize(
    ("roles", "reason"), [((), "no_such_person"), ((Role.VIEWER,), "recipient_may_not")]
)
def test_a_case_is_not_given_to_somebody_who_may_not_work_on_it(dispatched, roles, reason):
    recipient = Principal(name="Wang", roles=roles)
    refused = dispatched.act(OperatorVerb.GIVE, person="Wang", recipient=recipient)
    assert (refused.reason, "Wang" in refused.detail) == (reason, True)
    operator = Principal(name="Wang", roles=(Role.OPERATOR,))
    assert dispatched.act(OperatorVerb.GIVE, person="Wang", recipient=operator).done


def test_casework_survives_a_kill_after_every_step(scenario):
    scenario.crashing = True
    scenario.start(scenario.a_unit("riverside-1"), playbooks=PLAYBOOKS)
    scenario.send_event()
    scenario.act(OperatorVerb.NOTE, text="a note")
    write_to(scenario, "riverside-1", "use gate 4")
    reply_of(scenario, "riverside-1", "yes")
    scenario.act(OperatorVerb.SET_SEVERITY, severity=Severity.SEVERE)
    scenario.act(OperatorVerb.RELOCATE, place=scenario.near(900))
    scenario.act(OperatorVerb.TAKE)
    scenario.act(OperatorVerb.RECLASSIFY, kind="noise")
    assert scenario.incident().case_file.owner == "Li Na"
    assert scenario.state.roster.orders.values()
    (order,) = scenario.state.roster.orders.values()
    assert order.stage is OrderStage.WITHDRAWN


def test_a_case_that_goes_on_with_another_has_the_notes_of_both_once_and_an_owner(scenario):
    scenario.start(playbooks=PLAYBOOKS)
    scenario.send_event()
    scenario.send_event(source="cam-9", rule="far", episode="e9", place=scenario.near(3_000))
    one, other = sorted(scenario.state.incidents.keys())
    for incident, text in ((one, "first"), (other, "second"), (one, "third")):
        scenario.clock.advance(1)
        scenario.act(OperatorVerb.NOTE, incident=incident, text=text)
    scenario.act(OperatorVerb.TAKE, incident=one)
    for _ in range(2):
        assert scenario.act(OperatorVerb.MERGE, incident=one, other=other).done
        case_file = scenario.incident(other).case_file
        assert [note.text for note in case_file.notes] == ["first", "second", "third"]
        assert case_file.owner == "Li Na"
        assert scenario.act(OperatorVerb.UNDO, incident=other).done
