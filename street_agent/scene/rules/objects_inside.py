"""Objects inside a zone (ONVIF FieldDetector/ObjectsInside, with a count): there when at least so many stand in it. Remembers nothing."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from street_agent.scene.geometry import Zone, feet, inside
from street_agent.scene.look import Condition, Look

NOBODY = np.zeros(0, np.intp)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectsInside:
    zone: Zone
    classes: tuple[str, ...] = ()
    at_least: Annotated[int, Field(ge=1, le=10_000)] = 1


def start(rule: ObjectsInside) -> None:
    """Nothing to remember."""


def observe(rule: ObjectsInside, state: None, look: Look, active: bool) -> tuple[None, Condition]:
    """Numbers: `count`. As sure as the last of those that are needed."""
    tracks = look.tracks
    if not len(tracks):  # most of the time
        return None, Condition(present=False, measurements={"count": 0.0}, who=NOBODY)
    who = np.flatnonzero(tracks.is_of(rule.classes) & inside(rule.zone, feet(tracks)))
    present = len(who) >= rule.at_least
    score = float(np.sort(tracks.scores[who])[-rule.at_least]) if present else 0.0
    return None, Condition(
        present=present, measurements={"count": float(len(who))}, who=who, score=score
    )


def outline(rule: ObjectsInside) -> Zone:
    return rule.zone
