"""Loitering (ONVIF LoiteringDetector/ObjectIsLoitering): there while the same object has been inside the zone for long enough, in observed seconds."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from street_agent.scene.geometry import Zone, feet, inside
from street_agent.scene.look import Condition, Look
from street_agent.scene.memory import Memory

INSIDE_S, OUTSIDE_S, WAS_IN = 0, 1, 2  # columns
ROUNDING_S = 1e-6  # of a sum of many short times
STEP_OUT_S = 1.0  # a foot that leaves the zone for less did not leave it


@dataclass(frozen=True, slots=True, kw_only=True)
class Loitering:
    zone: Zone
    time_s: Annotated[float, Field(gt=0, le=86_400)]
    classes: tuple[str, ...] = ()


def start(rule: Loitering) -> Memory:
    return Memory.blank(3)


def observe(rule: Loitering, state: Memory, look: Look, active: bool) -> tuple[Memory, Condition]:
    """Numbers: `count` of those who loiter, `longest_s` of anybody in the zone."""
    rows = np.flatnonzero(look.tracks.is_of(rule.classes))
    ids = look.tracks.ids[rows]
    now_in = inside(rule.zone, feet(look.tracks)[rows])
    past, _ = state.recall(ids, np.zeros((len(ids), 3)))
    was_in = past[:, WAS_IN] > 0
    past[:, INSIDE_S] += np.where(now_in & was_in, look.observed_s, 0.0)
    past[:, OUTSIDE_S] = np.where(now_in, 0.0, past[:, OUTSIDE_S] + np.where(was_in, 0.0, look.observed_s))
    past[past[:, OUTSIDE_S] > STEP_OUT_S, INSIDE_S] = 0.0
    past[:, WAS_IN] = now_in
    loiters = now_in & (past[:, INSIDE_S] + ROUNDING_S >= rule.time_s)
    who = rows[loiters]
    longest_s = float(past[now_in, INSIDE_S].max()) if now_in.any() else 0.0
    score = float(look.tracks.scores[who].max()) if len(who) else 0.0
    condition = Condition(present=bool(len(who)), numbers={"count": float(len(who)), "longest_s": round(longest_s, 3)}, who=who, score=score)
    return state.keep(ids, past, look.at), condition


def outline(rule: Loitering) -> Zone:
    return rule.zone
