"""A stopped object (a vehicle where none may stand): present while an object of the classes has
kept its place for long enough, in observed seconds.

Its place is where its foot point was when it stopped. It has moved once the foot point is further
than `tolerance` of its own size away from there, so that a box that trembles stands still, and one
that creeps does not.
"""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from citybrain.structs import Struct
from street_agent.scene.geometry import Floats, Zone, foot_points, inside
from street_agent.scene.observation import Condition, FrameObservation
from street_agent.scene.track_memory import TrackMemory
from street_agent.scene.unobserved_arrivals import NEVER, arrived_unobserved, last_gap

# Columns of the memory; the last two: whether the arrival was not observed and it has not moved
# since, and how much had been observed when the track was last detected.
X, Y, STILL_S, UNOBSERVED, OBSERVED_S = 0, 1, 2, 3, 4
ROUNDING_S = 1e-6  # of a sum of many short times


class Stopped(Struct, frozen=True, kw_only=True):
    """An object of the classes stands still in the zone."""

    time_s: Annotated[float, Field(gt=0, le=86_400)]
    """Observed seconds that the same object must stand still."""
    zone: Zone = ()
    """Corners of the zone; none: anywhere in the picture."""
    classes: tuple[str, ...] = ("car", "truck", "bus", "motorcycle")
    """Classes that count."""
    tolerance: Annotated[float, Field(gt=0, le=2)] = 0.2
    """How far it may move and still stand, in shares of its own size (the root of its area)."""


class StoppedState(Struct, frozen=True, kw_only=True, eq=False):
    """How long each track has stood still, and when unobserved time last ended."""

    memory: TrackMemory
    gap_at: int = NEVER  # when unobserved time last ended
    observed_s: float = 0.0  # since the start


def start(_rule: Stopped) -> StoppedState:
    """The state before the first observation."""
    return StoppedState(memory=TrackMemory.empty(5))


def observe(
    rule: Stopped, state: StoppedState, frame: FrameObservation, active: bool
) -> tuple[StoppedState, Condition]:
    """Measurements: `count` of those that have stopped, `longest_s` of anything in the zone.

    What stood there when the observation began may have stopped long before: while an episode is
    active it counts, until it moves.
    """
    gap = last_gap(state.gap_at, frame)
    rows = np.flatnonzero(frame.tracks.is_of(rule.classes))
    observed_s = state.observed_s + frame.observed_s
    if not len(rows) and not len(state.memory.ids):
        if gap != state.gap_at:
            state = StoppedState(memory=state.memory, gap_at=gap, observed_s=observed_s)
        measurements = {"count": 0.0, "longest_s": 0.0}
        return state, Condition(present=False, measurements=measurements, rows=rows)
    ids, at = frame.tracks.ids[rows], foot_points(frame.tracks)[rows]
    unobserved = arrived_unobserved(frame.tracks.first_seen[rows], gap, frame)
    none = np.zeros(len(ids))
    fresh = np.column_stack((at, none, unobserved, np.full(len(ids), observed_s)))
    past, known = state.memory.rows_of(ids, fresh)
    passed_s = observed_s - past[:, OBSERVED_S]
    distance = np.hypot((at[:, 0] - past[:, X]) * frame.aspect, at[:, 1] - past[:, Y])
    moved = distance > rule.tolerance * _size(frame, rows)
    past[:, STILL_S] = np.where(moved | ~known, 0.0, past[:, STILL_S] + passed_s)
    past[:, OBSERVED_S] = observed_s
    past[moved, :2] = at[moved]
    past[moved, UNOBSERVED] = 0.0
    here = inside(rule.zone, at)
    memory = state.memory.updated(ids, past, frame.at)
    state = StoppedState(memory=memory, gap_at=gap, observed_s=observed_s)
    return state, _condition(rule, frame, rows, past, here, active)


def outline(rule: Stopped) -> Zone:
    """The zone, for a screen to draw."""
    return rule.zone


def _condition(
    rule: Stopped,
    frame: FrameObservation,
    rows: NDArray[np.intp],
    past: Floats,
    here: NDArray[np.bool_],
    active: bool,
) -> Condition:
    has_stopped = here & (past[:, STILL_S] + ROUNDING_S >= rule.time_s)
    may_have_stopped = here & (past[:, UNOBSERVED] > 0)
    counted = rows[has_stopped | may_have_stopped] if active else rows[has_stopped]
    longest_s = float(past[here, STILL_S].max()) if here.any() else 0.0
    return Condition(
        present=bool(len(counted)),
        measurements={"count": float(len(counted)), "longest_s": round(longest_s, 3)},
        rows=counted,
        score=float(frame.tracks.scores[counted].max()) if len(counted) else 0.0,
        is_uncertain=bool(may_have_stopped.any()),
    )


def _size(frame: FrameObservation, rows: NDArray[np.intp]) -> Floats:
    """[N] the root of each object's area, in picture heights."""
    boxes = frame.tracks.boxes[rows]
    area = (boxes[:, 2] - boxes[:, 0]) * frame.aspect * (boxes[:, 3] - boxes[:, 1])
    return np.asarray(np.sqrt(np.maximum(area, 1e-12)))
