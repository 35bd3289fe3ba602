"""A stopped object (a vehicle where none may stand): there while an object of the classes has kept its place for long enough, in observed seconds.

Its place is where its foot stood when it stopped. It has moved once the foot is further than `tolerance` of its own size away from there,
so that a box that trembles stands still, and one that creeps does not.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from street_agent.scene.arrivals import NEVER, gap_at, unseen
from street_agent.scene.geometry import Zone, feet, inside
from street_agent.scene.look import Condition, Look
from street_agent.scene.memory import Floats, Memory

X, Y, STILL_S, UNSEEN = (
    0,
    1,
    2,
    3,
)  # columns; the last: whether it was not seen to come, and has not moved since
ROUNDING_S = 1e-6  # of a sum of many short times


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    time_s: Annotated[float, Field(gt=0, le=86_400)]
    zone: Zone = ()  # none: anywhere in the picture
    classes: tuple[str, ...] = ("car", "truck", "bus", "motorcycle")
    tolerance: Annotated[float, Field(gt=0, le=2)] = (
        0.2  # of the object's own size (root of its area)
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stands:
    memory: Memory
    gap_at: int = NEVER  # when the watching last began


def start(rule: Stopped) -> Stands:
    return Stands(memory=Memory.blank(4))


def observe(rule: Stopped, state: Stands, look: Look, active: bool) -> tuple[Stands, Condition]:
    """Numbers: `count` of those that stand, `longest_s` of anything in the zone.

    What stood there when the watching began may have stood for long: in an episode it has, until it moves.
    """
    gap = gap_at(state.gap_at, look)
    rows = np.flatnonzero(look.tracks.is_of(rule.classes))
    if not len(rows) and not len(state.memory.ids):
        state = state if gap == state.gap_at else Stands(memory=state.memory, gap_at=gap)
        return state, Condition(
            present=False, measurements={"count": 0.0, "longest_s": 0.0}, who=rows
        )
    ids, at = look.tracks.ids[rows], feet(look.tracks)[rows]
    past, known = state.memory.recall(
        ids, np.column_stack((at, np.zeros(len(ids)), unseen(look.tracks.first_seen[rows], gap)))
    )
    moved = np.hypot(
        (at[:, 0] - past[:, X]) * look.aspect, at[:, 1] - past[:, Y]
    ) > rule.tolerance * _size(look, rows)
    past[:, STILL_S] = np.where(moved | ~known, 0.0, past[:, STILL_S] + look.observed_s)
    past[moved, :2] = at[moved]
    past[moved, UNSEEN] = 0.0
    here = inside(rule.zone, at)
    stands = here & (past[:, STILL_S] + ROUNDING_S >= rule.time_s)
    may_stand = here & (past[:, UNSEEN] > 0)
    who = rows[stands | may_stand] if active else rows[stands]
    longest_s = float(past[here, STILL_S].max()) if here.any() else 0.0
    score = float(look.tracks.scores[who].max()) if len(who) else 0.0
    numbers = {"count": float(len(who)), "longest_s": round(longest_s, 3)}
    condition = Condition(
        present=bool(len(who)),
        measurements=numbers,
        who=who,
        score=score,
        maybe=bool(may_stand.any()),
    )
    return Stands(memory=state.memory.keep(ids, past, look.at), gap_at=gap), condition


def _size(look: Look, rows: NDArray[np.intp]) -> Floats:
    """[N] the root of each object's area, in picture heights."""
    boxes = look.tracks.boxes[rows]
    return np.asarray(
        np.sqrt(
            np.maximum(
                (boxes[:, 2] - boxes[:, 0]) * look.aspect * (boxes[:, 3] - boxes[:, 1]), 1e-12
            )
        )
    )


def outline(rule: Stopped) -> Zone:
    return rule.zone
