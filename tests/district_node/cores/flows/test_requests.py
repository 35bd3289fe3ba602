"""A request is its sender's: whoever guesses the id that another is about to use takes nothing."""

from principals import CREW

from citybrain.decider.command import Reply
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.principal import Role, unauthenticated
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction
from district_node.cores.state import IdempotencyCache
from district_node.inputs import CrewAnswered

OTHER = unauthenticated("riverside-2", Role.CREW)


def press(scenario, principal, **changes):
    unit = scenario.unit("riverside-1")
    plain = CrewAnswer(
        request="riverside-1-1-accept",
        unit="riverside-1",
        order=unit.order,
        assignment_number=unit.assignment_number,
        action=CrewAction.ACCEPT,
    )
    answered = CrewAnswered(answer=replace(plain, **changes), principal=principal)
    return next(c for c in scenario.submit(answered) if isinstance(c, Reply))


def test_an_id_that_another_used_before_is_still_one_s_own(scenario, reports):
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2", "pump"))
    scenario.send_event()
    assert not press(scenario, OTHER, unit="riverside-2").done
    reports(request="riverside-1-1-accept", by=OTHER)
    assert press(scenario, CREW).done
    again = press(scenario, CREW)
    assert (again.done, again.reason) == (True, "")
    reused = press(scenario, CREW, action=CrewAction.DEPART)
    assert (reused.done, reused.reason) == (False, "request_reused")


def test_a_repeat_of_what_a_version_before_remembered_is_done_once(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    press(scenario, CREW)
    kept = scenario.state.idempotency
    (reply,) = kept.young.values()
    bare = IdempotencyCache(young=type(kept.young)([(reply.request, reply)]))
    scenario.decider._state = replace(scenario.state, idempotency=bare)
    assert press(scenario, CREW).done
    assert len([line for line in scenario.incident().history if line.code == "accepted"]) == 1
