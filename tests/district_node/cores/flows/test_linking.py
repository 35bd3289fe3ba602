"""Cause and consequence: a case follows from another one, a person says, and each goes on."""

import pytest

from citybrain.vocabulary import IncidentStage, OperatorVerb
from district_node.cores.flows.verbs.linking import CONSEQUENCES
from district_node.cores.view import queue_entry


def case(scenario, number):
    before = set(scenario.state.incidents)
    place = scenario.near(1_000 * number)
    scenario.send_event(source=f"cam-{number}", episode=f"e{number}", rule="r", place=place)
    (name,) = set(scenario.state.incidents) - before
    return name


@pytest.fixture(params=[False, True], ids=["alive", "dying after every step"])
def linked(scenario, request):
    """(the district, the cause, what it led to)."""
    scenario.start(scenario.a_unit("riverside-1"))
    cause, consequence = case(scenario, 1), case(scenario, 2)
    scenario.crashing = request.param
    assert link(scenario, consequence, cause).done
    return scenario, cause, consequence


def link(scenario, incident, cause):
    return scenario.act(OperatorVerb.LINK, incident=incident, other=cause)


def shown(scenario, name):
    row = queue_entry(scenario.incident(name), "riverside", scenario.clock.now())
    return row.caused_by, row.consequences


def last(scenario, name):
    line = scenario.incident(name).history[-1]
    return line.code, line.actor, line.reason


def test_both_show_it_and_both_histories_say_who_said_so(linked):
    scenario, cause, consequence = linked
    assert (shown(scenario, consequence), shown(scenario, cause)) == (
        (cause, ()),
        (None, (consequence,)),
    )
    assert last(scenario, consequence) == ("follows_from", "Li Na", cause)
    assert last(scenario, cause) == ("leads_to", "Li Na", consequence)


@pytest.mark.parametrize("verb", [OperatorVerb.CLOSE, OperatorVerb.REJECT])
def test_whoever_closes_the_cause_is_told_what_is_open_and_that_goes_on(linked, verb):
    scenario, cause, consequence = linked
    said = scenario.act(verb, incident=cause, reason="the main is shut")
    assert (said.done, said.reason) == (True, "consequences_open")
    assert scenario.incident(consequence).number in said.detail
    assert scenario.incident(consequence).stage is IncidentStage.DISPATCHED, "its crew is free"
    assert shown(scenario, consequence) == (cause, ())


def test_nothing_is_said_of_what_is_over(linked):
    scenario, cause, consequence = linked
    assert scenario.act(OperatorVerb.CLOSE, incident=consequence, reason="dry").reason == ""
    assert scenario.act(OperatorVerb.CLOSE, incident=cause, reason="shut").reason == ""


@pytest.mark.parametrize("undone_on", ["cause", "consequence"])
def test_it_is_undone_and_said_again(linked, undone_on):
    scenario, cause, consequence = linked
    name = cause if undone_on == "cause" else consequence
    assert scenario.act(OperatorVerb.UNDO, incident=name).done
    assert (shown(scenario, consequence), shown(scenario, cause)) == ((None, ()), (None, ()))
    assert last(scenario, cause) == ("leads_to_no_more", "Li Na", consequence)
    assert link(scenario, consequence, cause).done
    assert scenario.act(OperatorVerb.UNLINK, incident=consequence).done
    assert shown(scenario, consequence) == (None, ())
    assert scenario.act(OperatorVerb.UNDO, incident=name).done
    assert shown(scenario, cause) == (None, (consequence,))


def test_what_cannot_be_is_refused_and_changes_nothing(linked):
    scenario, cause, consequence = linked
    third = case(scenario, 3)
    assert link(scenario, third, consequence).done
    before = scenario.state.incidents
    refused = [
        (link(scenario, cause, cause), "same_case"),
        (link(scenario, cause, third), "circle"),
        (link(scenario, consequence, third), "already_linked"),
        (link(scenario, third, "inc-nowhere-1"), "no_such_incident"),
        (scenario.act(OperatorVerb.LINK, incident=third), "no_other"),
        (scenario.act(OperatorVerb.UNLINK, incident=cause), "not_linked"),
    ]
    assert [(said.done, said.reason) for said, _ in refused] == [
        (False, reason) for _, reason in refused
    ]
    assert all(said.detail for said, _ in refused)
    assert scenario.state.incidents == before


def test_one_case_leads_to_so_many_at_most(scenario):
    scenario.start()
    cause = case(scenario, 1)
    for number in range(2, CONSEQUENCES.value + 2):
        assert link(scenario, case(scenario, number / 2 + 20), cause).done
    refused = link(scenario, case(scenario, 200), cause)
    assert (refused.done, refused.reason) == (False, "too_many_consequences")
