"""Bugs of what a box calls observed: too few looks, and readings that are none."""

from typing import Any

from citysim.sim.street.scene import NO_TROUBLE, Scene, SourceTrouble
from mutants.mutant import Mutant, Plant, all_of, patch_attribute
from street_agent.core import detection_rate, sensor
from street_agent.track import associate

BEFORE_S, AFTER_S = 5.0, 45.0  # of the beginning of a condition


def _at_every_event(**trouble: float) -> Plant:
    """Whenever something begins in the street its box gets less of its source, so that few seeds
    are needed."""

    def trouble_at(self: Any, at_s: float) -> SourceTrouble:
        for event in self._events:
            begin_s, end_s = event.at_s - BEFORE_S, event.at_s + AFTER_S
            if begin_s <= at_s < end_s:
                return SourceTrouble(since_s=begin_s, until_s=end_s, **trouble)
        return NO_TROUBLE

    return patch_attribute(Scene, "trouble_at", lambda _: trouble_at)


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
        setting=_at_every_event(look_every_s=1.2),
    ),
    Mutant(
        name="looks_not_counted",
        bug="A camera counts as observed however rarely, or never, its pictures are looked at.",
        laws=("ground_truth_observed",),
        plant=all_of(
            patch_attribute(detection_rate, "wait", lambda _: lambda rate, _limits, _at: rate),
            patch_attribute(detection_rate, "due_at", lambda _: lambda _rate, _limits: None),
        ),
        setting=_at_every_event(look_every_s=60.0),
    ),
    Mutant(
        name="nonsense_is_life",
        bug="A gauge that gives nothing but what is no reading counts as observed.",
        laws=("ground_truth_observed",),
        plant=patch_attribute(sensor, "refuse", _takes_for_silence_of_nobody),
        setting=_at_every_event(odd_share=1.0),
    ),
)
