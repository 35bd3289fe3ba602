"""A fault as text is parsed back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citysim.sim.runs.fault_text import format_fault, parse_fault, parse_schedule
from citysim.sim.runs.scenario_spec import ScenarioSpec
from citysim.sim.scenario import Fault

THOUSANDTHS = st.integers(-(10**7), 10**7).map(lambda n: n / 1000)
FAULTS = st.builds(
    Fault,
    number=st.integers(1, 9),
    at_s=THOUSANDTHS.map(abs),
    kind=st.sampled_from(["killed", "link_cut"]),
    target=st.sampled_from(["city", "district/north", "agent/box-1", "broker"]),
    duration_s=THOUSANDTHS.map(abs),
    magnitude=THOUSANDTHS,
)


@given(FAULTS)
def test_a_fault_is_parsed_back_as_it_was_drawn(fault):
    assert parse_fault(format_fault(fault), fault.number) == fault


@pytest.mark.parametrize("text", ["", "1:killed:city", "x:killed:city:0:0", "1:killed:city:0:0:0"])
def test_a_malformed_fault_is_refused_with_the_form(text):
    with pytest.raises(ValueError, match="AT:KIND:TARGET:DURATION:MAGNITUDE"):
        parse_fault(text, 1)


def test_a_schedule_replaces_what_the_seed_draws_and_is_in_the_command(fake):
    spec = ScenarioSpec(
        seed=5,
        schedule=parse_schedule(["4:killed:city:0:0", "9.5:link_cut:district/north:30:0"]),
        faults=frozenset({2}),
    )
    assert [(f.number, f.kind) for f in fake().runner().scenario(spec).faults] == [(2, "link_cut")]
    assert spec.command() == (
        "citybrain sim replay --seed 5 --faults 2 --fault 4:killed:city:0:0"
        " --fault 9.5:link_cut:district/north:30:0"
    )
