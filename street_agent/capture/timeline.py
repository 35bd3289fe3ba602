"""Maps a stream's presentation times (pts) to node time. Pure: no clock, no stream.

The mapping of a live source. A frame was taken at `pts + offset`. Every arrival bounds the offset
from above: a frame cannot arrive before it was taken. The lowest `arrival - pts` seen is therefore
the best bound, whatever the jitter of single frames; it may creep up by `DRIFT` to follow the
camera's crystal. What no arrival can tell is the delay that every frame has (exposure, encoding,
the shortest way): `SourceTiming.delay_ms` bounds it. Right after a (re)connect the source may send
old frames in a burst, so the bound starts wide (`initial_error_ms`) and narrows as no arrival
lowers the offset any more.

What a stream says is not believed blindly. A frame whose time jumps is timed by its arrival, and
only a jump that persists is a new timeline, after a discontinuity. Where the stream has no times of
its own, or its clock runs at another rate (`pts_rate`), arrival counts for every frame. In each
case a frame was taken at most `error_ms` before it arrived.

The mapping of a file is exact: its first frame is taken when it is first played, every other one as
much later as its pts says.
"""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct, replace
from street_agent.capture import pts_rate
from street_agent.capture.pts_rate import PtsRate

DRIFT = 200e-6  # a cheap crystal is off by 100 ppm; two of them
PTS_AHEAD_US = 4 * SECOND_US  # pts that run ahead of node time by more: the source's clock was set
# Pts that fall behind by more: the source's clock was set, or it sends from a store.
PTS_BEHIND_US = 5 * SECOND_US
# Pts that go back by more; less is a stream that repeats or reorders a frame.
PTS_BACK_US = SECOND_US // 2
# Frames that jump are the source's new time when so many come over so long and agree by so much.
JUMP_FRAMES, JUMP_US, JUMP_AGREES_US = 8, SECOND_US // 2, SECOND_US
NARROWING = 0.2  # share of the remaining initial error that goes in a second


class SourceTiming(Struct, frozen=True, kw_only=True):
    """What is known beforehand about the timing of a kind of source."""

    delay_ms: float  # the delay that every frame may have
    initial_error_ms: float  # how far the first offset may be off


NETWORK = SourceTiming(delay_ms=250.0, initial_error_ms=1000.0)
DEVICE = SourceTiming(delay_ms=60.0, initial_error_ms=50.0)


class FrameTime(Struct, frozen=True, kw_only=True):
    """When a frame was taken, the bound on the error, and whether the time before it is not
    connected with it."""

    at: Timestamp
    error_ms: float
    discontinuity: bool


class Jump(Struct, frozen=True, kw_only=True):
    """Frames in a row whose times do not continue the timeline, and agree with one another."""

    offset_us: float  # the least of theirs
    began: Timestamp
    frames: int


class LiveTimeline(Struct, frozen=True, kw_only=True):
    """The mapping of a live source so far. `None`s: no frame yet."""

    timing: SourceTiming
    has_frames: bool = False  # a frame was placed since the source was (re)connected
    offset_us: float | None = None
    pts_us: float = 0.0
    residual_us: float = 0.0  # what remains of the initial error
    lag_us: float = 0.0  # from the time of the last frame to its arrival
    rate: PtsRate = PtsRate()
    jump: Jump | None = None
    last: Timestamp | None = None


def place_live(
    line: LiveTimeline, *, pts_s: float | None, arrived: Timestamp
) -> tuple[LiveTimeline, FrameTime]:
    """The next frame of a live source: `pts_s` as the stream says, `arrived` when the read returned
    it. Its time is never later than `arrived`, and never earlier by more than its error."""
    is_first = not line.has_frames
    if pts_s is None:
        return _by_arrival(line, arrived, lag_us=0.0, discontinuity=is_first)
    pts_us = pts_s * SECOND_US
    bound = arrived - pts_us
    if line.offset_us is None:
        return _begin(line, pts_us, arrived, bound, discontinuity=is_first)
    if _is_jump(line, line.offset_us, pts_us, bound):
        return _outlier(line, pts_us, arrived, bound)
    rate = pts_rate.observe(line.rate, pts_us=pts_us, arrived=arrived)
    offset_us, was_wrong = line.offset_us, line.rate.is_wrong
    line = replace(line, rate=rate, jump=None)
    if rate.is_wrong:
        # the mapping follows closely, so that only a real jump is one
        line = replace(line, offset_us=bound, pts_us=pts_us)
        return _by_arrival(line, arrived, lag_us=0.0, discontinuity=not was_wrong)
    if was_wrong:
        return _begin(line, pts_us, arrived, bound, discontinuity=False)
    return _continue(line, offset_us, pts_us, arrived, bound)


def _begin(
    line: LiveTimeline, pts_us: float, arrived: Timestamp, bound: float, *, discontinuity: bool
) -> tuple[LiveTimeline, FrameTime]:
    residual = line.timing.initial_error_ms * 1000
    fresh = replace(
        line, offset_us=bound, pts_us=pts_us, residual_us=residual, jump=None, rate=PtsRate()
    )
    return _placed(fresh, bound + pts_us, arrived, error_us=residual, discontinuity=discontinuity)


def _continue(
    line: LiveTimeline, offset_us: float, pts_us: float, arrived: Timestamp, bound: float
) -> tuple[LiveTimeline, FrameTime]:
    passed_us = max(0.0, pts_us - line.pts_us)
    offset = min(offset_us + DRIFT * passed_us, bound)
    certain_us = passed_us if pts_rate.is_proved(line.rate) else 0.0
    narrowed = line.residual_us * max(0.0, 1 - NARROWING * certain_us / SECOND_US)
    residual = max(narrowed, offset_us - offset)
    grown = replace(line, offset_us=offset, pts_us=pts_us, residual_us=residual)
    return _placed(grown, pts_us + offset, arrived, error_us=residual, discontinuity=False)


def _is_jump(line: LiveTimeline, offset_us: float, pts_us: float, bound: float) -> bool:
    return (
        pts_us < line.pts_us - PTS_BACK_US
        or bound < offset_us - PTS_AHEAD_US
        or bound > offset_us + PTS_BEHIND_US
    )


def _outlier(
    line: LiveTimeline, pts_us: float, arrived: Timestamp, bound: float
) -> tuple[LiveTimeline, FrameTime]:
    """The frame's time does not continue the timeline: by itself it is wrong and the frame is timed
    by its arrival; with enough that agree the source's clock was set."""
    jump = line.jump
    if jump is None or abs(bound - jump.offset_us) > JUMP_AGREES_US:
        jump = Jump(offset_us=bound, began=arrived, frames=1)
    else:
        lowest = min(bound, jump.offset_us)
        jump = replace(jump, offset_us=lowest, frames=jump.frames + 1)
    if jump.frames >= JUMP_FRAMES and arrived - jump.began >= JUMP_US:
        return _begin(line, pts_us, arrived, jump.offset_us, discontinuity=True)
    waiting = replace(line, jump=jump)
    return _by_arrival(waiting, arrived, lag_us=line.lag_us, discontinuity=False)


def _by_arrival(
    line: LiveTimeline, arrived: Timestamp, *, lag_us: float, discontinuity: bool
) -> tuple[LiveTimeline, FrameTime]:
    error_us = line.timing.initial_error_ms * 1000
    return _placed(line, arrived - lag_us, arrived, error_us=error_us, discontinuity=discontinuity)


def _placed(
    line: LiveTimeline,
    at_us: float,
    arrived: Timestamp,
    *,
    error_us: float,
    discontinuity: bool,
) -> tuple[LiveTimeline, FrameTime]:
    at = Timestamp(round(at_us))
    if line.last is not None and at <= line.last:
        error_us += line.last + 1 - at
        at = Timestamp(line.last + 1)
    lag_us = max(0, arrived - at)
    # whatever the stream says: it was taken before it arrived, and how long before nobody proves
    error_ms = max(line.timing.delay_ms + error_us / 1000, lag_us / 1000)
    frame_time = FrameTime(at=at, error_ms=round(error_ms, 3), discontinuity=discontinuity)
    return replace(line, last=at, lag_us=lag_us, has_frames=True), frame_time


class FileTimeline(Struct, frozen=True, kw_only=True):
    """The media time of a file that may be played several times: seconds since its first frame,
    growing over the repetitions."""

    frame_s: float  # seconds of one frame, for the seam and for frames without pts
    played_s: float = 0.0  # media time of the last frame
    first_pts_s: float | None = None  # of this repetition
    base_s: float = 0.0  # media time at which this repetition began
    has_frames: bool = False  # one of this repetition was placed
    count: int = 0


def place_in_file(line: FileTimeline, *, pts_s: float | None) -> tuple[FileTimeline, float, bool]:
    """The next frame of a file: (timeline, media time in seconds, whether the time before it is not
    connected with it)."""
    line, at = _next_in_file(line, pts_s)
    placed = replace(line, played_s=at, has_frames=True, count=line.count + 1)
    return placed, at, not line.has_frames


def pass_in_file(line: FileTimeline, *, pts_s: float | None) -> tuple[FileTimeline, float]:
    """A frame of a file that is not placed, as it shows nothing: (timeline, media time)."""
    if line.first_pts_s is None and pts_s is None:
        return line, line.played_s
    return _next_in_file(line, pts_s)


def _next_in_file(line: FileTimeline, pts_s: float | None) -> tuple[FileTimeline, float]:
    if line.first_pts_s is None:
        base = line.played_s + line.frame_s if line.count else 0.0
        return replace(line, first_pts_s=pts_s or 0.0, base_s=base), base
    at = line.played_s + line.frame_s
    if pts_s is not None and line.base_s + pts_s - line.first_pts_s > line.played_s:
        at = line.base_s + pts_s - line.first_pts_s  # else pts repeat or go back: keep it moving
    return line, at


def restart_file(line: FileTimeline) -> FileTimeline:
    """The file starts again: its next frame follows the last one by one frame's time, after a
    discontinuity."""
    return replace(line, first_pts_s=None, has_frames=False)
