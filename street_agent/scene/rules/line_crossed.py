"""A line crossed (ONVIF LineDetector/Crossed), with direction: each confirmed track counts once a
crossing, however much it trembles on the line.

A track is on a side only once its foot point is `margin` away from the line; in between it stays
where it was. It has crossed when it reaches the other side and its way since it was last clear of
the line passed between the line's two points.
"""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from citybrain.structs import Struct
from street_agent.scene.geometry import Line, foot_points, meets, right_of
from street_agent.scene.observation import Condition, FrameObservation
from street_agent.scene.track_memory import TrackMemory

# Columns of the memory: the last place clear of the line, and its side (-1 left, 1 right, 0 none).
X, Y, SIDE = 0, 1, 2


class LineCrossed(Struct, frozen=True, kw_only=True):
    """An object of the classes crosses the line in the direction."""

    line: Line
    """The line's two points."""
    direction: Literal["any", "left", "right"] = "any"
    """Crossings that count: to the right or left of whoever walks from the first point on."""
    classes: tuple[str, ...] = ()
    """Classes that count; none: any."""
    margin: Annotated[float, Field(ge=0, le=0.2)] = 0.02
    """Distance that is clear of the line, in picture heights: more than a foot point trembles."""


class LineCrossedState(Struct, frozen=True, kw_only=True, eq=False):
    """`left` and `right` count since the agent started, `in_episode` since the episode did."""

    memory: TrackMemory
    left: int = 0
    right: int = 0
    in_episode: int = 0


def start(_rule: LineCrossed) -> LineCrossedState:
    """The state before the first observation."""
    return LineCrossedState(memory=TrackMemory.empty(3))


def observe(
    rule: LineCrossed, state: LineCrossedState, frame: FrameObservation, active: bool
) -> tuple[LineCrossedState, Condition]:
    """Measurements: `count` in this episode, `left` and `right` since the start. Present in just
    the observation in which an object has crossed."""
    tracks = frame.tracks
    rows = np.flatnonzero(tracks.is_of(rule.classes))
    ids, at = tracks.ids[rows], foot_points(tracks)[rows]
    distance = right_of(rule.line, at, frame.aspect)
    side = np.where(distance > rule.margin, 1.0, np.where(distance < -rule.margin, -1.0, 0.0))
    past, _ = state.memory.rows_of(ids, np.column_stack((at, side)))
    crossed = (
        (side != 0)
        & (past[:, SIDE] != 0)
        & (side != past[:, SIDE])
        & meets(rule.line, past[:, :2], at)
    )
    clear = side != 0
    past[clear] = np.column_stack((at, side))[clear]
    to_right, to_left = crossed & (side > 0), crossed & (side < 0)
    right, left = int(to_right.sum()), int(to_left.sum())
    counted = {"any": left + right, "left": left, "right": right}[rule.direction]
    state = LineCrossedState(
        memory=state.memory.updated(ids, past, frame.at),
        left=state.left + left,
        right=state.right + right,
        in_episode=(state.in_episode if active else 0) + counted,
    )
    wanted = rows[{"any": crossed, "left": to_left, "right": to_right}[rule.direction]]
    measurements = {
        "count": float(state.in_episode),
        "left": float(state.left),
        "right": float(state.right),
    }
    score = float(tracks.scores[wanted].min()) if len(wanted) else 0.0
    return state, Condition(
        present=counted > 0, measurements=measurements, rows=wanted, score=score
    )


def outline(rule: LineCrossed) -> Line:
    """The line, for a screen to draw."""
    return rule.line
