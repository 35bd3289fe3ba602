"""What `street check` tries with the pictures of one camera: its model, what is tracked in a few of
them, and how often all cameras of the box will be looked at. Starts nothing.
"""

from collections.abc import Iterable, Iterator, Sequence

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct
from street_agent.capture.frame import Frame
from street_agent.config import CameraConfig
from street_agent.core import detection_rate
from street_agent.detect.port import Detector
from street_agent.track.associate import TrackState, associate, tuned
from street_agent.track.tracks import Tracks

LOOKS = 8  # as many pictures are looked at, if it gives them
WATCHED_S = 4.0  # for so long at most
NOT_TRACKED = 2  # fewer looks than this confirm nobody


class Trial(Struct, frozen=True, kw_only=True, eq=False):
    """What a few looks at a camera showed. `look_s`: what one takes, the first aside, which warms
    the model up."""

    looks: int
    boxes: int  # in the last picture
    tracked: Tracks
    look_s: float


def try_model(
    camera: CameraConfig, model: Detector, frames: Iterable[Frame], *, score_min: float
) -> Trial:
    """Look at pictures of `frames` at the rate that the camera asks for, and track what is there.
    Raises what reading and detecting raise."""
    state, tracked = TrackState.start(), Tracks.none()
    took: list[float] = []
    boxes = 0
    for frame in _at_rate(frames, camera.detect_fps):
        found = model.detect(frame).finite()
        timings = model.timings
        took.append((timings.pre_ms + timings.infer_ms + timings.post_ms) / 1e3)
        at, aspect = frame.captured_at, frame.width / frame.height
        state, tracked = associate(state, found, at, aspect=aspect, tuning=tuned(score_min))
        boxes = int((found.scores >= score_min).sum())
    warm = took[1:] or took
    look_s = sorted(warm)[len(warm) // 2] if warm else 0.0
    return Trial(looks=len(took), boxes=boxes, tracked=tracked.detected(), look_s=look_s)


def described(trial: Trial) -> str:
    """For people: what was tracked, or of a single picture the boxes in it."""
    took = f"{trial.look_s * 1e3:.0f} ms a look"
    if trial.looks <= NOT_TRACKED:
        return f"{trial.boxes} boxes in one picture, too few pictures to track; {took}"
    labels = [trial.tracked.labels[number] for number in trial.tracked.classes.tolist()]
    counts = ", ".join(f"{labels.count(label)} {label}" for label in sorted(set(labels)))
    return f"{counts or 'nothing'} tracked over {trial.looks} looks; {took}"


def predictions(
    cameras: Sequence[CameraConfig], look_s: Sequence[float]
) -> Iterator[tuple[CameraConfig, str, bool]]:
    """Of each camera what it will be served, for people, and whether that misses its floor."""
    predicted = detection_rate.predicted_fps([one.detect_fps for one in cameras], look_s)
    for camera, served_fps in zip(cameras, predicted, strict=True):
        limits = camera.rate_limits()
        rates = (
            f"looks a second: asked {limits.asked_fps:g}, floor {limits.floor_fps:g},"
            f" served {served_fps:.1f} by this machine now"
        )
        misses = detection_rate.is_missed(served_fps, limits)
        if misses:
            rates += (
                "; it would be degraded, too_few_looks. Use fewer cameras or a smaller model, or"
                f" raise detect_fps to {limits.floor_fps:g} where it is lower."
            )
        yield camera, rates, misses


def _at_rate(frames: Iterable[Frame], fps: float) -> Iterator[Frame]:
    first: Timestamp | None = None
    due = Timestamp(0)
    looks = 0
    for frame in frames:
        first = frame.captured_at if first is None else first
        if frame.captured_at >= due:
            looks += 1
            due = Timestamp(frame.captured_at + round(0.9 / fps * SECOND_US))
            yield frame
        if looks >= LOOKS or frame.captured_at - first >= WATCHED_S * SECOND_US:
            return
