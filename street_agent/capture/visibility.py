"""What is known of a camera, second by second: observed, degraded or blind, and because of what. Pure: looks and times in, changes out.

The codes are ONVIF's VideoSource topics in our spelling (SignalLoss, ImageTooDark, ImageTooBright, ImageTooBlurry, GlobalSceneChange); `frozen`, `ended`,
`no_source` (no such file or device) and `not_a_video` are ours. A condition must hold for a while before it is said, and is then said from the moment at
which it began.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import SECOND_US, Instant, Timestamp
from citybrain.vocabulary import Visibility
from street_agent.capture.look import Look, alike
from street_agent.capture.port import VisibilityChange

# what each code means for seeing; "" is a good picture
BECAUSE: Mapping[str, Visibility] = MappingProxyType(
    {
        "": Visibility.OBSERVED,
        "signal_loss": Visibility.BLIND,
        "ended": Visibility.BLIND,
        "no_source": Visibility.BLIND,
        "not_a_video": Visibility.BLIND,
        "too_dark": Visibility.BLIND,
        "too_bright": Visibility.BLIND,
        "frozen": Visibility.BLIND,
        "too_blurry": Visibility.DEGRADED,
        "scene_change": Visibility.DEGRADED,
    }
)


LOST = frozenset(
    {"signal_loss", "ended", "no_source", "not_a_video"}
)  # nothing comes: the first good picture ends it


@dataclass(frozen=True, slots=True, kw_only=True)
class SightLimits:
    """When a picture is no picture. Grey levels are 0..255."""

    stall_s: float = 1.5  # silence that counts as signal loss
    hold_s: float = 1.0  # a bad picture must stay bad this long
    frozen_s: float = 1.4  # … and an unmoving one this long
    clear_s: float = 0.4  # … and a good one good this long
    dark_mean: float = 14.0
    bright_mean: float = 241.0
    flat_spread: float = (
        12.0  # a dark or bright picture with more variety than this still shows something
    )
    still_change: float = 0.004  # a living sensor is noisier than this
    blurry_floor: float = 0.8
    blurry_share: float = 0.35  # of the sharpness that this camera usually has
    same_scene: float = 0.4  # agreement of layouts below this: the camera was moved
    adopt_s: float = 3.0  # a new scene that stays is taken as the scene
    learning: float = 0.02  # share that a good look has in what is usual


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SightState:
    """What was said last, what is suspected since when, and what this camera usually looks like."""

    said: VisibilityChange
    limits: SightLimits = field(default_factory=SightLimits)
    heard: Instant  # when the last look came (or the camera was started)
    heard_at: Timestamp
    suspect: str | None = None
    suspect_since: Instant | None = None
    suspect_at: Timestamp | None = None
    usual_sharpness: float | None = None
    usual_blocks: NDArray[np.float32] | None = None


def begin(*, now: Timestamp, instant: Instant, limits: SightLimits | None = None) -> SightState:
    """Nothing was seen yet: blind, until the first look is good."""
    said = VisibilityChange(visibility=Visibility.BLIND, reason="signal_loss", since=now)
    return SightState(said=said, limits=limits or SightLimits(), heard=instant, heard_at=now)


def see(
    state: SightState, look: Look, *, now: Timestamp, instant: Instant, cut: bool = False
) -> tuple[SightState, tuple[VisibilityChange, ...]]:
    """A frame was looked at. `cut`: it does not continue what came before, so nothing is compared with it."""
    if cut:
        state = replace(state, usual_blocks=None)
    code = _judge(state, look, cut=cut)
    state = replace(state, heard=instant, heard_at=now)
    if state.said.reason in LOST and code == "":
        state, changes = _say(state, "", now)
    else:
        state, changes = _suspect(state, code, now=now, instant=instant)
    return _learn(state, look, code, now), changes


def wait(
    state: SightState, *, now: Timestamp, instant: Instant
) -> tuple[SightState, tuple[VisibilityChange, ...]]:
    """Time passes; silence beyond the limit is signal loss from the moment of the last frame."""
    silent_s = (instant - state.heard) / SECOND_US
    if silent_s < state.limits.stall_s or state.said.reason in LOST:
        return state, ()
    return _say(state, "signal_loss", state.heard_at)


def lose(
    state: SightState, code: str, *, now: Timestamp
) -> tuple[SightState, tuple[VisibilityChange, ...]]:
    """The source itself says that there is nothing to see, by one of `LOST`."""
    return (state, ()) if state.said.reason == code else _say(state, code, now)


def _judge(state: SightState, look: Look, *, cut: bool) -> str:
    """What is wrong with this picture, taken alone and against what is usual; "" when nothing is."""
    limits = state.limits
    flat = look.spread < limits.flat_spread
    if flat and look.mean < limits.dark_mean:
        return "too_dark"
    if flat and look.mean > limits.bright_mean:
        return "too_bright"
    if not cut and look.change is not None and look.change < limits.still_change:
        return "frozen"
    if look.sharpness < max(
        limits.blurry_floor, limits.blurry_share * (state.usual_sharpness or 0.0)
    ):
        return "too_blurry"
    if (
        state.usual_blocks is not None
        and alike(look.blocks, state.usual_blocks) < limits.same_scene
    ):
        return "scene_change"
    return ""


def _suspect(
    state: SightState, code: str, *, now: Timestamp, instant: Instant
) -> tuple[SightState, tuple[VisibilityChange, ...]]:
    if code == state.said.reason:
        return replace(state, suspect=None), ()
    if code != state.suspect or state.suspect_since is None or state.suspect_at is None:
        return replace(state, suspect=code, suspect_since=instant, suspect_at=now), ()
    held_s = (instant - state.suspect_since) / SECOND_US
    if held_s < _hold_s(state.limits, code):
        return state, ()
    return _say(state, code, state.suspect_at)


def _hold_s(limits: SightLimits, code: str) -> float:
    return {"": limits.clear_s, "frozen": limits.frozen_s}.get(code, limits.hold_s)


def _say(
    state: SightState, code: str, since: Timestamp
) -> tuple[SightState, tuple[VisibilityChange, ...]]:
    change = VisibilityChange(
        visibility=BECAUSE[code], reason=code, since=max(since, state.said.since)
    )
    return replace(state, said=change, suspect=None), (change,)


def _learn(state: SightState, look: Look, code: str, now: Timestamp) -> SightState:
    """Good pictures teach what is usual; a new scene that stays becomes the scene."""
    if state.usual_blocks is None or state.usual_sharpness is None:
        return (
            replace(
                state,
                usual_blocks=look.blocks,
                usual_sharpness=state.usual_sharpness or look.sharpness,
            )
            if code == ""
            else state
        )
    if code == "scene_change" and state.said.reason == "scene_change" and state.suspect is None:
        moved_s = (now - state.said.since) / SECOND_US
        return (
            replace(state, usual_blocks=look.blocks, usual_sharpness=look.sharpness)
            if moved_s >= state.limits.adopt_s
            else state
        )
    if code != "":
        return state
    share = state.limits.learning
    blocks = (1 - share) * state.usual_blocks + share * look.blocks
    length = float(np.linalg.norm(blocks)) or 1.0
    sharpness = (1 - share) * state.usual_sharpness + share * look.sharpness
    return replace(
        state, usual_blocks=(blocks / length).astype(np.float32), usual_sharpness=sharpness
    )
