"""A line crossed (ONVIF LineDetector/Crossed), with direction: each confirmed track counts once a crossing, however it trembles on the line.

A track is on a side only once its foot is `margin` away from the line; in between it stays where it was. It has crossed when it reaches the
other side and the way since it last stood clear passed between the line's two points.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from street_agent.scene.geometry import Line, feet, meets, right_of
from street_agent.scene.look import Condition, Look
from street_agent.scene.memory import Memory

X, Y, SIDE = (
    0,
    1,
    2,
)  # columns: the last place clear of the line, and which side that was (-1 left, 1 right, 0 not yet clear)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCrossed:
    """`right`: from the left hand to the right hand of somebody who walks from the line's first point to its second."""

    line: Line
    direction: Literal["any", "left", "right"] = "any"
    classes: tuple[str, ...] = ()
    margin: Annotated[float, Field(ge=0, le=0.2)] = (
        0.02  # picture heights: more than a foot point trembles
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crossings:
    memory: Memory
    left: int = 0  # since the agent started
    right: int = 0
    burst: int = 0  # in this episode


def start(rule: LineCrossed) -> Crossings:
    return Crossings(memory=Memory.blank(3))


def observe(
    rule: LineCrossed, state: Crossings, look: Look, active: bool
) -> tuple[Crossings, Condition]:
    """Numbers: `count` in this episode, `left` and `right` since the start. There in the very look in which somebody crossed."""
    rows = np.flatnonzero(look.tracks.is_of(rule.classes))
    ids, at = look.tracks.ids[rows], feet(look.tracks)[rows]
    distance = right_of(rule.line, at, look.aspect)
    side = np.where(distance > rule.margin, 1.0, np.where(distance < -rule.margin, -1.0, 0.0))
    past, _ = state.memory.recall(ids, np.column_stack((at, side)))
    crossed = (
        (side != 0)
        & (past[:, SIDE] != 0)
        & (side != past[:, SIDE])
        & meets(rule.line, past[:, :2], at)
    )
    clear = side != 0
    past[clear] = np.column_stack((at, side))[clear]
    right, left = int((crossed & (side > 0)).sum()), int((crossed & (side < 0)).sum())
    counted = {"any": left + right, "left": left, "right": right}[rule.direction]
    burst = (state.burst if active else 0) + counted
    state = Crossings(
        memory=state.memory.keep(ids, past, look.at),
        left=state.left + left,
        right=state.right + right,
        burst=burst,
    )
    wanted = (
        crossed
        if rule.direction == "any"
        else crossed & (side == (1.0 if rule.direction == "right" else -1.0))
    )
    numbers = {"count": float(burst), "left": float(state.left), "right": float(state.right)}
    who = rows[wanted]
    score = float(look.tracks.scores[who].min()) if len(who) else 0.0
    return state, Condition(present=counted > 0, measurements=numbers, who=who, score=score)


def outline(rule: LineCrossed) -> Line:
    return rule.line
