"""A person's open cases go to the next shift: with one note, and they are somebody's all the
time.
"""

import pytest

from citybrain.decider.command import Reply
from citybrain.domain.console import ShiftAction, ShiftVerb
from citybrain.domain.principal import Principal, Role, unauthenticated
from citybrain.structs import replace
from citybrain.vocabulary import OperatorVerb
from district_node.cores.case_limits import HAND_OVERS
from district_node.inputs import ShiftActed


@pytest.fixture
def shift(scenario):
    """What a person does between shifts; two of three cases are Li Na's."""
    scenario.start(scenario.a_unit("riverside-1"))
    for number in range(3):
        place = scenario.near(5_000 * number)
        scenario.send_event(source=f"cam-{number}", episode=f"e{number}", place=place)
    for incident in scenario.state.incidents.keys()[:2]:
        scenario.act(OperatorVerb.TAKE, incident=incident)
    asked = iter(range(1_000))

    def act(verb, by="Li Na", role=Role.OPERATOR, recipient=None, **fields):
        action = ShiftAction(request=f"shift-{next(asked)}", operator=by, verb=verb, **fields)
        acted = ShiftActed(action=action, principal=unauthenticated(by, role), recipient=recipient)
        return next(c for c in scenario.submit(acted) if isinstance(c, Reply))

    return act


def hand_over(shift, **fields):
    return shift(ShiftVerb.HAND_OVER, **fields)


def take_over(shift, name, by, **fields):
    return shift(ShiftVerb.TAKE_OVER, by=by, hand_over=name, **fields)


def owners(scenario):
    return [incident.case_file.owner for incident in scenario.state.incidents.values()]


def test_cases_that_are_handed_over_stay_their_owners_until_somebody_takes_them(scenario, shift):
    scenario.crashing = True
    made = hand_over(shift, text="two pumps are out")
    (waiting,) = scenario.state.hand_overs.values()
    assert (made.done, made.detail, waiting.text) == (True, waiting.hand_over, "two pumps are out")
    assert owners(scenario) == ["Li Na", "Li Na", ""]
    assert take_over(shift, waiting.hand_over, "Chen Bo").done
    assert owners(scenario) == ["Chen Bo", "Chen Bo", ""]
    (taken,) = scenario.state.hand_overs.values()
    assert (taken.taken_by, taken.taken_at) == ("Chen Bo", scenario.clock.now())
    codes = [line.code for line in next(scenario.state.incidents.values()).history]
    assert codes[-2:] == ["handed_over", "taken"]


def test_what_ended_or_was_given_away_since_is_not_taken_with_the_rest(scenario, shift):
    name = hand_over(shift).detail
    first, second = scenario.state.incidents.keys()[:2]
    scenario.act(OperatorVerb.CLOSE, incident=first, reason="gone")
    scenario.act(OperatorVerb.GIVE, incident=second, person="Wang")
    assert take_over(shift, name, "Chen Bo").done
    assert owners(scenario) == ["Li Na", "Wang", ""]


def test_cases_for_one_person_are_taken_by_that_one_or_by_a_supervisor(shift):
    name = hand_over(shift, person="Chen Bo").detail
    refused = take_over(shift, name, "Wang")
    assert (refused.reason, "Chen Bo" in refused.detail) == ("for_somebody_else", True)
    assert take_over(shift, name, "Zhao", role=Role.SUPERVISOR).done
    again = take_over(shift, name, "Chen Bo")
    assert (again.reason, "Zhao" in again.detail) == ("taken_already", True)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"by": "Wang"}, "nothing_to_hand_over"),
        ({"person": "Li Na"}, "to_yourself"),
        ({"person": "Riverside-1"}, "is_a_crew"),
        ({"person": "Wang", "recipient": Principal(name="Wang", roles=())}, "no_such_person"),
        ({"role": Role.VIEWER}, "not_permitted"),
    ],
)
def test_a_hand_over_that_cannot_be_is_refused_and_changes_nothing(scenario, shift, fields, reason):
    before = replace(scenario.state, idempotency=type(scenario.state.idempotency)())
    assert hand_over(shift, **fields).reason == reason
    after = replace(scenario.state, idempotency=type(scenario.state.idempotency)())
    assert after == before


def test_what_is_not_kept_cannot_be_taken_and_what_was_taken_leaves_first(scenario, shift):
    assert take_over(shift, "handover-9", "Chen Bo").reason == "no_such_hand_over"
    first = hand_over(shift).detail
    second = hand_over(shift).detail
    take_over(shift, second, "Li Na")
    for _ in range(HAND_OVERS.value - 1):
        hand_over(shift)
    kept = scenario.state.hand_overs
    assert len(kept) == HAND_OVERS.value
    assert (first in kept, second in kept) == (True, False)
