"""Loitering (ONVIF LoiteringDetector/ObjectIsLoitering): there while the same object has been inside the zone for long enough, in observed seconds."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from street_agent.scene.arrivals import NEVER, gap_at, unseen
from street_agent.scene.geometry import Zone, feet, inside
from street_agent.scene.look import Condition, Look
from street_agent.scene.memory import Floats, Memory

Rows = NDArray[np.intp]

INSIDE_S, OUTSIDE_S, WAS_IN, UNSEEN = (
    0,
    1,
    2,
    3,
)  # columns; the last: whether it was not seen to come
ROUNDING_S = 1e-6  # of a sum of many short times
STEP_OUT_S = 1.0  # a foot that leaves the zone for less did not leave it


@dataclass(frozen=True, slots=True, kw_only=True)
class Loitering:
    zone: Zone
    time_s: Annotated[float, Field(gt=0, le=86_400)]
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stays:
    memory: Memory
    gap_at: int = NEVER  # when the watching last began


def start(rule: Loitering) -> Stays:
    return Stays(memory=Memory.blank(4))


def observe(rule: Loitering, state: Stays, look: Look, active: bool) -> tuple[Stays, Condition]:
    """Numbers: `count` of those who loiter, `longest_s` of anybody in the zone. Whoever was in it when the watching began may loiter: in an episode they do."""
    gap = gap_at(state.gap_at, look)
    rows = np.flatnonzero(look.tracks.is_of(rule.classes))
    if not len(rows) and not len(state.memory.ids):
        state = state if gap == state.gap_at else Stays(memory=state.memory, gap_at=gap)
        return state, Condition(
            present=False, measurements={"count": 0.0, "longest_s": 0.0}, who=rows
        )
    ids = look.tracks.ids[rows]
    now_in = inside(rule.zone, feet(look.tracks)[rows])
    past = _past(state.memory, look, rows, gap)
    was_in = past[:, WAS_IN] > 0
    past[:, INSIDE_S] += np.where(now_in & was_in, look.observed_s, 0.0)
    past[:, OUTSIDE_S] = np.where(
        now_in, 0.0, past[:, OUTSIDE_S] + np.where(was_in, 0.0, look.observed_s)
    )
    past[past[:, OUTSIDE_S] > STEP_OUT_S] = 0.0
    past[:, WAS_IN] = now_in
    loiters = now_in & (past[:, INSIDE_S] + ROUNDING_S >= rule.time_s)
    may_loiter = now_in & (past[:, UNSEEN] > 0)
    who = rows[loiters | may_loiter] if active else rows[loiters]
    longest_s = float(past[now_in, INSIDE_S].max()) if now_in.any() else 0.0
    score = float(look.tracks.scores[who].max()) if len(who) else 0.0
    numbers = {"count": float(len(who)), "longest_s": round(longest_s, 3)}
    condition = Condition(
        present=bool(len(who)),
        measurements=numbers,
        who=who,
        score=score,
        maybe=bool(may_loiter.any()),
    )
    return Stays(memory=state.memory.keep(ids, past, look.at), gap_at=gap), condition


def _past(memory: Memory, look: Look, rows: Rows, gap: int) -> Floats:
    """What is remembered of each; of a newcomer whether it was seen to come."""
    fresh = np.zeros((len(rows), 4))
    fresh[:, UNSEEN] = unseen(look.tracks.first_seen[rows], gap)
    return memory.recall(look.tracks.ids[rows], fresh)[0]


def outline(rule: Loitering) -> Zone:
    return rule.zone
