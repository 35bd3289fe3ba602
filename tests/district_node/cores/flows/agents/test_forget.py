"""A box that is gone for good is forgotten at an operator's word: nothing is kept of it but the
numbers that it used, and where it joins anew what it sent before counts once.
"""

import pytest

from citybrain.clock import later
from citybrain.decider.command import Notice, Reply
from citybrain.domain.agent import AgentHello
from citybrain.domain.console import AgentAction, AgentVerb
from citybrain.domain.event import OutboxItem
from citybrain.domain.principal import Role, unauthenticated
from citybrain.structs import replace
from citybrain.vocabulary import Disposition, OperatorVerb
from district_node.cores import intake
from district_node.cores.agents.standings import agent_standings
from district_node.cores.flows.agents import enrolment as enrolment_flow
from district_node.cores.intake import Intake, SenderKey
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
from district_node.limits import AGENTS, NEW_OUTBOXES, SENDER_RETENTION

BOX, DAY_S = "box-1", 86_400


def proved(scenario, serial="a1", key="k1", agent=BOX):
    until = later(scenario.clock.now(), 30 * DAY_S)
    return AgentEnrolled(
        agent=agent, how=EnrolledBy.CERTIFICATE, serial=serial, key=key, until=until
    )


def forget(scenario, agent=BOX, request="f-1", role=Role.OPERATOR):
    action = AgentAction(request=request, operator="Li Na", agent=agent, verb=AgentVerb.FORGET)
    return scenario.submit(AgentActed(action=action, principal=unauthenticated("Li Na", role)))


def asked(scenario, **fields):
    reply = next(one for one in forget(scenario, **fields) if isinstance(one, Reply))
    return reply.done, reply.reason, reply.detail


def standing(scenario):
    """As the queue page shows it; None: the box is not shown."""
    found = agent_standings(scenario.state, scenario.clock.now())
    return {one.agent: one.standing for one in found}.get(BOX)


def hello(scenario, incarnation=7, previous=0, next_seq=2):
    said = AgentHello(
        agent=BOX,
        incarnation=incarnation,
        lowest_unacked=1,
        next_seq=next_seq,
        previous=previous,
    )
    return scenario.submit(HelloReceived(hello=said))


def send_numbered(scenario, seq, **changes):
    item = OutboxItem(seq=seq, content=scenario.event(**changes))
    return scenario.submit(BatchReceived(agent=BOX, incarnation=7, items=(item,)))


@pytest.fixture
def known(scenario):
    """A district that proves boxes, and box-1, which joined, sent an event and is connected; its
    case is open."""
    scenario.start()
    scenario.submit(NodeStarted(setup=scenario.state.setup, proves_boxes=True))
    scenario.submit(proved(scenario))
    scenario.submit(AgentPresenceChanged(agent=BOX, online=True))
    scenario.send_event()
    return scenario


@pytest.fixture
def gone(known):
    """The box is revoked, and its case is closed."""
    known.submit(AgentRevoked(agent=BOX, serial="a1"))
    closed = known.act(OperatorVerb.REJECT, reason="gone", disposition=Disposition.FALSE_ALARM)
    assert closed.done
    return known


def test_of_a_box_that_is_gone_nothing_is_known_any_more(gone):
    assert standing(gone) == "revoked"
    commands = forget(gone)
    assert next(one for one in commands if isinstance(one, Reply)).done
    said = [one for one in commands if isinstance(one, Notice)]
    assert [(one.code, one.subject, one.detail) for one in said] == [
        ("agent_forgotten", BOX, "as Li Na said")
    ]
    assert BOX not in gone.state.agents
    assert BOX not in gone.state.enrolments.boxes
    assert BOX not in gone.state.enrolments.outboxes
    assert standing(gone) is None


def test_one_that_never_joined_is_forgotten_too(scenario):
    scenario.start()
    scenario.send_event()
    scenario.act(OperatorVerb.REJECT, reason="gone", disposition=Disposition.FALSE_ALARM)
    scenario.submit(NodeStarted(setup=scenario.state.setup, proves_boxes=True))
    assert standing(scenario) == "not_enrolled"
    assert asked(scenario) == (True, "", "")
    assert standing(scenario) is None


def test_it_is_refused_while_the_box_is_connected(known):
    before = known.state.agents, known.state.enrolments
    done, reason, detail = asked(known)
    assert (done, reason) == (False, "still_online")
    assert "Take it off the network first" in detail and "citybrain ca revoke box/box-1" in detail
    assert (known.state.agents, known.state.enrolments) == before


def test_it_is_refused_while_a_case_of_it_is_open(known):
    known.submit(AgentRevoked(agent=BOX, serial="a1"))
    done, reason, detail = asked(known)
    assert (done, reason) == (False, "open_case")
    assert detail == f"Case {known.incident().number} rests on box-1 and is open. Close it first."
    assert BOX in known.state.agents


def test_of_several_open_cases_it_names_one_and_counts_the_others(known):
    known.send_event(episode="e2", rule="another", incident_kind="loitering", place=known.near(900))
    known.submit(AgentRevoked(agent=BOX, serial="a1"))
    assert len(known.state.incidents) == 2
    assert "(and 1 more)" in asked(known)[2]


def test_it_is_refused_while_the_box_is_enrolled(known):
    known.act(OperatorVerb.REJECT, reason="gone", disposition=Disposition.FALSE_ALARM)
    known.submit(AgentPresenceChanged(agent=BOX, online=False))
    done, reason, detail = asked(known)
    assert (done, reason) == (False, "still_enrolled")
    assert "citybrain ca revoke box/box-1" in detail
    known.wait(31 * DAY_S)
    assert standing(known) == "expired"
    assert asked(known, request="f-2")[1] == "still_enrolled", "it renews its certificate by itself"


def test_it_is_refused_in_lab_mode_where_any_word_enrols(scenario):
    scenario.start()
    scenario.send_event()
    scenario.act(OperatorVerb.REJECT, reason="gone", disposition=Disposition.FALSE_ALARM)
    scenario.submit(AgentPresenceChanged(agent=BOX, online=False))
    done, reason, detail = asked(scenario)
    assert (done, reason) == (False, "lab_mode")
    assert "after 90 days" in detail and "citybrain district join" in detail


def test_of_a_box_that_nobody_knows_it_is_refused(known):
    assert asked(known, agent="box-9")[:2] == (False, "unknown_agent")


def test_who_may_not_is_refused(gone):
    assert asked(gone, role=Role.ADAPTER)[:2] == (False, "not_permitted")
    assert BOX in gone.state.agents


def test_the_same_request_again_is_answered_alike_and_another_finds_nothing(gone):
    assert asked(gone) == (True, "", "")
    after = gone.state
    assert asked(gone) == (True, "", "")
    assert gone.state.agents == after.agents
    assert asked(gone, request="f-2")[1] == "unknown_agent"


def test_nothing_that_a_broker_kept_of_it_brings_it_back(gone):
    forget(gone)
    gone.submit(AgentPresenceChanged(agent=BOX, online=True))
    hello(gone)
    gone.send_event(episode="e2")
    assert (BOX in gone.state.agents, BOX in gone.state.enrolments.boxes) == (False, False)
    assert standing(gone) is None


def test_what_it_had_sent_counts_once_where_it_joins_anew(gone):
    """Its acknowledgement may have been lost: then it sends the same again."""
    before, cases = gone.state.intake.counters, len(gone.state.incidents)
    forget(gone)
    gone.submit(proved(gone, serial="b2", key="k1"))
    gone.submit(AgentPresenceChanged(agent=BOX, online=True))
    hello(gone)
    send_numbered(gone, 1)
    counters = gone.state.intake.counters
    assert (counters.items, counters.lost) == (before.items, 0)
    assert counters.duplicates == before.duplicates + 1
    assert len(gone.state.incidents) == cases
    send_numbered(gone, 2, episode="e2")
    assert gone.state.intake.counters.items == before.items + 1
    assert gone.state.agents[BOX].online
    assert standing(gone) is None


def test_a_new_card_goes_on_after_asking_and_counts_its_outboxes_anew(gone):
    forget(gone)
    gone.submit(proved(gone, serial="b2", key="k2"))
    hello(gone, incarnation=50, next_seq=1)
    assert intake.ack_for(gone.state.intake, BOX, 50).believed_instead == 7
    last = 7
    for incarnation in range(50, 50 + NEW_OUTBOXES.value):
        hello(gone, incarnation=incarnation, previous=last, next_seq=1)
        assert gone.state.intake.incarnations[BOX][-1] == incarnation
        last = incarnation


def test_the_numbers_go_in_their_time(gone):
    forget(gone)
    assert SenderKey(BOX, 7) in gone.state.intake.ack_ranges
    gone.wait(SENDER_RETENTION.value + 3 * DAY_S)
    assert BOX not in gone.state.intake.incarnations
    assert SenderKey(BOX, 7) not in gone.state.intake.ack_ranges


def test_where_there_are_as_many_boxes_as_may_be_a_forgotten_one_makes_room(gone):
    forget(gone)
    state = gone.state
    full = state.intake
    for number in range(AGENTS.value - 1):
        first = AgentHello(agent=f"b-{number}", incarnation=1, lowest_unacked=1, next_seq=1)
        full, _ = intake.accept_hello(full, first)
    assert intake.with_room_for(full, BOX, known=()) == full, "it has its place"
    others = frozenset(full.incarnations) - {BOX}
    after = intake.with_room_for(full, "new", known=(others,))
    assert sorted(set(full.incarnations) - set(after.incarnations)) == [BOX]
    assert intake.with_room_for(full, "new", known=(others, {BOX})) == full


def test_the_planted_bug_that_numbers_are_forgotten_too_is_seen(gone, monkeypatch):
    """So that the test of what counts once is one."""
    plain = enrolment_flow.forget

    def careless(draft, agent, who):
        refused = plain(draft, agent, who)
        draft.intake = replace(Intake(), counters=draft.intake.counters)
        return refused

    monkeypatch.setattr(enrolment_flow, "forget", careless)
    before = gone.state.intake.counters.items
    forget(gone)
    gone.submit(proved(gone, serial="b2", key="k1"))
    send_numbered(gone, 1)
    assert gone.state.intake.counters.items == before + 1
