"""A sensor's value beyond its threshold, with hysteresis: present from `above` on until below
`below` (or, falling, from `below` down until `above` is reached again)."""

from typing import Annotated

from pydantic import Field

from citybrain.structs import Struct
from street_agent.scene.geometry import Zone
from street_agent.scene.observation import Condition, SensorReading


class SensorThreshold(Struct, frozen=True, kw_only=True):
    """A sensor's value is beyond a threshold. Values are in the sensor's own unit."""

    above: Annotated[float, Field(allow_inf_nan=False)]
    """The condition begins here; with `falling` it ends here."""
    below: Annotated[float, Field(allow_inf_nan=False)]
    """The condition ends here; with `falling` it begins here."""
    falling: bool = False
    """A low value is the alarm."""


def start(_rule: SensorThreshold) -> bool:
    """The state: whether the value is beyond the threshold."""
    return False


def observe(
    rule: SensorThreshold, state: bool, reading: SensorReading, _active: bool
) -> tuple[bool, Condition]:
    """Measurements: `value`, the `limit` that it must not reach, and `count` 1 while it is beyond.
    A reading is as sure as its sensor: score 1."""
    if rule.falling:
        beyond = reading.value <= rule.below or (state and reading.value < rule.above)
    else:
        beyond = reading.value >= rule.above or (state and reading.value > rule.below)
    return beyond, Condition(
        present=beyond,
        measurements={
            "count": 1.0 if beyond else 0.0,
            "value": reading.value,
            "limit": rule.below if rule.falling else rule.above,
        },
        score=1.0,
    )


def outline(_rule: SensorThreshold) -> Zone:
    """A reading has no place in a picture."""
    return ()
