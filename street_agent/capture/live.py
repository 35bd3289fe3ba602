"""A camera in real time, in a thread of its own: RTSP, HTTP, USB, and files paced by their own
times. Reconnects for ever."""

import logging
import threading
from collections.abc import Mapping
from types import MappingProxyType

from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.ids import IdSource, SourceId
from street_agent.capture import timeline
from street_agent.capture.file_pace import FilePace
from street_agent.capture.frame import Frame
from street_agent.capture.geometry import AS_SENT, Geometry, Shape
from street_agent.capture.latest_frame import LatestFrame
from street_agent.capture.libav.address import is_file, redacted
from street_agent.capture.libav.damage import JpegEnds
from street_agent.capture.libav.opening import OPEN_S, READ_S, read_timeout
from street_agent.capture.libav.stream import DamagedFrame, DecodedFrame, Stream, open_stream
from street_agent.capture.port import CameraVisibility, FrameCounts
from street_agent.capture.timeline import DEVICE, NETWORK, FrameTime, LiveTimeline
from street_agent.capture.visibility import VisibilityLimits
from street_agent.capture.visibility_monitor import VisibilityMonitor
from street_agent.errors import (
    CameraError,
    NotAVideoError,
    PictureDamagedError,
    SourceNotFoundError,
)

log = logging.getLogger(__name__)

BACKOFF_S_MIN, BACKOFF_S_MAX = 0.25, 2.0  # the first frame comes within 3 s of the camera's return
GOOD_S = 10.0  # so long it has to give pictures for the pause to be short again when it breaks off
SNAPSHOT_EVERY_S = 1.0  # an address of single pictures is asked so often
# The reason codes of errors; any other error is a lost signal.
REASONS: Mapping[type, str] = MappingProxyType(
    {
        SourceNotFoundError: "no_source",
        NotAVideoError: "not_a_video",
        PictureDamagedError: "picture_damaged",
    }
)


class Health:
    """How one attempt at a source went: for how long it gave pictures, and whether it is an address
    that gives a single one at a time."""

    def __init__(self) -> None:
        self._pictures, self._is_untimed = 0, False
        self._first = self._last = Instant(0)

    def begin(self, *, is_untimed: bool) -> None:
        """It was opened; is it of a format without times, as pictures are?"""
        self._is_untimed = is_untimed

    def count_picture(self, now: Instant) -> None:
        self._pictures += 1
        self._first = self._first if self._pictures > 1 else now
        self._last = now

    @property
    def was_good(self) -> bool:
        """A source that gives some pictures and breaks off is not well, however often it does."""
        return (self._last - self._first) / SECOND_US >= GOOD_S

    @property
    def is_snapshot(self) -> bool:
        """Of an attempt that has ended."""
        return self._is_untimed and self._pictures == 1


class LiveCamera:
    """`port.Camera` over libav. `loop` is for files: start again at the end."""

    def __init__(
        self,
        *,
        source: SourceId,
        address: str,
        clock: Clock,
        ids: IdSource,
        loop: bool = False,
        geometry: Geometry = AS_SENT,
        limits: VisibilityLimits | None = None,
    ) -> None:
        self._source, self._address, self._loop = source, address, loop and is_file(address)
        self._clock, self._ids = clock, ids
        self._mailbox, self._monitor = LatestFrame(), VisibilityMonitor(clock, limits=limits)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"capture-{source}", daemon=True)
        self._last_error = ""
        self._ended = False
        self._seq, self._geometry = 0, geometry
        self._shape: Shape | None = None  # of the last frame
        timing = DEVICE if address.startswith("/dev/") else NETWORK
        self._live_timeline = LiveTimeline(timing=timing)
        self._jpeg_ends = JpegEnds()
        self._pace = FilePace(clock, self._stop)

    @property
    def source(self) -> SourceId:
        return self._source

    @property
    def ended(self) -> bool:
        return self._ended

    def start(self) -> None:
        self._thread.start()

    def latest(self, after_seq: int, *, wait_s: float = 0.0) -> Frame | None:
        return self._mailbox.take(after_seq, wait_s=wait_s)

    def release(self, seq: int, *, used: bool) -> None:
        self._mailbox.release(seq, used=used)

    def frame_counts(self) -> FrameCounts:
        return self._mailbox.counts()

    def visibility(self) -> CameraVisibility:
        return self._monitor.current()

    def take_changes(self) -> tuple[CameraVisibility, ...]:
        return self._monitor.take_changes()

    def last_error(self) -> str:
        return self._last_error

    def stop(self) -> None:
        """A blocked read ends by its own time limit: a silent network source takes up to some
        seconds."""
        self._stop.set()
        self._mailbox.close()
        if self._thread.is_alive():
            self._thread.join(timeout=OPEN_S + READ_S)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            begun, health = self._clock.instant(), Health()
            try:
                with open_stream(self._address, self._geometry, self._jpeg_ends) as stream:
                    self._play(stream, health)
                if is_file(self._address) and not self._stop.is_set() and not self._restart_file():
                    return
            except CameraError as error:
                if not health.is_snapshot:
                    self._report_lost(str(error), REASONS.get(type(error), "signal_loss"))
            except Exception as error:  # noqa: BLE001 - supervision boundary: whatever libav raises, the camera is tried again
                self._report_lost(
                    f"{redacted(self._address)}: unforeseen {type(error).__name__}: {error}. It is"
                    " opened again; please report this."
                )
            failures = 0 if health.was_good else failures + 1
            if health.is_snapshot:
                failures = 0
                self._monitor.expect_every(SNAPSHOT_EVERY_S)
                self._stop.wait(SNAPSHOT_EVERY_S - self._since_s(begun))
            elif self._last_error:  # an attempt that hung for long was pause enough
                backoff = backoff_s(failures, self._ids.number())
                tried_s = self._since_s(begun) if failures else 0.0
                self._stop.wait(max(BACKOFF_S_MIN / 2, backoff - tried_s))

    def _since_s(self, instant: Instant) -> float:
        return (self._clock.instant() - instant) / SECOND_US

    def _play(self, stream: Stream, health: Health) -> None:
        last = self._clock.instant()
        health.begin(is_untimed=stream.is_untimed)
        for decoded in stream.frames():
            if not is_file(self._address) and self._since_s(last) >= READ_S:
                # This frame is old: libav empties its parser when a read ran out of time.
                raise read_timeout(self._address)
            last = self._clock.instant()
            if isinstance(decoded, DamagedFrame):
                self._skip_damaged(decoded, stream)
                continue
            frame = self._frame(decoded, stream)
            if self._stop.is_set():
                return
            if self._last_error:
                log.info("%s: %s gives pictures again", self._source, redacted(self._address))
                self._last_error = ""
            self._monitor.observe(frame)
            self._mailbox.put(frame)
            last = self._clock.instant()
            health.count_picture(last)
        if not is_file(self._address):
            raise CameraError(f"{redacted(self._address)} ended its stream. It is opened again.")

    def _skip_damaged(self, damaged: DamagedFrame, stream: Stream) -> None:
        if is_file(self._address):
            self._pace.skip(damaged.pts_s, stream.rate)
        self._mailbox.count_damaged()
        self._monitor.observe_damaged(self._clock.now())

    def _frame(self, decoded: DecodedFrame, stream: Stream) -> Frame:
        if is_file(self._address):
            time = self._pace.place(decoded.pts_s, stream.rate)
        else:
            time = self._live_time(decoded)
        self._seq += 1
        was_reshaped = self._shape is not None and self._shape != decoded.shape
        self._shape = decoded.shape
        return Frame(
            source=self._source,
            seq=self._seq,
            captured_at=time.at,
            error_ms=time.error_ms,
            width=decoded.shape.width,
            height=decoded.shape.height,
            discontinuity=time.discontinuity or was_reshaped,
            picture=decoded.picture,
        )

    def _live_time(self, decoded: DecodedFrame) -> FrameTime:
        self._live_timeline, time = timeline.place_live(
            self._live_timeline, pts_s=decoded.pts_s, arrived=self._clock.now()
        )
        return time

    def _restart_file(self) -> bool:
        """A file came to its end: restart it when it loops (or held no picture), else report that
        it ended. Whether to open it again."""
        if not self._pace.has_begun:
            self._report_lost(
                f"{self._address} holds no picture. Name another file.", "not_a_video"
            )
            return True
        if self._loop:
            self._pace.restart()
            return True
        self._ended = True
        self._monitor.report_lost("ended")
        self._mailbox.wake()
        return False

    def _report_lost(self, error: str, reason: str = "signal_loss") -> None:
        if error != self._last_error:
            log.warning("%s: %s", self._source, error)
        self._last_error = error
        self._monitor.report_lost(reason)
        self._pace.restart()
        line = self._live_timeline
        self._live_timeline = LiveTimeline(timing=line.timing, last=line.last)


def backoff_s(failures: int, chance: int) -> float:
    """How long to wait before the next attempt: doubling up to `BACKOFF_S_MAX`, of which a random
    half is left out so that cameras do not all try at once. `chance`: any random number."""
    doubled: float = BACKOFF_S_MIN * 2 ** min(failures, 8)
    return min(BACKOFF_S_MAX, doubled) * (0.5 + 0.5 * (chance % 1000) / 1000)
