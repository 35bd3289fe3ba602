"""Which observations are of one case: by family, place, asset and time, in whatever order they come
and whatever a box's clock says.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain.clock import later
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import OperatorVerb, Phase
from district_node.inputs import NodeStarted, SkewMeasured
from district_node.playbooks.load import load_playbooks

YEAR_S = 365 * 86_400
CORNER = (("crowding", 0, 0), ("loitering", 25, 10), ("street_occupation", -10, 20))


def cases(scenario):
    """The partition: which episodes each case rests on."""
    known = scenario.state.incidents.values()
    return sorted(sorted(one.episode for one in each.contributions.values()) for each in known)


def seen(scenario, name, kind, north, east=0.0, *, at_s=0.0, **changes):
    """One camera of a box of its own sees something; `at_s`: so long ago."""
    scenario.send_event(
        agent=f"box-{name}",
        source=f"cam-{name}",
        episode=name,
        incident_kind=kind,
        place=scenario.near(north, east),
        observed_at=later(scenario.clock.now(), -at_s + changes.pop("off_s", 0.0)),
        is_historical=at_s > 60,
        **changes,
    )


def test_crowding_loitering_and_street_occupation_at_one_corner_are_one_case(scenario):
    scenario.start()
    for number, (kind, north, east) in enumerate(CORNER):
        seen(scenario, f"e{number}", kind, north, east)
    assert cases(scenario) == [["e0", "e1", "e2"]]
    why = [one.joined_by for one in scenario.incident().contributions.values()]
    assert [one and one.by for one in why] == [None, "near", "near"]
    assert (why[1].family, why[1].apart_s) == ("obstruction", 0)
    assert why[1].distance_m == pytest.approx(26.9, abs=0.5)


def test_two_things_sixty_metres_apart_are_two_cases(scenario):
    scenario.start()
    for number in range(3):
        seen(scenario, f"here-{number}", "crowding", 8 * number)
        seen(scenario, f"there-{number}", "crowding", 60 + 8 * number)
    assert [len(case) for case in cases(scenario)] == [3, 3]


@pytest.mark.parametrize("off_s", [-YEAR_S, YEAR_S])
@pytest.mark.parametrize("is_measured", [False, True])
def test_a_box_whose_clock_is_a_year_off_joins_its_honest_neighbours(scenario, off_s, is_measured):
    scenario.start()
    seen(scenario, "honest", "crowding", 0)
    scenario.wait(30)
    if is_measured:
        scenario.submit(SkewMeasured(agent="box-wrong", skew_us=int(off_s * 1e6)))
    seen(scenario, "wrong", "crowding", 10, off_s=off_s)
    scenario.wait(60)
    seen(scenario, "later", "crowding", -10)
    assert cases(scenario) == [["honest", "later", "wrong"]]


def test_what_is_still_seen_is_joined_however_long_ago_it_began(scenario):
    scenario.start()
    seen(scenario, "first", "crowding", 0)
    scenario.wait(3 * 3600)
    seen(scenario, "second", "crowding", 10)
    assert cases(scenario) == [["first", "second"]]
    seen(scenario, "late", "crowding", -10, at_s=2 * 3600)
    assert cases(scenario) == [["first", "late", "second"]]


def a_rack(name, scenario, north):
    return Asset(
        id=name,
        kind="bike_rack",
        name=LocalizedName(en=name, zh=name),
        place=scenario.near(north),
        fields=SortedMap(),
    )


def test_what_is_at_one_asset_is_one_case_and_at_two_assets_two(scenario):
    at_racks = tuple(
        replace(one, joins=replace(one.joins, assets=("bike_rack",)))
        for one in load_playbooks()
        if one.kind == "illegal_parking"
    )
    scenario.start(playbooks=at_racks)
    setup = replace(
        scenario.state.setup,
        assets=(a_rack("rack-a", scenario, 0), a_rack("rack-b", scenario, 30)),
    )
    scenario.submit(NodeStarted(setup=setup))
    seen(scenario, "a", "illegal_parking", 5)
    seen(scenario, "b", "illegal_parking", 25)
    assert cases(scenario) == [["a"], ["b"]], "twenty metres apart, and each at a rack of its own"
    scenario.send_event(
        agent="box-far",
        source="rack-a",
        episode="far",
        incident_kind="illegal_parking",
        place=scenario.near(-120),
    )
    assert cases(scenario) == [["a", "far"], ["b"]], "its source is named after the rack"


THINGS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["crowding", "loitering", "street_occupation"]),
            st.floats(-15, 15),
            st.floats(-15, 15),
            st.floats(0, 500),
            st.sampled_from([0.0, -YEAR_S, YEAR_S]),
        ),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(things=THINGS, data=st.data())
def test_every_order_of_arrival_makes_the_same_cases(new_scenario, things, data):
    """Within the rule that `reach` states: what is of one thing is within reach of the rest of it,
    and further from everything else."""
    seen_ = [
        (f"e{thing}-{number}", kind, thing * 120 + north, east, at_s, off_s if not at_s else 0.0)
        for thing, observations in enumerate(things)
        for number, (kind, north, east, at_s, off_s) in enumerate(observations)
    ]
    found = []
    for order in (seen_, data.draw(st.permutations(seen_))):
        scenario = new_scenario().start()
        scenario.wait(600)
        for name, kind, north, east, at_s, off_s in order:
            seen(scenario, name, kind, north, east, at_s=at_s, off_s=off_s)
        found.append(cases(scenario))
    assert found[0] == found[1]
    assert len(found[0]) == len(things)


def test_the_same_message_again_changes_nothing(scenario):
    scenario.start()
    seen(scenario, "one", "crowding", 0)
    before = scenario.state.incidents
    batch = scenario.event(episode="one", source="cam-one", place=scenario.near(0))
    scenario.send_event(replace(batch, phase=Phase.UPDATE), agent="box-one")
    assert len(scenario.state.incidents) == len(before)


def test_a_case_that_a_person_moved_takes_its_whole_family_there_and_no_more_here(scenario):
    scenario.start()
    seen(scenario, "one", "loitering", 0)
    moved = scenario.near(200)
    assert scenario.act(OperatorVerb.RELOCATE, place=moved).done
    seen(scenario, "there", "crowding", 200)
    seen(scenario, "here", "crowding", 0)
    assert cases(scenario) == [["here"], ["one", "there"]]
