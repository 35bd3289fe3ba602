"""What is known of a camera, second by second: observed, degraded or blind, and for what reason.
Pure: picture statistics and times in, changes out.

The reason codes are ONVIF's VideoSource topics in our spelling (SignalLoss, ImageTooDark,
ImageTooBright, ImageTooBlurry, GlobalSceneChange); `frozen`, `ended`, `no_source` (no such file or
device), `not_a_video`, `plugin` (an installed package failed), `picture_damaged` (no whole picture
arrives) and `often_damaged` (too many do not arrive whole) are ours. A reason must hold for a while
before it is reported, and is then reported from the moment at which it began.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import SECOND_US, Instant, Timestamp
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Visibility
from street_agent.capture.picture_statistics import PictureStatistics, similarity
from street_agent.capture.port import CameraVisibility

# What each reason code means for the visibility; "" is a good picture.
VISIBILITY_OF: Mapping[str, Visibility] = MappingProxyType(
    {
        "": Visibility.OBSERVED,
        "signal_loss": Visibility.BLIND,
        "ended": Visibility.BLIND,
        "no_source": Visibility.BLIND,
        "not_a_video": Visibility.BLIND,
        "plugin": Visibility.BLIND,
        "too_dark": Visibility.BLIND,
        "too_bright": Visibility.BLIND,
        "frozen": Visibility.BLIND,
        "picture_damaged": Visibility.BLIND,
        "often_damaged": Visibility.DEGRADED,
        "too_blurry": Visibility.DEGRADED,
        "scene_change": Visibility.DEGRADED,
    }
)

# No picture comes: the first good picture ends it.
NO_PICTURE_REASONS = frozenset({"signal_loss", "ended", "no_source", "not_a_video", "plugin"})


class VisibilityLimits(Struct, frozen=True, kw_only=True):
    """When a picture shows nothing useful. Grey levels are 0..255."""

    stall_s: float = 1.5  # silence that counts as signal loss
    hold_s: float = 1.0  # a bad picture must stay bad this long
    frozen_s: float = 1.4  # … and an unmoving one this long
    often_s: float = 2.0  # … and damaged ones so often this long
    clear_s: float = 0.4  # … and a good one good this long
    dark_mean: float = 14.0
    bright_mean: float = 241.0
    flat_spread: float = 12.0  # a dark or bright picture with more variety still shows something
    still_change: float = 0.004  # a living sensor is noisier than this
    blurry_floor: float = 0.8
    blurry_share: float = 0.35  # of the sharpness that this camera usually has
    same_scene: float = 0.4  # similarity of layouts below this: the camera was moved
    damaged_share: float = 0.3  # of the pictures: more arrive damaged
    damaged_weight: float = 0.04  # of one picture in that share: it follows within 25
    adopt_s: float = 3.0  # a new scene that stays becomes the baseline
    learning: float = 0.02  # weight of a good picture in the baseline


class VisibilityState(Struct, frozen=True, kw_only=True, eq=False):
    """What was reported last, which reason is a candidate since when, and what this camera's
    pictures usually look like (the baseline)."""

    reported: CameraVisibility
    limits: VisibilityLimits = VisibilityLimits()
    last_picture: Instant  # when the last picture was measured (or the camera was started)
    last_picture_at: Timestamp
    last_damaged: Instant | None = None  # when the last damaged one came
    candidate: str | None = None
    candidate_since: Instant | None = None
    candidate_at: Timestamp | None = None
    damaged_share: float = 0.0  # of the last pictures
    usual_sharpness: float | None = None
    usual_layout: NDArray[np.float32] | None = None


Changed = tuple[VisibilityState, tuple[CameraVisibility, ...]]


def begin(
    *, now: Timestamp, instant: Instant, limits: VisibilityLimits | None = None
) -> VisibilityState:
    """No picture was measured yet: blind, until the first one is good."""
    reported = CameraVisibility(visibility=Visibility.BLIND, reason="signal_loss", since=now)
    return VisibilityState(
        reported=reported,
        limits=limits or VisibilityLimits(),
        last_picture=instant,
        last_picture_at=now,
    )


def observe(
    state: VisibilityState,
    picture: PictureStatistics,
    *,
    now: Timestamp,
    instant: Instant,
    discontinuity: bool = False,
) -> Changed:
    """A picture was measured. `discontinuity`: it does not continue what came before, so nothing is
    compared with it."""
    if discontinuity:
        state = replace(state, usual_layout=None)
    reason = _classify(state, picture, discontinuity=discontinuity)
    state = replace(state, last_picture=instant, last_picture_at=now)
    if state.reported.reason in NO_PICTURE_REASONS and reason == "":
        state, changes = _report(state, "", now)
    else:
        state, changes = _debounce(state, reason, now=now, instant=instant)
    return _update_baseline(state, picture, reason, now), changes


def count_whole(state: VisibilityState) -> VisibilityState:
    """A picture arrived whole, whether or not it is measured."""
    share = state.damaged_share * (1 - state.limits.damaged_weight)
    return replace(state, damaged_share=share)


def observe_damaged(state: VisibilityState, *, now: Timestamp, instant: Instant) -> Changed:
    """A picture arrived damaged: it shows nothing, and nothing is measured on it. It ends whatever
    recovery had begun."""
    limits = state.limits
    share = state.damaged_share * (1 - limits.damaged_weight) + limits.damaged_weight
    state = replace(state, damaged_share=share, last_damaged=instant)
    if state.reported.reason == "picture_damaged":
        return replace(state, candidate=None), ()
    if (instant - state.last_picture) / SECOND_US >= limits.stall_s:
        return _report(state, "picture_damaged", state.last_picture_at)
    if share > limits.damaged_share and state.reported.reason not in NO_PICTURE_REASONS:
        return _debounce(state, "often_damaged", now=now, instant=instant)
    return state, ()


def tick(state: VisibilityState, *, instant: Instant) -> Changed:
    """Time passes; silence beyond the limit is signal loss from the moment of the last picture."""
    silent_s = (instant - state.last_picture) / SECOND_US
    if silent_s < state.limits.stall_s or state.reported.reason in NO_PICTURE_REASONS:
        return state, ()
    if state.last_damaged is not None:
        silent_s = (instant - state.last_damaged) / SECOND_US
        if silent_s < state.limits.stall_s:
            return state, ()  # what comes is damaged: `observe_damaged` reports that
    return _report(state, "signal_loss", state.last_picture_at)


def report_lost(state: VisibilityState, reason: str, *, now: Timestamp) -> Changed:
    """The source itself says that it gives no picture, by one of `NO_PICTURE_REASONS`."""
    return (state, ()) if state.reported.reason == reason else _report(state, reason, now)


def _classify(state: VisibilityState, picture: PictureStatistics, *, discontinuity: bool) -> str:
    """What is wrong with this picture, taken alone and against the baseline; "" when nothing is."""
    limits = state.limits
    is_flat = picture.spread < limits.flat_spread
    if is_flat and picture.mean < limits.dark_mean:
        return "too_dark"
    if is_flat and picture.mean > limits.bright_mean:
        return "too_bright"
    if not discontinuity and picture.change is not None and picture.change < limits.still_change:
        return "frozen"
    least_sharpness = limits.blurry_share * (state.usual_sharpness or 0.0)
    if picture.sharpness < max(limits.blurry_floor, least_sharpness):
        return "too_blurry"
    if (
        state.usual_layout is not None
        and similarity(picture.layout, state.usual_layout) < limits.same_scene
    ):
        return "scene_change"
    if state.damaged_share > limits.damaged_share:
        return "often_damaged"
    return ""


def _debounce(state: VisibilityState, reason: str, *, now: Timestamp, instant: Instant) -> Changed:
    if reason == state.reported.reason:
        return replace(state, candidate=None), ()
    if reason != state.candidate or state.candidate_since is None or state.candidate_at is None:
        return replace(state, candidate=reason, candidate_since=instant, candidate_at=now), ()
    held_s = (instant - state.candidate_since) / SECOND_US
    if held_s < _hold_s(state.limits, reason):
        return state, ()
    return _report(state, reason, state.candidate_at)


def _hold_s(limits: VisibilityLimits, reason: str) -> float:
    held = {"": limits.clear_s, "frozen": limits.frozen_s, "often_damaged": limits.often_s}
    return held.get(reason, limits.hold_s)


def _report(state: VisibilityState, reason: str, since: Timestamp) -> Changed:
    change = CameraVisibility(
        visibility=VISIBILITY_OF[reason], reason=reason, since=max(since, state.reported.since)
    )
    return replace(state, reported=change, candidate=None), (change,)


def _update_baseline(
    state: VisibilityState, picture: PictureStatistics, reason: str, now: Timestamp
) -> VisibilityState:
    """Good pictures move the baseline; a new scene that stays becomes the baseline."""
    if state.usual_layout is None or state.usual_sharpness is None:
        if reason != "":
            return state
        sharpness = state.usual_sharpness or picture.sharpness
        return replace(state, usual_layout=picture.layout, usual_sharpness=sharpness)
    if reason == "scene_change" == state.reported.reason and state.candidate is None:
        moved_s = (now - state.reported.since) / SECOND_US
        if moved_s < state.limits.adopt_s:
            return state
        return replace(state, usual_layout=picture.layout, usual_sharpness=picture.sharpness)
    if reason != "":
        return state
    share = state.limits.learning
    layout = (1 - share) * state.usual_layout + share * picture.layout
    length = float(np.linalg.norm(layout)) or 1.0
    sharpness = (1 - share) * state.usual_sharpness + share * picture.sharpness
    return replace(
        state, usual_layout=(layout / length).astype(np.float32), usual_sharpness=sharpness
    )
