"""Closing asks the witness: what a source still sees is said before a person closes it."""

import pytest
from darkness import blind, codes, observes, presence, watched

from citybrain.vocabulary import CrewAction, Disposition, IncidentStage, OperatorVerb, Phase
from district_node.playbook import ClosingRule


@pytest.fixture
def gauge(scenario):
    """A gauge that reads 1.4, beyond its limit of 1.2, twenty seconds ago."""
    scenario.start(scenario.a_unit("riverside-1", "pump")).send_event(
        incident_kind="waterlogging",
        source="gauge-1",
        from_sensor=True,
        measurements={"value": 1.4, "limit": 1.2, "count": 1.0},
    )
    scenario.wait(20)
    return scenario


def test_closing_what_a_gauge_still_reads_says_its_number_and_changes_nothing(gauge):
    before = gauge.state
    refused = gauge.act(OperatorVerb.CLOSE, reason="it is dry", confirmed=False)
    assert (refused.done, refused.reason) == (False, "still_seen")
    assert refused.detail.startswith(
        "Sensor (the centre of Riverside) still reads 1.4, limit 1.2, 20 s ago."
    )
    assert gauge.state.incidents == before.incidents
    assert gauge.state.roster == before.roster


def test_a_second_press_closes_it_and_the_history_names_the_witness(gauge):
    gauge.act(OperatorVerb.CLOSE, reason="it is dry", confirmed=False)
    assert gauge.act(OperatorVerb.CLOSE, reason="it is dry").done
    incident = gauge.incident()
    assert incident.stage is IncidentStage.CLOSED
    line = next(line for line in incident.history if line.code == "still_seen")
    assert (line.actor, line.reason) == ("Li Na", "box-1/gauge-1")


def test_verifying_by_name_asks_too_and_a_camera_says_how_many_it_sees(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event(
        measurements={"count": 14.0, "limit": 10.0}
    )
    scenario.work_through("riverside-1")
    refused = scenario.act(OperatorVerb.VERIFY, reason="seen", confirmed=False)
    assert refused.reason == "still_seen"
    assert "Camera (the centre of Riverside) still sees 14 in its zone, limit 10" in refused.detail
    scenario.send_event(phase=Phase.END)
    assert scenario.act(OperatorVerb.VERIFY, reason="seen", confirmed=False).done


def test_the_newest_numbers_are_said_whatever_comes_late(gauge):
    late = gauge.event(
        incident_kind="waterlogging",
        source="gauge-1",
        phase=Phase.UPDATE,
        from_sensor=True,
        measurements={"value": 9.9, "limit": 1.2},
        observed_at=gauge.clock.now() - 600_000_000,
        is_historical=True,
    )
    gauge.send_event(late)
    refused = gauge.act(OperatorVerb.CLOSE, reason="it is dry", confirmed=False)
    assert "reads 1.4" in refused.detail


@pytest.mark.parametrize(
    ("verb", "said", "asks"),
    [
        (OperatorVerb.CLOSE, Disposition.FALSE_ALARM, False),
        (OperatorVerb.CLOSE, Disposition.NOT_VERIFIABLE, False),
        (OperatorVerb.CLOSE, Disposition.FIXED, True),
        (OperatorVerb.REJECT, Disposition.UNKNOWN, False),
        (OperatorVerb.REJECT, Disposition.GONE, True),
    ],
)
def test_only_who_says_that_it_is_over_contradicts_the_witness(gauge, verb, said, asks):
    reply = gauge.act(verb, reason="looked", disposition=said, confirmed=False)
    assert (reply.reason == "still_seen") is asks
    assert reply.done is not asks


def test_what_a_stage_does_not_allow_is_refused_as_ever(gauge):
    gauge.act(OperatorVerb.CLOSE, reason="it is dry")
    refused = gauge.act(OperatorVerb.CLOSE, reason="again", confirmed=False)
    assert refused.reason == "stage:closed"


def test_crews_at_the_scene_of_what_was_closed_against_a_witness_stay(gauge):
    for press in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        gauge.press("riverside-1", press)
    assert gauge.act(OperatorVerb.CLOSE, reason="it is dry").done
    assert gauge.press("riverside-1", CrewAction.FINISH).done


# of a source that could not see when a person said that it is over


@pytest.fixture
def blinded(scenario):
    """A camera that saw it and went blind since."""
    watched(scenario).send_event()
    scenario.wait(20)
    blind(scenario)
    scenario.wait(20)
    return scenario


def see(scenario, **changes):
    scenario.send_event(phase=Phase.UPDATE, **changes)


def test_what_a_blind_camera_sees_after_a_person_closed_it_opens_it_again(blinded):
    assert blinded.act(OperatorVerb.CLOSE, reason="nothing there").done
    blinded.wait(60)
    observes(blinded)
    see(blinded)
    assert codes(blinded.incident())[-1] != "closed"
    assert blinded.incident().stage is not IncidentStage.CLOSED
    assert any(line.code == "reopened" for line in blinded.incident().history)


def test_what_it_had_seen_before_the_closing_opens_nothing(blinded):
    seen_at = blinded.clock.now()
    blinded.wait(20)
    assert blinded.act(OperatorVerb.CLOSE, reason="nothing there").done
    see(blinded, observed_at=seen_at, is_historical=True)
    assert blinded.incident().stage is IncidentStage.CLOSED


def test_what_a_camera_sees_on_that_saw_it_at_the_closing_stays_closed(blinded):
    observes(blinded)
    assert blinded.act(OperatorVerb.CLOSE, reason="nothing there").done
    blinded.wait(60)
    see(blinded)
    assert blinded.incident().stage is IncidentStage.CLOSED


def test_a_person_who_closed_it_a_second_time_with_the_camera_seeing_has_the_last_word(blinded):
    assert blinded.act(OperatorVerb.CLOSE, reason="nothing there").done
    blinded.wait(60)
    observes(blinded)
    see(blinded)
    assert blinded.act(OperatorVerb.CLOSE, reason="it is a poster").done
    blinded.wait(60)
    see(blinded)
    assert blinded.incident().stage is IncidentStage.CLOSED


def test_what_was_none_of_ours_stays_so_whatever_the_camera_sees(blinded):
    said = Disposition.NOT_OURS
    assert blinded.act(OperatorVerb.CLOSE, reason="a private yard", disposition=said).done
    blinded.wait(60)
    observes(blinded)
    see(blinded)
    assert blinded.incident().stage is IncidentStage.CLOSED


def test_what_was_rejected_as_gone_stays_so_and_what_is_seen_then_is_another_case(blinded):
    said = Disposition.GONE
    assert blinded.act(OperatorVerb.REJECT, reason="gone", disposition=said).done
    rejected = blinded.incident()
    blinded.wait(60)
    observes(blinded)
    see(blinded)
    others = [one for one in blinded.state.incidents.values() if one.incident != rejected.incident]
    assert [one.live_count for one in others] == [1]
    assert blinded.state.incidents[rejected.incident].stage is IncidentStage.REJECTED


def test_a_box_that_was_away_when_a_person_closed_it_is_asked_too(scenario):
    watched(scenario).send_event()
    presence(scenario, "box-1", online=False)
    scenario.wait(600)
    assert scenario.act(OperatorVerb.CLOSE, reason="nothing there").done
    scenario.wait(60)
    presence(scenario, "box-1", online=True)
    see(scenario)
    assert scenario.incident().stage is not IncidentStage.CLOSED


# of what goes on though a person said that it is over, or never was

REVIEW_S = ClosingRule().review_s


def reads_on(scenario, **changes):
    reading = {"incident_kind": "waterlogging", "source": "gauge-1", "from_sensor": True}
    scenario.send_event(
        phase=Phase.UPDATE, measurements={"value": 1.4, "limit": 1.2}, **reading, **changes
    )


def test_what_a_gauge_still_reads_after_a_shift_opens_the_closed_case_again(gauge):
    assert gauge.act(OperatorVerb.CLOSE, reason="it is dry").done
    gauge.wait(REVIEW_S - 60)
    reads_on(gauge)
    assert gauge.incident().stage is IncidentStage.CLOSED
    gauge.wait(60)
    reads_on(gauge)
    assert gauge.incident().stage is not IncidentStage.CLOSED
    line = next(line for line in gauge.incident().history if line.code == "reopened")
    assert (line.actor, line.reason) == ("box-1/gauge-1", "still_seen")


def test_what_a_gauge_still_reads_of_a_false_alarm_after_a_shift_is_another_case(gauge):
    assert gauge.act(OperatorVerb.REJECT, reason="a faulty gauge").done
    rejected = gauge.incident()
    gauge.wait(REVIEW_S - 60)
    reads_on(gauge)
    assert set(gauge.state.incidents) == {rejected.incident}
    gauge.wait(60)
    reads_on(gauge)
    others = [one for one in gauge.state.incidents.values() if one.incident != rejected.incident]
    assert [(one.live_count, one.previous) for one in others] == [(1, rejected.incident)]
    assert gauge.state.incidents[rejected.incident].stage is IncidentStage.REJECTED


def test_a_backlog_that_was_observed_within_the_shift_is_no_review(gauge):
    assert gauge.act(OperatorVerb.CLOSE, reason="it is dry").done
    gauge.wait(60)
    seen_at = gauge.clock.now()
    gauge.wait(REVIEW_S)
    reads_on(gauge, observed_at=seen_at, is_historical=True)
    assert gauge.incident().stage is IncidentStage.CLOSED


@pytest.mark.parametrize("said", [Disposition.NOT_OURS, Disposition.DUPLICATE])
def test_whose_it_is_is_not_asked_again_after_a_shift(gauge, said):
    assert gauge.act(OperatorVerb.CLOSE, reason="a private yard", disposition=said).done
    gauge.wait(REVIEW_S + 60)
    reads_on(gauge)
    assert gauge.incident().stage is IncidentStage.CLOSED
