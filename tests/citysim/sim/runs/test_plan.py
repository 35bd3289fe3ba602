"""A fault in a line is read back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citysim.sim.runs.cut import Cut
from citysim.sim.runs.plan import read_fault, read_plan, written
from citysim.sim.scenario import Fault

THOUSANDTHS = st.integers(-(10**7), 10**7).map(lambda n: n / 1000)
FAULTS = st.builds(
    Fault,
    number=st.integers(1, 9),
    at_s=THOUSANDTHS.map(abs),
    kind=st.sampled_from(["killed", "link_cut"]),
    target=st.sampled_from(["city", "district/north", "agent/box-1", "broker"]),
    lasts_s=THOUSANDTHS.map(abs),
    amount=THOUSANDTHS,
)


@given(FAULTS)
def test_as_it_was_drawn(fault):
    assert read_fault(written(fault), fault.number) == fault


@pytest.mark.parametrize("text", ["", "1:killed:city", "x:killed:city:0:0", "1:killed:city:0:0:0"])
def test_what_is_no_fault_is_said_with_the_form(text):
    with pytest.raises(ValueError, match="AT:KIND:TARGET:LASTS:AMOUNT"):
        read_fault(text, 1)


def test_a_plan_takes_the_place_of_what_the_seed_draws_and_is_in_the_command(fiction):
    cut = Cut(
        seed=5,
        plan=read_plan(["4:killed:city:0:0", "9.5:link_cut:district/north:30:0"]),
        faults=frozenset({2}),
    )
    assert [(f.number, f.kind) for f in fiction().teller().scenario(cut).faults] == [
        (2, "link_cut")
    ]
    assert (
        cut.command()
        == "citybrain sim replay --seed 5 --faults 2 --fault 4:killed:city:0:0 --fault 9.5:link_cut:district/north:30:0"
    )
