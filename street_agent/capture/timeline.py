"""Maps a stream's presentation times (pts) to node time. Pure: no clock, no stream.

The mapping of a live source. A frame was taken at `pts + offset`. Every arrival bounds the offset
from above: a frame cannot arrive before it was taken. The lowest `arrival - pts` seen is therefore
the best bound, whatever the jitter of single frames; it may creep up by `DRIFT` to follow the
camera's crystal. What no arrival can tell is the delay that every frame has (exposure, encoding,
the shortest way): `SourceTiming.delay_ms` bounds it. Right after a (re)connect the source may send
old frames in a burst, so the bound starts wide (`initial_error_ms`) and narrows as no arrival
lowers the offset any more.

The mapping of a file is exact: its first frame is taken when it is first played, every other one as
much later as its pts says.
"""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct, replace

DRIFT = 200e-6  # a cheap crystal is off by 100 ppm; two of them
PTS_AHEAD_US = 4 * SECOND_US  # pts that run ahead of node time by more: the source's clock was set
# Pts that fall behind by more: the source's clock was set, or it sends from a store.
PTS_BEHIND_US = 5 * SECOND_US
# Pts that go back by more; less is a stream that repeats or reorders a frame.
PTS_BACK_US = SECOND_US // 2
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


class LiveTimeline(Struct, frozen=True, kw_only=True):
    """The mapping of a live source so far. `None`s: no frame yet."""

    timing: SourceTiming
    has_frames: bool = False  # a frame was placed since the source was (re)connected
    offset_us: float | None = None
    pts_us: float = 0.0
    residual_us: float = 0.0  # what remains of the initial error
    last: Timestamp | None = None


def place_live(
    line: LiveTimeline, *, pts_s: float | None, arrived: Timestamp
) -> tuple[LiveTimeline, FrameTime]:
    """The next frame of a live source: `pts_s` as the stream says, `arrived` when the read returned
    it."""
    is_first = not line.has_frames
    if pts_s is None:
        error_us = line.timing.initial_error_ms * 1000
        return _placed(line, float(arrived), error_us=error_us, discontinuity=is_first)
    pts_us = pts_s * SECOND_US
    bound = arrived - pts_us
    is_break = line.offset_us is not None and _is_break(line, line.offset_us, pts_us, bound)
    if line.offset_us is None or is_break:
        residual = line.timing.initial_error_ms * 1000
        fresh = replace(line, offset_us=bound, pts_us=pts_us, residual_us=residual)
        return _placed(fresh, float(arrived), error_us=residual, discontinuity=is_break or is_first)
    passed_us = max(0.0, pts_us - line.pts_us)
    offset = min(line.offset_us + DRIFT * passed_us, bound)
    narrowed = line.residual_us * max(0.0, 1 - NARROWING * passed_us / SECOND_US)
    residual = max(narrowed, line.offset_us - offset)
    grown = replace(line, offset_us=offset, pts_us=pts_us, residual_us=residual)
    return _placed(grown, pts_us + offset, error_us=residual, discontinuity=False)


def _is_break(line: LiveTimeline, offset_us: float, pts_us: float, bound: float) -> bool:
    return (
        pts_us < line.pts_us - PTS_BACK_US
        or bound < offset_us - PTS_AHEAD_US
        or bound > offset_us + PTS_BEHIND_US
    )


def _placed(
    line: LiveTimeline, at_us: float, *, error_us: float, discontinuity: bool
) -> tuple[LiveTimeline, FrameTime]:
    at = Timestamp(round(at_us))
    if line.last is not None and at <= line.last:
        error_us += line.last + 1 - at
        at = Timestamp(line.last + 1)
    error_ms = round(line.timing.delay_ms + error_us / 1000, 3)
    frame_time = FrameTime(at=at, error_ms=error_ms, discontinuity=discontinuity)
    return replace(line, last=at, has_frames=True), frame_time


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
