"""What months do to a district: nothing points to what is gone, nobody is waited for who will not come, nothing grows without a bound."""

from citybrain.domain.crew import CrewPosition
from citybrain.domain.event import OutboxItem, VisibilityInterval
from citybrain.domain.unit import UnitReport
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
from district_node.cores.belief.incident import waits_for
from district_node.inputs import (
    AgentPresenceChanged,
    BatchReceived,
    CityLinkChanged,
    CrewPositionReported,
)
from district_node.limits import AGENTS, KEEP_OVER, KEEP_OVER_MAX, VOICES


def flicker(story, times):
    for n in range(times):
        story.say(episode=f"f{n}", phase=Phase.START)
        story.say(episode=f"f{n}", phase=Phase.END)
        story.clock.advance(1)


def test_a_rule_whose_voices_were_all_forgotten_is_heard_again_after_its_incident_left(story):
    story.start()
    story.say(rule="other", episode="once", phase=Phase.START)
    story.say(rule="other", episode="once", phase=Phase.END)
    flicker(story, VOICES.value + 5)
    assert not any(voice.rule == "other" for voice in story.incident().voices.values())
    story.act(OperatorVerb.REJECT, reason="a fault of the camera")
    story.wait(KEEP_OVER_MAX.value + KEEP_OVER.value)
    assert not len(story.state.incidents)
    story.say(rule="other", episode="twice")
    assert story.incident().rule == "other"
    assert story.incident().stage is IncidentStage.OPENED


def test_nothing_of_an_incident_stays_in_the_index_when_it_left(story):
    story.start()
    story.say(rule="other", episode="once", phase=Phase.START)
    story.say(rule="other", episode="once", phase=Phase.END)
    flicker(story, VOICES.value * 2)
    story.act(OperatorVerb.REJECT, reason="a fault of the camera")
    story.wait(KEEP_OVER_MAX.value + KEEP_OVER.value)
    index = story.state.index
    assert (len(index.episodes), len(index.rules), len(index.cells)) == (0, 0, 0)


def handled(story):
    story.start(story.a_unit("riverside-1"))
    story.say(phase=Phase.START)
    story.work_through("riverside-1")
    assert story.incident().stage is IncidentStage.HANDLED
    return story


def test_a_second_look_that_nobody_answers_goes_to_a_person_too(story):
    handled(story).sees(VerificationVerdict.STILL)
    assert waits_for(story.incident()) == "person"
    story.wait(600)
    story.say(phase=Phase.END)
    assert waits_for(story.incident()) == "camera", (
        "the condition ended by itself: the camera is asked once more"
    )
    story.do(AgentPresenceChanged(agent="box-1", online=False))
    story.wait(600)
    assert waits_for(story.incident()) == "person"


def test_while_nobody_answers_the_second_look_a_new_alarm_is_not_swallowed(story):
    handled(story).sees(VerificationVerdict.STILL)
    story.wait(600)
    story.say(phase=Phase.END)
    story.wait(600)
    story.say(episode="e2", agent="box-2")
    assert story.incident().stage in (IncidentStage.REOPENED, IncidentStage.DISPATCHED)


def test_a_unit_that_left_the_configuration_leaves_when_its_order_has_ended(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    story.start()
    assert story.unit("riverside-1").state is UnitState.COMMITTED, "it goes on with what it has"
    story.work_through("riverside-1")
    assert story.unit("riverside-1").state is UnitState.OUT_OF_SERVICE
    story.say(source="cam-9", episode="e9", place=story.near(2_000))
    assert story.unit("riverside-1").order is None, "nobody is sent who is not there any more"


def test_a_reserved_unit_that_left_the_configuration_leaves_when_the_reservation_ends(story):
    story.start(story.a_unit("riverside-1"))
    story.ask(OrderStep.RESERVE, incident="inc-oldtown-1", incident_district="oldtown")
    story.start()
    story.wait(11)
    assert story.unit("riverside-1").state is UnitState.OUT_OF_SERVICE


def test_a_crew_still_on_the_scene_of_a_closed_case_is_declared_when_the_case_comes_back(story):
    story.start(story.a_unit("riverside-1"), story.a_unit("riverside-2", metres=900))
    story.say()
    story.press("riverside-1", CrewAction.ACCEPT)
    story.press("riverside-1", CrewAction.ARRIVE)
    story.act(OperatorVerb.CLOSE, reason="seen on the way")
    order = story.unit("riverside-1").order
    assert order is not None, "nobody is called back from the scene"
    story.say(phase=Phase.END)
    story.clock.advance(5)
    story.say(episode="e2")
    assert story.incident().slots[0].unit == "riverside-2"
    assert story.incident().retaken == (order,)
    story.assert_slots_have_one_live_order()
    story.press("riverside-1", CrewAction.FINISH)
    assert story.incident().retaken == ()


def test_a_unit_that_declines_again_and_again_is_written_down_once(story):
    story.start()
    story.say()
    for n in range(5):
        version = story.incident().slots[0].version
        story.ask(
            OrderStep.CLAIM, f"o-{n}", unit="oldtown-1", unit_district="oldtown", version=version
        )
        story.ask(
            OrderStep.CLAIM_CONFIRMED,
            f"o-{n}",
            unit="oldtown-1",
            unit_district="oldtown",
            version=version,
        )
        story.hear_progress(OrderStage.REFUSED, order=f"o-{n}", reason="flat tyre")
    assert story.incident().slots[0].state is SlotState.OPEN
    assert story.incident().slots[0].declined == ("oldtown-1",)


def test_the_patience_of_one_incident_is_not_begun_anew_by_another(story):
    from dataclasses import replace

    from district_node.playbook import Escalates
    from district_node.playbooks.load import load_playbooks

    patient = tuple(
        replace(p, escalates=Escalates(after_s=30)) if p.kind == "crowding" else p
        for p in load_playbooks()
    )
    story.start(playbooks=patient)
    story.say()
    for n in range(5):
        story.wait(10)
        story.say(
            story.event(phase=Phase.UPDATE),
            story.event(source=f"cam-{n + 2}", episode=f"x{n}", place=story.near(1_000 * (n + 1))),
        )
    assert story.incident("inc-riverside-5").escalated, "its 30 seconds are over"


def visibility(story, what, since, until=None):
    return OutboxItem(
        seq=0,
        visibility=VisibilityInterval(
            source="cam-1", visibility=what, reason="", since=since, until=until
        ),
    )


def test_what_was_known_of_a_camera_earlier_does_not_replace_what_is_known_later(story):
    story.start()
    story.items(visibility(story, "observed", 200))
    story.items(visibility(story, "blind", 100), visibility(story, "blind", 100, 200))
    assert story.state.agents["box-1"].visibilities["cam-1"].visibility == "observed"


def test_an_order_ends_once(story):
    story.start()
    story.say()
    story.ask(OrderStep.CLAIM, unit="oldtown-1", unit_district="oldtown")
    story.ask(OrderStep.CLAIM_CONFIRMED, unit="oldtown-1", unit_district="oldtown")
    story.hear_progress(OrderStage.DONE)
    story.hear_progress(OrderStage.WITHDRAWN, reason="ended")
    assert story.incident().slots[0].state is SlotState.SERVED


def test_for_a_deferred_case_the_city_is_not_asked_any_more_until_it_is_taken_up_again(story):
    story.start()
    story.say()
    assert story.incident().slots[0].from_city
    story.act(OperatorVerb.DEFER, reason="tomorrow")
    assert not story.incident().slots[0].from_city
    story.act(OperatorVerb.OPEN, reason="now")
    assert story.incident().slots[0].from_city


def test_more_boxes_than_a_district_has_are_not_taken_in(story):
    story.start()
    for n in range(AGENTS.value + 5):
        story.do(AgentPresenceChanged(agent=f"x-{n}", online=True))
        story.do(BatchReceived(agent=f"x-{n}", incarnation=1, items=()))
    assert len(story.state.agents) == AGENTS.value
    assert len(story.state.intake.incarnations) == AGENTS.value


def test_positions_of_an_islanded_day_do_not_pile_up_and_the_last_one_is_told_at_the_end(story):
    story.start(story.a_unit("riverside-1"))
    story.do(CityLinkChanged(up=False, reason="cut"))
    before = len(story.letters())
    for n in range(100):
        story.clock.advance(10)
        story.do(
            CrewPositionReported(
                position=CrewPosition(unit="riverside-1", place=story.near(n), at=story.clock.now())
            )
        )
    assert len(story.letters()) == before
    story.do(CityLinkChanged(up=True, epoch="city-epoch"))
    (told,) = story.posted(UnitReport)
    assert told.place == story.near(99)
