"""A camera in real time, in a thread of its own: RTSP, HTTP, USB, and files paced by their own times. Reconnects for ever."""

import logging
import threading
from dataclasses import dataclass

from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.ids import IdSource, SourceId
from street_agent.capture import timeline
from street_agent.capture.frame import Frame
from street_agent.capture.port import Tally, VisibilityChange
from street_agent.capture.slot import Slot
from street_agent.capture.stream import (
    OPEN_S,
    READ_S,
    Shot,
    Stream,
    is_file,
    open_stream,
    shown,
    silence,
)
from street_agent.capture.timeline import DEVICE, NETWORK, Placed, Reel, Timeline
from street_agent.capture.visibility import SightLimits
from street_agent.capture.watch import Watch
from street_agent.errors import CameraError, NotAVideoError, SourceNotFoundError

log = logging.getLogger(__name__)

BACKOFF_S_MIN, BACKOFF_S_MAX = (
    0.25,
    2.0,
)  # the first frame shall come within 3 s of the camera's return
CODES = {
    SourceNotFoundError: "no_source",
    NotAVideoError: "not_a_video",
}  # what a fault means for seeing; any other is a lost signal
LATE_S_MAX = 5.0  # a file that falls behind its own time by more (the box slept) goes on from now, after a cut


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anchor:
    """Which node time and which instant media time 0 of a file stands for."""

    at: Timestamp
    instant: Instant


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
        limits: SightLimits | None = None,
    ) -> None:
        self._source, self._address, self._loop = source, address, loop and is_file(address)
        self._clock, self._ids = clock, ids
        self._slot, self._watch = Slot(), Watch(clock, limits=limits)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"capture-{source}", daemon=True)
        self._trouble = ""
        self._ended = False
        self._seq = 0
        self._timeline = Timeline(kind=DEVICE if address.startswith("/dev/") else NETWORK)
        self._reel: Reel | None = None
        self._anchor: _Anchor | None = None

    @property
    def source(self) -> SourceId:
        return self._source

    @property
    def ended(self) -> bool:
        return self._ended

    def start(self) -> None:
        self._thread.start()

    def latest(self, after_seq: int, *, wait_s: float = 0.0) -> Frame | None:
        return self._slot.take(after_seq, wait_s=wait_s)

    def settle(self, seq: int, *, used: bool) -> None:
        self._slot.settle(seq, used=used)

    def tally(self) -> Tally:
        return self._slot.tally()

    def visibility(self) -> VisibilityChange:
        return self._watch.now()

    def take_changes(self) -> tuple[VisibilityChange, ...]:
        return self._watch.take_changes()

    def trouble(self) -> str:
        return self._trouble

    def stop(self) -> None:
        """A blocked read ends by its own time limit: a silent network source takes up to some seconds."""
        self._stop.set()
        self._slot.close()
        if self._thread.is_alive():
            self._thread.join(timeout=OPEN_S + READ_S)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            seq_before, begun = self._seq, self._clock.instant()
            try:
                with open_stream(self._address) as stream:
                    self._play(stream)
                if is_file(self._address) and not self._stop.is_set() and not self._begin_again():
                    return
            except CameraError as fault:
                self._lost(str(fault), CODES.get(type(fault), "signal_loss"))
            except Exception as error:  # noqa: BLE001 - supervision boundary: whatever libav throws, the camera is tried again
                self._lost(
                    f"{shown(self._address)}: unforeseen {type(error).__name__}: {error}. It is opened again; please report this."
                )
            failures = 0 if self._seq > seq_before else failures + 1
            if self._trouble:  # a try that hung for long was pause enough
                tried_s = (self._clock.instant() - begun) / SECOND_US if failures else 0.0
                self._stop.wait(
                    max(BACKOFF_S_MIN / 2, backoff_s(failures, self._ids.number()) - tried_s)
                )

    def _play(self, stream: Stream) -> None:
        heard = self._clock.instant()
        for shot in stream.shots():
            if not is_file(self._address) and (self._clock.instant() - heard) / SECOND_US >= READ_S:
                raise silence(
                    self._address
                )  # this shot is old: libav empties its parser when a read ran out of time
            frame = self._develop(shot, stream)
            if self._stop.is_set():
                return
            if self._trouble:
                log.info("%s: %s is seen again", self._source, shown(self._address))
                self._trouble = ""
            self._watch.show(frame)
            self._slot.put(frame)
            heard = self._clock.instant()
        if not is_file(self._address):
            raise CameraError(f"{shown(self._address)} ended its stream. It is opened again.")

    def _develop(self, shot: Shot, stream: Stream) -> Frame:
        placed = self._pace(shot, stream) if is_file(self._address) else self._place(shot)
        self._seq += 1
        return Frame(
            source=self._source,
            seq=self._seq,
            captured_at=placed.at,
            error_ms=placed.error_ms,
            width=shot.width,
            height=shot.height,
            cut=placed.cut,
            picture=shot.picture,
        )

    def _place(self, shot: Shot) -> Placed:
        self._timeline, placed = timeline.place(
            self._timeline, pts_s=shot.pts_s, arrived=self._clock.now()
        )
        return placed

    def _pace(self, shot: Shot, stream: Stream) -> Placed:
        """Wait until the frame is due; its time is the due time, not the moment at which the wait ended."""
        reel = self._reel or Reel(frame_s=1 / stream.rate)
        self._reel, media_s, cut = timeline.roll(reel, pts_s=shot.pts_s)
        media_us = round(media_s * SECOND_US)
        anchor = self._anchor
        if (
            anchor is None
            or (self._clock.instant() - anchor.instant - media_us) / SECOND_US > LATE_S_MAX
        ):
            anchor = _Anchor(
                at=Timestamp(self._clock.now() - media_us),
                instant=Instant(self._clock.instant() - media_us),
            )
            self._anchor, cut = anchor, True
        wait_s = (anchor.instant + media_us - self._clock.instant()) / SECOND_US
        if wait_s > 0:
            self._stop.wait(wait_s)
        return Placed(at=Timestamp(anchor.at + media_us), error_ms=0.0, cut=cut)

    def _begin_again(self) -> bool:
        """A file came to its end: wind back when it loops, else say that it ended."""
        if self._reel is None:
            self._lost(f"{self._address} holds no picture. Name another file.", "not_a_video")
            return True
        if self._loop:
            self._reel = timeline.rewind(self._reel)
            return True
        self._ended = True
        self._watch.lose("ended")
        self._slot.wake()
        return False

    def _lost(self, trouble: str, code: str = "signal_loss") -> None:
        if trouble != self._trouble:
            log.warning("%s: %s", self._source, trouble)
        self._trouble = trouble
        self._watch.lose(code)
        if self._reel is not None:
            self._reel = timeline.rewind(self._reel)
        self._timeline = Timeline(kind=self._timeline.kind, last=self._timeline.last)


def backoff_s(failures: int, chance: int) -> float:
    """How long to wait before the next try: doubling up to `BACKOFF_S_MAX`, of which a random half is left out so that cameras do not knock together."""
    full = min(BACKOFF_S_MAX, BACKOFF_S_MIN * 2 ** min(failures, 8))
    return full * (0.5 + 0.5 * (chance % 1000) / 1000)
