"""`life.toml` of a scene pack as a model that names every problem. Reads no file itself."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from citybrain.config.fields import (
    Finite,
    IncidentKindName,
    PositiveFloat,
    PositiveSeconds,
    Section,
)
from citybrain.pack.sections import SnakeCaseName
from citybrain.vocabulary import Severity
from citysim.life.values import HOURS

Part = Annotated[
    float,
    Field(strict=True, ge=0, le=1, json_schema_extra={"remedy": "Give a share from 0 to 1."}),
]
Weight = Annotated[
    float,
    Field(strict=True, ge=0, le=1e6, json_schema_extra={"remedy": "Give a weight, 0 or more."}),
]
NO_FIELDS: dict[str, object] = {}


class CameraLifeTable(Section):
    """What the detector finds while the condition lasts; otherwise it finds nothing."""

    label: Annotated[str, Field(min_length=1, max_length=60)]
    """Class of the objects."""
    count: Annotated[
        int,
        Field(
            strict=True,
            ge=1,
            le=15,
            json_schema_extra={"remedy": "Give a whole number from 1 to 15."},
        ),
    ]
    """How many of them."""


class SensorLifeTable(Section):
    """What the sensor reads, in its own unit."""

    resting: Finite
    """The value while nothing happens; the rule must not take it for the condition."""
    alarm: Finite
    """The value while the condition lasts; the rule must see it."""
    sway: Annotated[
        float,
        Field(strict=True, ge=0, le=1e9, json_schema_extra={"remedy": "Give a number, 0 or more."}),
    ] = 0.0
    """Both values are up to so much higher or lower."""


class KindLifeTable(Section):
    """How often one kind of event happens, how long it lasts, how it is seen."""

    kind: IncidentKindName
    """The incident kind, from `kinds/` of this pack."""
    rule: SnakeCaseName
    """The file of `rules/` (without `.toml`) that detects it."""
    asset: dict[str, object] = NO_FIELDS
    """Fields of its asset that are other than the examples of `assets.toml`."""
    camera: CameraLifeTable | None = None
    """What a camera sees."""
    sensor: SensorLifeTable | None = None
    """What a sensor reads."""
    share: PositiveFloat = 1.0
    """Share of the simulated boxes with such a source that watch for this kind."""
    instead_share: Part = 0.0
    """Above 0: share of the simulated boxes that watch for this kind in the place of what `share`
    of the others drew for them; a kind that comes later changes no other box's story so."""
    by_hour: tuple[Weight, ...] = (1.0,)
    """Relative rate over the day: as many numbers as divide 24, from midnight on."""
    severities: Annotated[dict[Severity, Weight], Field(min_length=1)]
    """Severities of the rules, with weights."""
    self_clearing_share: Part
    """Share of the events that pass without help."""
    duration_s: PositiveSeconds
    """Median time after which those pass."""
    spread: Annotated[float, Field(strict=True, ge=0, le=5)] = 0.6
    """Shape of the log-normal time; 0: always the median."""
    first_treatment_share: Part = 0.9
    """Share of the events that a crew's first treatment ends; the second always does."""
    burst_weight: PositiveFloat = 1.0
    """How often it comes in bursts, relative to the other kinds."""
    reach_m: PositiveFloat
    """How far a crew's work reaches, in metres; at least `joins.within_m` of the kind."""

    @model_validator(mode="after")
    def _can_happen(self) -> Self:
        if (self.camera is None) == (self.sensor is None):
            raise ValueError("it needs a camera or a sensor, one of the two")
        if HOURS % max(1, len(self.by_hour)) or sum(self.by_hour) <= 0:
            raise ValueError(
                "by_hour needs 1, 2, 3, 4, 6, 8, 12 or 24 numbers, one of them above 0"
            )
        if sum(self.severities.values()) <= 0:
            raise ValueError("severities have no weight; give one a weight above 0")
        return self


class CrewLifeTable(Section):
    """A kind of crew on the roads of the simulated city."""

    capabilities: Annotated[tuple[SnakeCaseName, ...], Field(min_length=1, max_length=8)]
    """What it can do."""
    share: PositiveFloat = 1.0
    """Its share of all crews; the first table's crew stands in every district."""
    speed_mps: tuple[PositiveFloat, PositiveFloat] = (7.0, 11.0)
    """Lowest and highest speed, in metres a second."""


class LifeFile(Section):
    """`life.toml`: the scene in the simulator."""

    crew: tuple[CrewLifeTable, ...] = ()
    """The crews, one table each; left out: those of the street pack."""
    kind: tuple[KindLifeTable, ...] = ()
    """The kinds of events, one table each."""


def hourly(weights: tuple[float, ...]) -> tuple[float, ...]:
    """Weights at equal steps from midnight, interpolated to full hours with a mean of 1."""
    step = HOURS // len(weights)
    full = [
        weights[h // step]
        + (weights[(h // step + 1) % len(weights)] - weights[h // step]) * (h % step) / step
        for h in range(HOURS)
    ]
    return tuple(value * HOURS / sum(full) for value in full)
