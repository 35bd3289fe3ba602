"""Bugs of what a box calls observed: too few looks, and readings that are none."""

from typing import Any

from citybrain.structs import replace
from citysim.sim.faults import schedule
from citysim.sim.generator import scenarios
from citysim.sim.generator.scenarios import Size
from mutants.mutant import Mutant, Plant, all_of, patch_attribute, patch_item
from street_agent.core import detection_rate, sensor
from street_agent.track import associate

OFTEN = (16,)


def _often(*kinds: str) -> Plant:
    """Of what keeps boxes from seeing, these alone, and often, so that few seeds are needed."""
    return all_of(
        patch_attribute(schedule, "ODD_SENSES", lambda _: kinds),
        patch_item(scenarios.BOUNDS, Size.TOWN, lambda bounds: replace(bounds, odd_senses=OFTEN)),
    )


def _takes_for_silence_of_nobody(_refuse: Any) -> Any:
    """The code of an earlier version took what is no reading for a sign of life."""

    def refuse(_setup: Any, state: Any, reason: str, at: Any) -> Any:
        return sensor.replace(state, last_at=at, refused=state.refused + 1, refusal=reason), ()

    return refuse


MUTANTS = (
    Mutant(
        name="rare_looks_forgotten",
        bug="The tracker forgets who is not seen again within half a second, however rarely the"
        " detector looks (as it once did).",
        laws=("ground_truth_observed",),
        plant=patch_attribute(associate, "paced", lambda _: lambda tuning, _interval_s: tuning),
        setting=_often("detector_slow"),
    ),
    Mutant(
        name="looks_not_counted",
        bug="A camera counts as observed however rarely, or never, its pictures are looked at.",
        laws=("ground_truth_observed",),
        plant=patch_attribute(detection_rate, "wait", lambda _: lambda rate, _limits, _at: rate),
        setting=_often("detector_slow", "pictures_damaged"),
    ),
    Mutant(
        name="nonsense_is_life",
        bug="A gauge that gives nothing but what is no reading counts as observed.",
        laws=("ground_truth_observed",),
        plant=patch_attribute(sensor, "refuse", _takes_for_silence_of_nobody),
        setting=_often("readings_odd"),
    ),
)
