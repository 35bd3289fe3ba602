"""A sensor's value beyond its threshold, with hysteresis: there from `above` on until below `below` (or, falling, from under `below` until over `above`)."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from street_agent.scene.geometry import Zone
from street_agent.scene.look import Condition, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorThreshold:
    above: Annotated[float, Field(allow_inf_nan=False)]
    below: Annotated[float, Field(allow_inf_nan=False)]
    falling: bool = False  # True: a low value is the alarm


def start(rule: SensorThreshold) -> bool:
    """Whether the value is beyond."""
    return False


def observe(
    rule: SensorThreshold, state: bool, reading: Reading, active: bool
) -> tuple[bool, Condition]:
    """Numbers: `value`, and `count` 1 while it is beyond. A reading is as sure as its sensor: 1."""
    if rule.falling:
        beyond = reading.value <= rule.below or (state and reading.value < rule.above)
    else:
        beyond = reading.value >= rule.above or (state and reading.value > rule.below)
    return beyond, Condition(
        present=beyond,
        measurements={"count": 1.0 if beyond else 0.0, "value": reading.value},
        score=1.0,
    )


def outline(rule: SensorThreshold) -> Zone:
    return ()
