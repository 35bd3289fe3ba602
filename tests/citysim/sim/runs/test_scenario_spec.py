"""A part of a scenario has a spec, the spec a command, and the command names the same part."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citysim.sim.runs.scenario_spec import ScenarioSpec, format_numbers, parse_numbers

NUMBERS = st.none() | st.frozensets(st.integers(1, 99), max_size=5)
SPECS = st.builds(
    ScenarioSpec,
    seed=st.integers(0, 10**9),
    size=st.sampled_from(["town", "small", "city"]),
    faults=NUMBERS,
    street_events=NUMBERS,
    fault_phase_s=st.none() | st.integers(1, 9999).map(lambda n: n / 10),
    until_s=st.none() | st.integers(1, 9999).map(lambda n: n / 10),
)


def test_the_whole_scenario_has_the_shortest_command():
    assert ScenarioSpec(seed=17).command() == "citybrain sim replay --seed 17"


def test_the_command_of_a_part_names_what_is_left():
    spec = ScenarioSpec(seed=17, until_s=83.4, faults=frozenset({7, 3}), street_events=frozenset())
    assert spec.command() == (
        "citybrain sim replay --seed 17 --until 83.4 --faults 3,7 --street-events none"
    )


@given(SPECS)
def test_a_command_names_one_spec_only(spec):
    words = shlex.split(spec.options())
    options = dict(zip(words[::2], words[1::2], strict=True))
    again = ScenarioSpec(
        seed=int(options["--seed"]),
        size=options.get("--size", "town"),
        faults=parse_numbers(options.get("--faults", "")),
        street_events=parse_numbers(options.get("--street-events", "")),
        fault_phase_s=float(options["--fault-phase"]) if "--fault-phase" in options else None,
        until_s=float(options["--until"]) if "--until" in options else None,
    )
    assert again == spec


def test_a_shorter_fault_phase_leaves_out_what_would_begin_later(fake):
    runner = fake().runner()
    part = runner.scenario(ScenarioSpec(seed=1, fault_phase_s=30.0, faults=frozenset({1, 4, 5})))
    assert part.fault_phase_s == 30.0
    assert [f.number for f in part.faults] == [1, 4]
    assert [e.number for e in part.street_events] == [1, 2, 3]


def test_a_fault_phase_is_never_made_longer(fake):
    runner = fake().runner()
    assert runner.scenario(ScenarioSpec(seed=1, fault_phase_s=1e6)) == runner.scenario(
        ScenarioSpec(seed=1)
    )


@pytest.mark.parametrize("text", ["3,", "x", "1.5", "-1"])
def test_a_malformed_list_of_numbers_is_refused(text):
    with pytest.raises(ValueError, match="Write 3,7 or none"):
        parse_numbers(text)


def test_none_is_no_number_and_left_out_is_all():
    assert parse_numbers("none") == frozenset()
    assert parse_numbers("") is None
    assert format_numbers(()) == "none"
