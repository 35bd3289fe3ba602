"""Loitering (ONVIF LoiteringDetector/ObjectIsLoitering): present while the same object has been
inside the zone for long enough, in observed seconds."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from citybrain.structs import Struct
from street_agent.scene.geometry import Zone, foot_points, inside
from street_agent.scene.observation import Condition, FrameObservation
from street_agent.scene.track_memory import Floats, TrackMemory
from street_agent.scene.unobserved_arrivals import NEVER, arrived_unobserved, last_gap

# Columns of the memory; the last two: whether the arrival was not observed, and how much had been
# observed when the track was last detected.
INSIDE_S, OUTSIDE_S, WAS_INSIDE, UNOBSERVED, OBSERVED_S = 0, 1, 2, 3, 4
ROUNDING_S = 1e-6  # of a sum of many short times
STEP_OUT_S = 1.0  # a foot point that is outside the zone for less did not leave it


class Loitering(Struct, frozen=True, kw_only=True):
    """An object of the classes stays in the zone, moving or not."""

    zone: Zone
    """Corners of the zone."""
    time_s: Annotated[float, Field(gt=0, le=86_400)]
    """Observed seconds that the same object must be inside."""
    classes: tuple[str, ...] = ()
    """Classes that count; none: any."""


class LoiteringState(Struct, frozen=True, kw_only=True, eq=False):
    """How long each track has been inside, and when unobserved time last ended."""

    memory: TrackMemory
    gap_at: int = NEVER  # when unobserved time last ended
    observed_s: float = 0.0  # since the start


def start(_rule: Loitering) -> LoiteringState:
    """The state before the first observation."""
    return LoiteringState(memory=TrackMemory.empty(5))


def observe(
    rule: Loitering, state: LoiteringState, frame: FrameObservation, active: bool
) -> tuple[LoiteringState, Condition]:
    """Measurements: `count` of those who loiter, `longest_s` of anybody in the zone. An object that
    was in it when the observation began may loiter: while an episode is active it counts."""
    gap = last_gap(state.gap_at, frame)
    rows = np.flatnonzero(frame.tracks.is_of(rule.classes))
    observed_s = state.observed_s + frame.observed_s
    if not len(rows) and not len(state.memory.ids):
        if gap != state.gap_at:
            state = LoiteringState(memory=state.memory, gap_at=gap, observed_s=observed_s)
        measurements = {"count": 0.0, "longest_s": 0.0}
        return state, Condition(present=False, measurements=measurements, rows=rows)
    now_in = inside(rule.zone, foot_points(frame.tracks)[rows])
    past = _past(state.memory, frame, rows, gap, observed_s)
    was_in, passed_s = past[:, WAS_INSIDE] > 0, observed_s - past[:, OBSERVED_S]
    past[:, OBSERVED_S] = observed_s
    past[:, INSIDE_S] += np.where(now_in & was_in, passed_s, 0.0)
    past[:, OUTSIDE_S] = np.where(now_in, 0.0, past[:, OUTSIDE_S] + np.where(was_in, 0.0, passed_s))
    past[past[:, OUTSIDE_S] > STEP_OUT_S] = 0.0
    past[:, WAS_INSIDE] = now_in
    memory = state.memory.updated(frame.tracks.ids[rows], past, frame.at)
    state = LoiteringState(memory=memory, gap_at=gap, observed_s=observed_s)
    return state, _condition(rule, frame, rows, past, now_in, active)


def outline(rule: Loitering) -> Zone:
    """The zone, for a screen to draw."""
    return rule.zone


def _past(
    memory: TrackMemory,
    frame: FrameObservation,
    rows: NDArray[np.intp],
    gap: int,
    observed_s: float,
) -> Floats:
    """What is remembered of each track; of a new one whether its arrival was observed."""
    fresh = np.zeros((len(rows), 5))
    fresh[:, UNOBSERVED] = arrived_unobserved(frame.tracks.first_seen[rows], gap, frame)
    fresh[:, OBSERVED_S] = observed_s
    return memory.rows_of(frame.tracks.ids[rows], fresh)[0]


def _condition(
    rule: Loitering,
    frame: FrameObservation,
    rows: NDArray[np.intp],
    past: Floats,
    now_in: NDArray[np.bool_],
    active: bool,
) -> Condition:
    loiters = now_in & (past[:, INSIDE_S] + ROUNDING_S >= rule.time_s)
    may_loiter = now_in & (past[:, UNOBSERVED] > 0)
    counted = rows[loiters | may_loiter] if active else rows[loiters]
    longest_s = float(past[now_in, INSIDE_S].max()) if now_in.any() else 0.0
    return Condition(
        present=bool(len(counted)),
        measurements={"count": float(len(counted)), "longest_s": round(longest_s, 3)},
        rows=counted,
        score=float(frame.tracks.scores[counted].max()) if len(counted) else 0.0,
        is_uncertain=bool(may_loiter.any()),
    )
