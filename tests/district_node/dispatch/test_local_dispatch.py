"""Who goes where: as much severity served as there are units for, with the least travel, and always the same answer."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.geo import Point
from citybrain.vocabulary import Severity
from district_node.dispatch.local import (
    SEVERITY_WEIGHT,
    UNSERVED_DS,
    Candidate,
    Wanted,
    could_serve,
    eta_s,
    propose,
)

places = st.tuples(st.floats(30.6, 30.7), st.floats(104.0, 104.1)).map(
    lambda p: Point(lat=p[0], lon=p[1])
)
skills = st.sampled_from(["patrol", "pump"])


@st.composite
def problems(draw):
    wanted = [
        Wanted(
            incident=f"i-{n}",
            slot=f"s-{n}",
            capability=draw(skills),
            severity=draw(st.sampled_from([Severity.MINOR, Severity.MODERATE, Severity.SEVERE])),
            place=draw(places),
            max_eta_s=draw(st.sampled_from([None, 300.0, 900.0])),
            declined=tuple(draw(st.lists(st.sampled_from(["u-0", "u-1"]), max_size=1))),
        )
        for n in range(draw(st.integers(0, 4)))
    ]
    units = [
        Candidate(
            unit=f"u-{n}",
            capabilities=tuple(draw(st.lists(skills, max_size=2, unique=True))),
            place=draw(places),
            speed_mps=8.0,
        )
        for n in range(draw(st.integers(0, 4)))
    ]
    return wanted, units


def cost(pairs, wanted):
    """Weighted travel, and for what is left out the price of being unserved."""
    served = {w.slot: (w, u) for w, u in pairs}
    total = 0
    for w in wanted:
        weight = SEVERITY_WEIGHT[w.severity]
        total += weight * (
            min(UNSERVED_DS - 1, round(eta_s(*served[w.slot]) * 10))
            if w.slot in served
            else UNSERVED_DS
        )
    return total


@settings(deadline=None, max_examples=80)
@given(problems())
def test_no_other_assignment_is_cheaper(problem):
    wanted, units = problem
    proposed = propose(wanted, units)
    by_name = {u.unit: u for u in units}
    ours = cost([(p.wanted, by_name[p.unit]) for p in proposed], wanted)
    padded = [*units, *[None] * len(wanted)]
    for chosen in permutations(padded, len(wanted)):
        pairs = [
            (w, u)
            for w, u in zip(wanted, chosen, strict=True)
            if u is not None and could_serve(w, u)
        ]
        assert ours <= cost(pairs, wanted)
    assert len({p.unit for p in proposed}) == len(proposed)
    assert all(could_serve(p.wanted, by_name[p.unit]) for p in proposed)
    assert propose(wanted, units) == proposed


def test_one_unit_goes_to_the_more_severe_of_two(story):
    story.start(story.a_unit("riverside-1", metres=50_000))
    story.say()
    story.say(
        source="cam-2",
        episode="e2",
        place=story.near(1000),
        severity=Severity.EXTREME,
        agent="box-2",
    )
    from district_node.inputs import CityLinkChanged

    story.do(CityLinkChanged(up=False))
    served = [i for i in story.state.incidents.values() if i.slots[0].unit == "riverside-1"]
    assert [i.severity for i in served] == [Severity.EXTREME]


def test_a_need_of_several_capabilities_gets_a_unit_for_each(story):
    story.start(
        story.a_unit("riverside-1", "patrol"),
        story.a_unit("riverside-2", "pump"),
        story.a_unit("riverside-3", "patrol"),
    )
    story.say(incident_kind="waterlogging", severity=Severity.SEVERE)
    assert sorted((s.capability, s.unit) for s in story.incident().slots) == [
        ("patrol", "riverside-1"),
        ("pump", "riverside-2"),
    ]


def test_an_incident_is_handled_when_every_place_was_served(story):
    story.start(story.a_unit("riverside-1", "patrol"), story.a_unit("riverside-2", "pump"))
    story.say(incident_kind="waterlogging", severity=Severity.SEVERE)
    story.work_through("riverside-1")
    assert story.incident().stage == "working"
    story.work_through("riverside-2")
    assert story.incident().stage == "handled"
