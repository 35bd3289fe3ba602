"""A stopped object (a vehicle where none may stand): there while an object of the classes has kept its place for long enough, in observed seconds.

Its place is where its foot stood when it stopped. It has moved once the foot is further than `tolerance` of its own size away from there,
so that a box that trembles stands still, and one that creeps does not.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from street_agent.scene.geometry import Zone, feet, inside
from street_agent.scene.look import Condition, Look
from street_agent.scene.memory import Memory

X, Y, STILL_S = 0, 1, 2  # columns
ROUNDING_S = 1e-6  # of a sum of many short times


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    time_s: Annotated[float, Field(gt=0, le=86_400)]
    zone: Zone = ()  # none: anywhere in the picture
    classes: tuple[str, ...] = ("car", "truck", "bus", "motorcycle")
    tolerance: Annotated[float, Field(gt=0, le=2)] = 0.2  # of the object's own size (root of its area)


def start(rule: Stopped) -> Memory:
    return Memory.blank(3)


def observe(rule: Stopped, state: Memory, look: Look, active: bool) -> tuple[Memory, Condition]:
    """Numbers: `count` of those that stand, `longest_s` of anything in the zone."""
    rows = np.flatnonzero(look.tracks.is_of(rule.classes))
    ids, at, boxes = look.tracks.ids[rows], feet(look.tracks)[rows], look.tracks.boxes[rows]
    past, known = state.recall(ids, np.column_stack((at, np.zeros(len(ids)))))
    size = np.sqrt(np.maximum((boxes[:, 2] - boxes[:, 0]) * look.aspect * (boxes[:, 3] - boxes[:, 1]), 1e-12))
    moved = np.hypot((at[:, 0] - past[:, X]) * look.aspect, at[:, 1] - past[:, Y]) > rule.tolerance * size
    past[:, STILL_S] = np.where(moved | ~known, 0.0, past[:, STILL_S] + look.observed_s)
    past[moved, :2] = at[moved]
    here = inside(rule.zone, at)
    stands = here & (past[:, STILL_S] + ROUNDING_S >= rule.time_s)
    who = rows[stands]
    longest_s = float(past[here, STILL_S].max()) if here.any() else 0.0
    score = float(look.tracks.scores[who].max()) if len(who) else 0.0
    condition = Condition(present=bool(len(who)), numbers={"count": float(len(who)), "longest_s": round(longest_s, 3)}, who=who, score=score)
    return state.keep(ids, past, look.at), condition


def outline(rule: Stopped) -> Zone:
    return rule.zone
