"""Which boxes a district believes: by inputs alone, and no longer than they say."""

import pytest

from citybrain.clock import later
from citybrain.decider.command import Reply
from citybrain.domain.agent import AgentHello
from citybrain.domain.console import AgentAction, AgentStanding, AgentVerb
from citybrain.domain.event import OutboxItem, VerificationResult
from citybrain.domain.principal import Role, unauthenticated
from citybrain.vocabulary import VerificationVerdict
from district_node.cores import enrolment
from district_node.cores.agents.standings import OUTBOX_WAITS, agent_standings
from district_node.cores.enrolment import EXPIRED, NOT_ENROLLED, REVOKED, Enrolments
from district_node.inputs import (
    AgentActed,
    AgentEnrolled,
    AgentPresenceChanged,
    AgentRevoked,
    BatchReceived,
    EnrolledBy,
    HelloReceived,
    NodeStarted,
)
from district_node.limits import AGENTS, NEW_OUTBOXES, NEWCOMER_TIME

DAY_S = 86_400


def proved(scenario, agent="box-1", serial="a1", key="k1", days=30):
    return AgentEnrolled(
        agent=agent,
        how=EnrolledBy.CERTIFICATE,
        serial=serial,
        key=key,
        until=later(scenario.clock.now(), days * DAY_S),
    )


def send_hello(scenario, incarnation, previous, agent="box-1"):
    hello = AgentHello(
        agent=agent, incarnation=incarnation, lowest_unacked=1, next_seq=1, previous=previous
    )
    return scenario.submit(HelloReceived(hello=hello))


def allow(scenario, agent="box-1", role=Role.OPERATOR, request="allow-1"):
    action = AgentAction(
        request=request, operator="Li Na", agent=agent, verb=AgentVerb.ALLOW_OUTBOX
    )
    commands = scenario.submit(AgentActed(action=action, principal=unauthenticated("Li Na", role)))
    return next(c for c in commands if isinstance(c, Reply))


def standings(scenario):
    return {
        one.agent: one.standing for one in agent_standings(scenario.state, scenario.clock.now())
    }


@pytest.fixture
def proving(scenario):
    """A district that has an identity; it ran in lab mode before, and knows box-1 from then."""
    scenario.start()
    scenario.send_event()
    scenario.submit(NodeStarted(setup=scenario.state.setup, proves_boxes=True))
    return scenario


def test_in_lab_mode_the_first_word_of_a_box_enrols_it(scenario):
    scenario.start()
    assert "box-1" not in scenario.state.enrolments.boxes
    scenario.send_event()
    assert scenario.state.enrolments.boxes["box-1"].how is EnrolledBy.LAB_MODE
    assert standings(scenario) == {}


def test_a_name_of_lab_mode_is_settled_after_some_minutes_and_a_proved_one_at_once(scenario):
    scenario.start()
    scenario.send_event()
    scenario.submit(proved(scenario, "box-2"))
    enrolments, now = scenario.state.enrolments, scenario.clock.now()
    assert not enrolment.is_settled(enrolments, "box-1", now)
    assert enrolment.is_settled(enrolments, "box-1", later(now, NEWCOMER_TIME.value))
    assert enrolment.is_settled(enrolments, "box-2", now)
    assert not enrolment.is_settled(enrolments, "box-3", later(now, NEWCOMER_TIME.value))


def test_a_revoked_name_is_not_settled(scenario):
    scenario.start()
    scenario.submit(proved(scenario))
    scenario.submit(AgentRevoked(agent="box-1", serial="a1"))
    assert not enrolment.is_settled(scenario.state.enrolments, "box-1", scenario.clock.now())


def test_a_box_known_from_lab_mode_is_shown_and_not_believed_until_it_is_proved(proving):
    (incident,) = proving.state.incidents.values()
    assert standings(proving)["box-1"] == NOT_ENROLLED
    before = proving.state.intake
    proving.send_event(episode="e2")
    proving.submit(AgentPresenceChanged(agent="box-1", online=True))
    assert proving.state.intake == before
    assert not proving.state.agents["box-1"].online
    assert proving.state.incidents[incident.incident].stage is incident.stage, "it goes on"
    proving.submit(proved(proving))
    assert "box-1" not in standings(proving)
    proving.send_event(episode="e3")
    assert proving.state.intake.counters.items == before.counters.items + 1


def test_an_incident_of_a_revoked_box_goes_on_and_nobody_asks_the_box_to_look(proving):
    proving.submit(proved(proving))
    proving.submit(AgentPresenceChanged(agent="box-1", online=True))
    incidents, items = proving.state.incidents, proving.state.intake.counters.items
    proving.submit(AgentRevoked(agent="box-1", serial="another"))
    assert proving.state.agents["box-1"].online, "another certificate is none of its"
    proving.submit(AgentRevoked(agent="box-1", serial="a1"))
    assert standings(proving)["box-1"] == REVOKED
    assert not proving.state.agents["box-1"].online
    proving.send_event(episode="e2")
    assert proving.state.intake.counters.items == items
    assert proving.state.incidents == incidents
    proving.submit(proved(proving))
    assert standings(proving)["box-1"] == REVOKED, "the same certificate stays so"
    proving.submit(proved(proving, serial="b2", key="k2", days=31))
    assert "box-1" not in standings(proving)


def test_a_box_is_believed_until_its_certificate_ends_and_again_once_it_is_renewed(proving):
    proving.submit(proved(proving, days=1))
    proving.wait(DAY_S + 1)
    assert standings(proving)["box-1"] == EXPIRED
    before = proving.state.intake
    proving.send_event(episode="e2")
    assert proving.state.intake == before
    proving.submit(proved(proving, serial="a2"))
    proving.send_event(episode="e3")
    assert proving.state.intake.counters.items == before.counters.items + 1


def test_a_clear_under_a_made_up_outbox_closes_nothing(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    before = scenario.incident()
    asked = before.verification
    clear = VerificationResult(
        request=asked.request,
        incident=before.incident,
        source=asked.source,
        verdict=VerificationVerdict.CLEAR,
        reason="",
        observed_s=9.0,
        measurements={},
        answered_at=scenario.clock.now(),
    )
    items = (OutboxItem(seq=1, content=clear),)
    scenario.submit(BatchReceived(agent="box-1", incarnation=66, items=items))
    send_hello(scenario, 66, previous=0)
    scenario.submit(BatchReceived(agent="box-1", incarnation=66, items=items))
    assert scenario.incident() == before


def test_an_older_certificate_of_another_key_does_not_take_a_box_back(scenario):
    new, old = proved(scenario, serial="b2", key="k2", days=30), proved(scenario, days=29)
    known = enrolment.enrol(Enrolments(proves=True), new, scenario.clock.now())
    assert enrolment.is_superseded(known, old)
    assert enrolment.enrol(known, old, scenario.clock.now()) == known
    same_key = proved(scenario, serial="b1", key="k2", days=29)
    assert not enrolment.is_superseded(known, same_key), "a restored folder of the same box"


def test_the_boxes_of_a_district_are_bounded_and_one_that_is_not_believed_makes_room(scenario):
    now, known = scenario.clock.now(), Enrolments(proves=True)
    for number in range(AGENTS.value):
        box = proved(scenario, agent=f"box-{number}", serial=f"{number:x}")
        known = enrolment.enrol(known, box, now)
    further = proved(scenario, agent="further")
    assert not enrolment.has_room(known, "further", now)
    assert enrolment.enrol(known, further, now) == known
    known = enrolment.revoke(known, AgentRevoked(agent="box-7", serial="7"), now)
    after = enrolment.enrol(known, further, now)
    assert "further" in after.boxes and "box-7" not in after.boxes
    assert len(after.boxes) == AGENTS.value


def test_from_the_fifth_new_outbox_within_a_day_on_a_box_waits_for_an_operator(scenario):
    scenario.start()
    scenario.send_event()
    last = 7
    for incarnation in range(11, 11 + NEW_OUTBOXES.value):
        send_hello(scenario, incarnation, last)
        last = incarnation
    assert standings(scenario) == {}
    assert not allow(scenario).done, "nothing waits yet"
    commands = send_hello(scenario, 90, last)
    assert [c.code for c in commands if hasattr(c, "code")] == ["outbox_waits"]
    assert scenario.state.intake.incarnations["box-1"][-1] == last
    (shown,) = agent_standings(scenario.state, scenario.clock.now())
    waits = AgentStanding(agent="box-1", standing=OUTBOX_WAITS, since=scenario.clock.now())
    assert shown == waits
    scenario.wait(3 * DAY_S)
    send_hello(scenario, 91, last)
    assert scenario.state.intake.incarnations["box-1"][-1] == last, "time alone does not help"
    refused = allow(scenario, role=Role.ADAPTER, request="allow-2")
    assert (refused.done, refused.reason) == (False, "not_permitted")
    assert allow(scenario, request="allow-3").done
    send_hello(scenario, 91, last)
    assert scenario.state.intake.incarnations["box-1"][-1] == 91
    assert standings(scenario) == {}


def test_new_outboxes_on_different_days_do_not_wait(scenario):
    scenario.start()
    scenario.send_event()
    last = 7
    for incarnation in range(11, 31):
        scenario.wait(DAY_S / NEW_OUTBOXES.value + 1)
        send_hello(scenario, incarnation, last)
        assert scenario.state.intake.incarnations["box-1"][-1] == incarnation
        last = incarnation


def test_a_box_that_is_forgotten_is_enrolled_anew_when_it_comes_back(proving):
    proving.submit(proved(proving, agent="box-9", days=400))
    proving.wait(100 * DAY_S)
    assert "box-9" not in proving.state.enrolments.boxes
    proving.submit(proved(proving, agent="box-9", days=400))
    assert "box-9" in proving.state.enrolments.boxes
