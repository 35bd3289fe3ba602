"""Who goes where: as much severity served as there are units for, with the least travel, and always
the same answer.
"""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.vocabulary import Severity
from district_node.dispatch.matching import (
    RARE_MS,
    SELDOM_MS,
    SEVERITY_WEIGHT,
    UNSERVED_MS,
    Candidate,
    OpenSlot,
    etas_s,
    is_in_time,
    propose,
)

AT = Timestamp(1_750_000_000_000_000)

places = st.tuples(st.floats(30.6, 30.7), st.floats(104.0, 104.1)).map(
    lambda p: Point(lat=p[0], lon=p[1])
)
skills = st.sampled_from(["patrol", "pump"])


@st.composite
def problems(draw):
    open_slots = [
        OpenSlot(
            incident=f"i-{n}",
            slot=f"s-{n}",
            capability=draw(skills),
            severity=draw(st.sampled_from([Severity.MINOR, Severity.MODERATE, Severity.SEVERE])),
            place=draw(places),
            max_eta_s=draw(st.sampled_from([None, 300.0, 900.0])),
            declined=tuple(draw(st.lists(st.sampled_from(["u-0", "u-1"]), max_size=1))),
            able=draw(st.integers(0, 4)),
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
    return open_slots, units


def eta_s(open_slot, unit):
    ((seconds,),) = etas_s([open_slot], [unit], GREAT_CIRCLE, AT)
    return seconds


def could_serve(open_slot, unit):
    return is_in_time(open_slot, eta_s(open_slot, unit))


def proposed_for(open_slots, units):
    return propose(open_slots, units, etas_s(open_slots, units, GREAT_CIRCLE, AT))


def rarity_ms(open_slot, units):
    could = sum(could_serve(open_slot, unit) for unit in units)
    return RARE_MS // max(1, could) + SELDOM_MS // max(1, open_slot.able)


def cost(pairs, open_slots, units):
    """Weighted travel, and for what is left out the price of being unserved and of being rare."""
    served = {w.slot: (w, u) for w, u in pairs}
    total = 0
    for w in open_slots:
        weight = SEVERITY_WEIGHT[w.severity]
        total += weight * (
            min(UNSERVED_MS - 1, round(eta_s(*served[w.slot]) * 1000))
            if w.slot in served
            else UNSERVED_MS + rarity_ms(w, units)
        )
    return total


def every_assignment(open_slots, units):
    """By brute force: all ways to send units that fit."""
    padded = [*units, *[None] * len(open_slots)]
    for chosen in set(permutations(padded, len(open_slots))):
        yield [
            (w, u)
            for w, u in zip(open_slots, chosen, strict=True)
            if u is not None and could_serve(w, u)
        ]


def served_weight(pairs):
    return sum(SEVERITY_WEIGHT[w.severity] for w, _ in pairs)


@settings(deadline=None, max_examples=80)
@given(problems())
def test_no_other_assignment_is_cheaper(problem):
    open_slots, units = problem
    proposed = proposed_for(open_slots, units)
    by_name = {u.unit: u for u in units}
    ours = [(p.open_slot, by_name[p.unit]) for p in proposed]
    for pairs in every_assignment(open_slots, units):
        assert cost(ours, open_slots, units) <= cost(pairs, open_slots, units)
    assert len({p.unit for p in proposed}) == len(proposed)
    assert all(could_serve(p.open_slot, by_name[p.unit]) for p in proposed)
    assert proposed_for(open_slots, units) == proposed


@settings(deadline=None, max_examples=80)
@given(problems())
def test_no_place_is_left_open_that_another_assignment_would_fill(problem):
    open_slots, units = problem
    by_name = {u.unit: u for u in units}
    ours = [(p.open_slot, by_name[p.unit]) for p in proposed_for(open_slots, units)]
    best = max(served_weight(pairs) for pairs in every_assignment(open_slots, units))
    assert served_weight(ours) == best


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_unit_that_fits_two_places_fills_the_one_that_fewer_units_could_ever_fill(order):
    both = [
        OpenSlot(
            incident="i",
            slot=f"s-{capability}",
            capability=capability,
            severity=Severity.MODERATE,
            place=Point(lat=30.6, lon=104.0),
            max_eta_s=None,
            declined=(),
            able=able,
        )
        for capability, able in (("patrol", 5), ("pump", 1))
    ]
    unit = Candidate(
        unit="u", capabilities=("pump", "patrol"), place=Point(lat=30.6, lon=104.0), speed_mps=8.0
    )
    (pairing,) = proposed_for([both[i] for i in order], [unit])
    assert pairing.open_slot.capability == "pump"


def test_one_unit_goes_to_the_more_severe_of_two(scenario):
    scenario.start(scenario.a_unit("riverside-1", metres=50_000))
    scenario.send_event()
    scenario.send_event(
        source="cam-2",
        episode="e2",
        place=scenario.near(1000),
        severity=Severity.EXTREME,
        agent="box-2",
    )
    from district_node.inputs import CityLinkChanged

    scenario.submit(CityLinkChanged(up=False))
    served = [i for i in scenario.state.incidents.values() if i.slots[0].unit == "riverside-1"]
    assert [i.severity for i in served] == [Severity.EXTREME]


def test_a_need_of_several_capabilities_gets_a_unit_for_each(scenario):
    scenario.start(
        scenario.a_unit("riverside-1", "patrol"),
        scenario.a_unit("riverside-2", "pump"),
        scenario.a_unit("riverside-3", "patrol"),
    )
    scenario.send_event(incident_kind="waterlogging", severity=Severity.SEVERE)
    assert sorted((s.capability, s.unit) for s in scenario.incident().slots) == [
        ("patrol", "riverside-1"),
        ("pump", "riverside-2"),
    ]


def test_an_incident_is_handled_when_every_place_was_served(scenario):
    scenario.start(scenario.a_unit("riverside-1", "patrol"), scenario.a_unit("riverside-2", "pump"))
    scenario.send_event(incident_kind="waterlogging", severity=Severity.SEVERE)
    scenario.work_through("riverside-1")
    assert scenario.incident().stage == "working"
    scenario.work_through("riverside-2")
    assert scenario.incident().stage == "handled"
