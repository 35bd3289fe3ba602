"""Maps a stream's presentation times to node time. Pure: no clock, no stream.

The mapping of a live source. A frame was taken at `pts + offset`. Every arrival bounds the offset from above: a frame cannot arrive before it was taken.
The lowest `arrival - pts` seen is therefore the best bound, whatever the jitter of single frames; it may creep up by `DRIFT` to follow the camera's crystal.
What no arrival can tell is the delay that every frame has (exposure, encoding, the shortest way): `Kind.delay_ms` bounds it. Right after a (re)connect
the source may send old frames in a burst, so the bound starts wide (`settle_ms`) and narrows as no arrival lowers the offset any more.

The mapping of a file is exact: its first frame is taken when it is first played, every other one as much later as its pts says.
"""

from dataclasses import dataclass, replace

from citybrain.clock import SECOND_US, Timestamp

DRIFT = 200e-6  # a cheap crystal is off by 100 ppm; two of them
AHEAD_US = 4 * SECOND_US  # pts that run ahead of node time by more: the source's clock was set
BEHIND_US = (
    5 * SECOND_US
)  # pts that fall behind by more: the source's clock was set, or it sends from a store
BACK_US = (
    SECOND_US // 2
)  # pts that go back by more; less is a stream that repeats or reorders a frame
NARROWING = 0.2  # share of the unsettled error that goes in a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What is known beforehand about a kind of source."""

    delay_ms: float  # the delay that every frame may have
    settle_ms: float  # how far the first offset may be off


NETWORK = Kind(delay_ms=250.0, settle_ms=1000.0)
DEVICE = Kind(delay_ms=60.0, settle_ms=50.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The mapping so far. `None`s: no frame yet."""

    kind: Kind
    is_joined: bool = False  # a frame was placed since the source was (re)connected
    offset_us: float | None = None
    pts_us: float = 0.0
    unsettled_us: float = 0.0
    last: Timestamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """When a frame was taken, the bound on the error, and whether the timeline is broken before it."""

    at: Timestamp
    error_ms: float
    cut: bool


def place(line: Timeline, *, pts_s: float | None, arrived: Timestamp) -> tuple[Timeline, Placed]:
    """The next frame of a live source: `pts_s` as the stream says, `arrived` when the read returned it."""
    if pts_s is None:
        return _finish(
            line, float(arrived), error_us=line.kind.settle_ms * 1000, cut=not line.is_joined
        )
    pts_us = pts_s * SECOND_US
    bound = arrived - pts_us
    is_break = line.offset_us is not None and _is_break(line, pts_us, bound)
    if line.offset_us is None or is_break:
        fresh = replace(
            line, offset_us=bound, pts_us=pts_us, unsettled_us=line.kind.settle_ms * 1000
        )
        return _finish(
            fresh, float(arrived), error_us=fresh.unsettled_us, cut=is_break or not line.is_joined
        )
    passed_us = max(0.0, pts_us - line.pts_us)
    offset = min(line.offset_us + DRIFT * passed_us, bound)
    narrowed = line.unsettled_us * max(0.0, 1 - NARROWING * passed_us / SECOND_US)
    unsettled = max(narrowed, line.offset_us - offset)
    grown = replace(line, offset_us=offset, pts_us=pts_us, unsettled_us=unsettled)
    return _finish(grown, pts_us + offset, error_us=unsettled, cut=False)


def _is_break(line: Timeline, pts_us: float, bound: float) -> bool:
    assert line.offset_us is not None
    return (
        pts_us < line.pts_us - BACK_US
        or bound < line.offset_us - AHEAD_US
        or bound > line.offset_us + BEHIND_US
    )


def _finish(line: Timeline, at_us: float, *, error_us: float, cut: bool) -> tuple[Timeline, Placed]:
    at = Timestamp(round(at_us))
    if line.last is not None and at <= line.last:
        error_us += line.last + 1 - at
        at = Timestamp(line.last + 1)
    return replace(line, last=at, is_joined=True), Placed(
        at=at, error_ms=round(line.kind.delay_ms + error_us / 1000, 3), cut=cut
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reel:
    """The media time of a file that may be played several times: seconds since its first frame, growing over the loops."""

    frame_s: float  # seconds of one frame, for the seam and for frames without pts
    played_s: float = 0.0  # media time of the last frame
    first_pts_s: float | None = None  # of this run
    base_s: float = 0.0  # media time at which this run began
    count: int = 0


def roll(reel: Reel, *, pts_s: float | None) -> tuple[Reel, float, bool]:
    """Place the next frame of a file: (reel, media time in seconds, is there a cut before it)."""
    first_of_run = reel.first_pts_s is None
    if first_of_run:
        base = reel.played_s + reel.frame_s if reel.count else 0.0
        started = replace(
            reel, first_pts_s=pts_s or 0.0, base_s=base, played_s=base, count=reel.count + 1
        )
        return started, base, True
    at = (
        reel.played_s + reel.frame_s
        if pts_s is None
        else reel.base_s + pts_s - (reel.first_pts_s or 0.0)
    )
    if at <= reel.played_s:  # a file whose pts repeat or go back: keep it moving
        at = reel.played_s + reel.frame_s
    return replace(reel, played_s=at, count=reel.count + 1), at, False


def rewind(reel: Reel) -> Reel:
    """The file starts again: its next frame follows the last one by one frame's time, after a cut."""
    return replace(reel, first_pts_s=None)
