"""What months do to a district: nothing points to what is gone, nobody is waited for who will not
come, nothing grows without a bound.
"""

from principals import CREW

from citybrain.domain.crew import CrewPosition
from citybrain.domain.event import OutboxItem, VisibilityInterval
from citybrain.domain.unit import UnitReport
from citybrain.structs import replace
from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    OrderStep,
    Phase,
    SlotState,
    UnitState,
    VerificationVerdict,
)
from district_node.cores.incidents.incident import waits_for
from district_node.inputs import (
    AgentPresenceChanged,
    BatchReceived,
    CityLinkChanged,
    CrewPositionReported,
)
from district_node.limits import (
    AGENTS,
    CONTRIBUTIONS,
    ENDED_INCIDENT_RETENTION,
    ENDED_INCIDENT_RETENTION_MAX,
)


def flicker(scenario, times):
    for n in range(times):
        scenario.send_event(episode=f"f{n}", phase=Phase.START)
        scenario.send_event(episode=f"f{n}", phase=Phase.END)
        scenario.clock.advance(1)


def test_a_rule_whose_contributions_were_all_dropped_counts_again_after_its_incident_was_evicted(
    scenario,
):
    scenario.start()
    scenario.send_event(rule="other", episode="once", phase=Phase.START)
    scenario.send_event(rule="other", episode="once", phase=Phase.END)
    flicker(scenario, CONTRIBUTIONS.value + 5)
    assert not any(
        contribution.rule == "other" for contribution in scenario.incident().contributions.values()
    )
    scenario.act(OperatorVerb.REJECT, reason="a fault of the camera")
    scenario.wait(ENDED_INCIDENT_RETENTION_MAX.value + ENDED_INCIDENT_RETENTION.value)
    assert not len(scenario.state.incidents)
    scenario.send_event(rule="other", episode="twice")
    (contribution,) = scenario.incident().contributions.values()
    assert contribution.rule == "other"
    assert scenario.incident().stage is IncidentStage.OPENED


def test_nothing_of_an_incident_stays_in_the_index_when_it_is_evicted(scenario):
    scenario.start()
    scenario.send_event(rule="other", episode="once", phase=Phase.START)
    scenario.send_event(rule="other", episode="once", phase=Phase.END)
    flicker(scenario, CONTRIBUTIONS.value * 2)
    scenario.act(OperatorVerb.REJECT, reason="a fault of the camera")
    scenario.wait(ENDED_INCIDENT_RETENTION_MAX.value + ENDED_INCIDENT_RETENTION.value)
    index = scenario.state.index
    assert (len(index.episodes), len(index.rules), len(index.cells)) == (0, 0, 0)


def handled(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event(phase=Phase.START)
    scenario.work_through("riverside-1")
    assert scenario.incident().stage is IncidentStage.HANDLED
    return scenario


def test_a_second_verification_that_nobody_answers_goes_to_a_person_too(scenario):
    handled(scenario).report_verification(VerificationVerdict.STILL)
    assert waits_for(scenario.incident()) == "person"
    scenario.wait(600)
    scenario.send_event(phase=Phase.END)
    assert waits_for(scenario.incident()) == "camera", (
        "the condition ended by itself: the camera is asked once more"
    )
    scenario.submit(AgentPresenceChanged(agent="box-1", online=False))
    scenario.wait(600)
    assert waits_for(scenario.incident()) == "person"


def test_while_nobody_answers_the_second_verification_a_new_alarm_is_not_ignored(scenario):
    handled(scenario).report_verification(VerificationVerdict.STILL)
    scenario.wait(600)
    scenario.send_event(phase=Phase.END)
    scenario.wait(600)
    scenario.send_event(episode="e2", agent="box-2")
    assert scenario.incident().stage in (IncidentStage.REOPENED, IncidentStage.DISPATCHED)


def test_a_unit_that_left_the_configuration_leaves_when_its_order_has_ended(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    scenario.start()
    assert scenario.unit("riverside-1").state is UnitState.COMMITTED, "it goes on with what it has"
    scenario.work_through("riverside-1")
    assert scenario.unit("riverside-1").state is UnitState.OUT_OF_SERVICE
    scenario.send_event(source="cam-9", episode="e9", place=scenario.near(2_000))
    assert scenario.unit("riverside-1").order is None, "nobody is sent who is not there any more"


def test_a_reserved_unit_that_left_the_configuration_leaves_when_the_reservation_ends(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.request_step(OrderStep.RESERVE, incident="inc-oldtown-1", incident_district="oldtown")
    scenario.start()
    scenario.wait(11)
    assert scenario.unit("riverside-1").state is UnitState.OUT_OF_SERVICE


def test_a_crew_still_on_the_scene_of_a_closed_incident_is_declared_when_it_reopens(scenario):
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2", metres=900))
    scenario.send_event()
    scenario.press("riverside-1", CrewAction.ACCEPT)
    scenario.press("riverside-1", CrewAction.ARRIVE)
    scenario.act(OperatorVerb.CLOSE, reason="seen on the way")
    order = scenario.unit("riverside-1").order
    assert order is not None, "nobody is called back from the scene"
    scenario.send_event(phase=Phase.END)
    scenario.clock.advance(5)
    scenario.send_event(episode="e2")
    assert scenario.incident().slots[0].unit == "riverside-2"
    assert scenario.incident().retaken == (order,)
    scenario.assert_slots_have_one_live_order()
    scenario.press("riverside-1", CrewAction.FINISH)
    assert scenario.incident().retaken == ()


def test_a_foreign_crew_that_refuses_again_and_again_leaves_nothing_behind(scenario):
    scenario.start()
    scenario.send_event()
    for n in range(5):
        version = scenario.incident().slots[0].version
        scenario.request_step(
            OrderStep.CLAIM, f"o-{n}", unit="oldtown-1", unit_district="oldtown", version=version
        )
        scenario.request_step(
            OrderStep.CLAIM_CONFIRMED,
            f"o-{n}",
            unit="oldtown-1",
            unit_district="oldtown",
            version=version,
        )
        scenario.relay_progress(OrderStage.REFUSED, order=f"o-{n}", reason="flat tyre")
    assert scenario.incident().slots[0].state is SlotState.OPEN
    assert scenario.incident().slots[0].declined == (), "its owner knows which cases it avoids"


def test_the_escalation_timer_of_one_incident_is_not_moved_by_another(scenario):
    from district_node.playbook import EscalationRule
    from district_node.playbooks.load import load_playbooks

    patient = tuple(
        replace(p, escalates=EscalationRule(after_s=30)) if p.kind == "crowding" else p
        for p in load_playbooks()
    )
    scenario.start(playbooks=patient)
    scenario.send_event()
    for n in range(5):
        scenario.wait(10)
        scenario.send_event(
            scenario.event(phase=Phase.UPDATE),
            scenario.event(
                source=f"cam-{n + 2}", episode=f"x{n}", place=scenario.near(1_000 * (n + 1))
            ),
        )
    assert scenario.incident("inc-riverside-5").escalated, "its 30 seconds are over"


def visibility(scenario, what, since, until=None):
    return OutboxItem(
        seq=0,
        content=VisibilityInterval(
            source="cam-1", visibility=what, reason="", since=since, until=until
        ),
    )


def test_what_was_known_of_a_camera_earlier_does_not_replace_what_is_known_later(scenario):
    """Later is what the box said later, by its numbers: what is live overtakes its backlog, and
    its clock may have gone back."""
    scenario.start()
    blind, seeing = visibility(scenario, "blind", 100), visibility(scenario, "observed", 50)
    for number, item in ((5, seeing), (4, blind)):
        items = (replace(item, seq=number),)
        scenario.submit(BatchReceived(agent="box-1", incarnation=7, items=items))
    known = scenario.state.agents["box-1"].visibilities["cam-1"]
    assert (known.visibility, known.since) == ("observed", 50)


def test_an_order_ends_once(scenario):
    scenario.start()
    scenario.send_event()
    scenario.request_step(OrderStep.CLAIM, unit="oldtown-1", unit_district="oldtown")
    scenario.request_step(OrderStep.CLAIM_CONFIRMED, unit="oldtown-1", unit_district="oldtown")
    scenario.relay_progress(OrderStage.DONE)
    scenario.relay_progress(OrderStage.WITHDRAWN, reason="ended")
    assert scenario.incident().slots[0].state is SlotState.SERVED


def test_for_a_deferred_incident_the_city_is_not_asked_any_more_until_it_is_resumed(scenario):
    scenario.start()
    scenario.send_event()
    assert scenario.incident().slots[0].from_city
    scenario.act(OperatorVerb.DEFER, reason="tomorrow")
    assert not scenario.incident().slots[0].from_city
    scenario.act(OperatorVerb.OPEN, reason="now")
    assert scenario.incident().slots[0].from_city


def test_more_boxes_than_a_district_may_have_are_not_accepted(scenario):
    scenario.start()
    for n in range(AGENTS.value + 5):
        scenario.submit(AgentPresenceChanged(agent=f"x-{n}", online=True))
        scenario.submit(BatchReceived(agent=f"x-{n}", incarnation=1, items=()))
    assert len(scenario.state.agents) == AGENTS.value
    assert len(scenario.state.intake.incarnations) == AGENTS.value


def test_positions_of_an_islanded_day_do_not_pile_up_and_the_last_one_is_reported_at_the_end(
    scenario,
):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.submit(CityLinkChanged(up=False, reason="cut"))
    before = len(scenario.letters())
    for n in range(100):
        scenario.clock.advance(10)
        scenario.submit(
            CrewPositionReported(
                position=CrewPosition(
                    unit="riverside-1", place=scenario.near(n), at=scenario.clock.now()
                ),
                principal=CREW,
            )
        )
    assert len(scenario.letters()) == before
    scenario.submit(CityLinkChanged(up=True, epoch="city-epoch"))
    (report,) = scenario.posted(UnitReport)
    assert report.place == scenario.near(99)
