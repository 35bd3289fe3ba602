"""A person corrects which case something is, and takes it back: nothing is lost, no crew is under
two cases, and no correlation contradicts it.
"""

import pytest

from citybrain import canonical_json
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, IncidentStage, OperatorVerb, OrderStage, Phase
from district_node.api.units import unit_list
from district_node.cores.flows.verbs.table import VERBS
from district_node.cores.incidents.contribution import EpisodeKey
from district_node.cores.state import IdempotencyCache
from district_node.cores.view import crew_view

MERGE, SPLIT = OperatorVerb.MERGE, OperatorVerb.SPLIT
NOT_SAME, UNDO = OperatorVerb.NOT_SAME, OperatorVerb.UNDO
FAR = 150


@pytest.fixture
def two(scenario):
    """Two cases that two boxes see; `one` and `other` are their ids."""
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2", metres=-500))
    scenario.send_event(episode="a")
    scenario.one = scenario.incident().incident
    scenario.send_event(
        source="cam-2", episode="b", agent="box-2", place=scenario.near(FAR), severity="Severe"
    )
    (scenario.other,) = set(scenario.state.incidents) - {scenario.one}
    return scenario


def sources(scenario, name):
    known = scenario.incident(name).contributions.values()
    return sorted(f"{one.agent}:{one.episode}" for one in known)


def undecided(scenario):
    """The state but for the memory of replies."""
    state = replace(scenario.state, idempotency=IdempotencyCache())
    return canonical_json.digest(state)


def test_the_case_that_goes_on_rests_on_both_and_is_as_grave_as_the_graver(two):
    assert two.act(MERGE, incident=two.other, other=two.one).done
    merged, survivor = two.incident(two.other), two.incident(two.one)
    assert (merged.stage, merged.merged_into) == (IncidentStage.MERGED, two.one)
    assert sources(two, two.one) == ["box-1:a", "box-2:b"]
    assert (survivor.severity, survivor.live_count, survivor.events) == ("Severe", 2, 2)
    joined = survivor.contributions[EpisodeKey("box-2", "cam-2", "crowd", "b")].joined_by
    assert (joined.by, joined.person) == ("person", "Li Na")


def test_what_the_sources_of_a_merged_case_say_next_goes_to_the_one_that_goes_on(two):
    two.act(MERGE, incident=two.other, other=two.one)
    two.send_event(source="cam-2", episode="b", agent="box-2", phase=Phase.END)
    two.send_event(source="cam-2", episode="b2", agent="box-2", place=two.near(FAR))
    assert sources(two, two.one) == ["box-1:a", "box-2:b", "box-2:b2"]
    assert len(two.state.incidents) == 2


def test_a_crew_that_finds_no_place_in_the_case_that_goes_on_is_called_back(two):
    two.act(MERGE, incident=two.other, other=two.one)
    two.assert_one_live_order_a_unit()
    two.assert_slots_have_one_live_order()
    (order,) = [o for o in two.state.roster.orders.values() if o.stage == OrderStage.ISSUED]
    assert order.task.incident == two.one


def test_a_crew_at_work_goes_on_in_the_case_that_goes_on(two):
    unit = two.incident(two.other).slots[0].unit
    for action in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        assert two.press(unit, action).done
    two.act(MERGE, incident=two.other, other=two.one)
    assert two.order_of(unit).task.incident == two.one
    assert two.incident(two.one).stage is IncidentStage.WORKING
    assert two.press(unit, CrewAction.FINISH).done
    (served,) = [slot for slot in two.incident(two.one).slots if slot.unit == unit]
    assert served.state == "served"


def test_a_crew_at_work_is_shown_the_number_of_the_case_that_goes_on(two):
    unit = two.incident(two.other).slots[0].unit
    for action in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        assert two.press(unit, action).done
    numbers = {name: two.incident(name).number for name in (two.one, two.other)}
    assert numbers[two.one] != numbers[two.other]
    units = unit_list(lambda: two.state, lambda _: None)
    assert units.items()[unit].incident_number == numbers[two.other]
    two.act(MERGE, incident=two.other, other=two.one)
    assert crew_view(two.state, unit).order.task.number == numbers[two.one]
    assert units.items()[unit].incident_number == numbers[two.one]
    assert two.act(UNDO, incident=two.one).done
    assert crew_view(two.state, unit).order.task.number == numbers[two.one], "it works on there"


def test_a_crew_under_way_takes_a_place_that_is_open(scenario):
    scenario.start(scenario.a_unit("riverside-1"), city=False)
    scenario.send_event(episode="a")
    one = scenario.incident().incident
    scenario.send_event(source="cam-2", episode="b", agent="box-2", place=scenario.near(FAR))
    (other,) = set(scenario.state.incidents) - {one}
    order = scenario.order_of("riverside-1")
    assert order.task.incident == one
    assert scenario.act(MERGE, incident=one, other=other).done
    moved = scenario.order_of("riverside-1")
    assert (moved.order, moved.stage) == (order.order, order.stage)
    assert (moved.task.incident, moved.task.place) == (other, scenario.near(FAR))
    assert scenario.incident(other).stage is IncidentStage.DISPATCHED
    scenario.work_through("riverside-1")
    assert scenario.incident(other).stage is IncidentStage.HANDLED


def test_an_undone_merge_gives_back_what_it_took_and_what_came_since(two):
    two.act(MERGE, incident=two.other, other=two.one)
    two.send_event(source="cam-2", episode="b", agent="box-2", phase=Phase.END)
    two.send_event(source="cam-2", episode="b2", agent="box-2", place=two.near(FAR))
    two.send_event(episode="a2")
    assert two.act(UNDO, incident=two.one).done
    assert sources(two, two.one) == ["box-1:a", "box-1:a2"]
    assert sources(two, two.other) == ["box-2:b", "box-2:b2"]
    back = two.incident(two.other)
    assert back.merged_into is None
    assert back.stage in (IncidentStage.REOPENED, IncidentStage.DISPATCHED)
    assert back.live_count == 1, "one of its two episodes was over meanwhile"
    two.assert_one_live_order_a_unit()
    two.send_event(source="cam-2", episode="b2", agent="box-2", phase=Phase.END)
    assert two.incident(two.other).live_count == 0


def test_a_chain_of_merges_is_undone_from_either_end(two):
    two.send_event(source="cam-3", episode="c", agent="box-2", place=two.near(-FAR))
    (third,) = set(two.state.incidents) - {two.one, two.other}
    two.act(MERGE, incident=third, other=two.other)
    two.act(MERGE, incident=two.other, other=two.one)
    assert sources(two, two.one) == ["box-1:a", "box-2:b", "box-2:c"]
    assert two.act(UNDO, incident=third).done
    assert sources(two, third) == ["box-2:c"]
    assert two.act(UNDO, incident=two.one).done
    assert (sources(two, two.one), sources(two, two.other)) == (["box-1:a"], ["box-2:b"])


@pytest.mark.parametrize("stage", ["reported", "opened"])
def test_a_part_becomes_a_case_of_its_own_and_its_sources_follow(scenario, stage):
    scenario.start()
    grave = "Minor" if stage == "opened" else "Unknown"
    scenario.send_event(episode="a", severity=grave)
    scenario.send_event(
        source="cam-2", episode="b", agent="box-2", place=scenario.near(20), severity=grave
    )
    one = scenario.incident().incident
    assert scenario.act(SPLIT, contributions=("box-2/cam-2",)).done
    (part,) = set(scenario.state.incidents) - {one}
    assert scenario.incident(part).stage == stage
    scenario.send_event(source="cam-2", episode="b2", agent="box-2", place=scenario.near(20))
    assert sources(scenario, part) == ["box-2:b", "box-2:b2"]
    assert scenario.act(UNDO, incident=one).done
    assert sources(scenario, one) == ["box-1:a", "box-2:b", "box-2:b2"]
    assert scenario.incident(part).stage is IncidentStage.MERGED
    assert not scenario.act(UNDO, incident=one).done


def test_two_that_are_not_the_same_are_not_merged_before_that_is_taken_back(two):
    assert two.act(NOT_SAME, incident=two.one, other=two.other).done
    refused = two.act(MERGE, incident=two.other, other=two.one)
    assert (refused.done, refused.reason) == (False, "known_apart")
    assert two.act(UNDO, incident=two.other).done
    assert two.act(MERGE, incident=two.other, other=two.one).done


def test_not_the_same_separates_what_was_merged(two):
    two.act(MERGE, incident=two.other, other=two.one)
    assert two.act(NOT_SAME, incident=two.one, other=two.other).done
    assert sources(two, two.other) == ["box-2:b"]
    assert two.incident(two.other).apart_from == (two.one,)


@pytest.mark.parametrize(
    ("verb", "changes", "reason"),
    [
        (MERGE, {}, "no_other"),
        (MERGE, {"other": "{one}"}, "same_case"),
        (MERGE, {"other": "inc-oldtown-1"}, "no_such_incident"),
        (NOT_SAME, {"other": "{one}"}, "same_case"),
        (SPLIT, {}, "nothing_named"),
        (SPLIT, {"contributions": ("box-9/cam-9",)}, "no_such_contribution"),
        (SPLIT, {"contributions": ("box-1/cam-1",)}, "nothing_left"),
        (UNDO, {}, "nothing_to_undo"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_changes_nothing(two, verb, changes, reason):
    named = {
        key: value.format(one=two.one) if isinstance(value, str) else value
        for key, value in changes.items()
    }
    before = undecided(two)
    refused = two.act(verb, incident=two.one, **named)
    assert (refused.done, refused.reason) == (False, reason)
    assert refused.detail.endswith(".")
    assert undecided(two) == before


def test_what_is_over_is_neither_merged_nor_split(two):
    two.act(OperatorVerb.CLOSE, incident=two.other, reason="seen")
    before = undecided(two)
    for verb, one, other in ((MERGE, two.one, two.other), (MERGE, two.other, two.one)):
        assert two.act(verb, incident=one, other=other).reason == "stage:closed"
    assert two.act(SPLIT, incident=two.other, contributions=("box-2/cam-2",)).reason
    assert undecided(two) == before


def test_a_merged_case_stays_as_long_as_it_can_be_given_back(two):
    two.act(MERGE, incident=two.other, other=two.one)
    two.wait(3 * 3600)
    assert two.act(UNDO, incident=two.one).done


def test_every_way_of_regrouping_survives_a_crash(two):
    two.crashing = True
    two.act(MERGE, incident=two.other, other=two.one)
    two.act(UNDO, incident=two.one)
    two.act(NOT_SAME, incident=two.one, other=two.other)
    assert {MERGE, SPLIT, NOT_SAME, UNDO} <= set(VERBS)
