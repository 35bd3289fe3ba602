"""Objects inside a zone (ONVIF FieldDetector/ObjectsInside, with a count): present while at least
so many stand in it. Remembers nothing."""

from typing import Annotated

import numpy as np
from pydantic import Field

from citybrain.structs import Struct
from street_agent.scene.geometry import Zone, foot_points, inside
from street_agent.scene.observation import Condition, FrameObservation

NO_ROWS = np.zeros(0, np.intp)


class ObjectsInside(Struct, frozen=True, kw_only=True):
    """At least so many objects of the classes stand in the zone."""

    zone: Zone
    """Corners of the zone."""
    classes: tuple[str, ...] = ()
    """Classes that count; none: any."""
    at_least: Annotated[int, Field(ge=1, le=10_000)] = 1
    """How many objects make the condition."""


def start(_rule: ObjectsInside) -> None:
    """Nothing to remember."""


def observe(
    rule: ObjectsInside, _state: None, frame: FrameObservation, _active: bool
) -> tuple[None, Condition]:
    """Measurements: `count`, and the `limit` that it must not reach. The score is that of the
    weakest of those that are needed."""
    tracks = frame.tracks
    if not len(tracks):  # most of the time
        none = {"count": 0.0, "limit": float(rule.at_least)}
        return None, Condition(present=False, measurements=none, rows=NO_ROWS)
    rows = np.flatnonzero(tracks.is_of(rule.classes) & inside(rule.zone, foot_points(tracks)))
    present = len(rows) >= rule.at_least
    score = float(np.sort(tracks.scores[rows])[-rule.at_least]) if present else 0.0
    measurements = {"count": float(len(rows)), "limit": float(rule.at_least)}
    return None, Condition(present=present, measurements=measurements, rows=rows, score=score)


def outline(rule: ObjectsInside) -> Zone:
    """The zone, for a screen to draw."""
    return rule.zone
