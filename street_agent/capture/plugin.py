"""A camera whose pictures come from an installed package, in a thread of its own. Begins again for
ever when the package fails.
"""

from collections.abc import Callable

from citybrain.clock import Clock, Timestamp
from citybrain.ids import IdSource, SourceId
from street_agent.capture.frame import Frame
from street_agent.capture.geometry import AS_SENT, Geometry, Shape, shape_of
from street_agent.capture.latest_frame import LatestFrame
from street_agent.capture.libav.pictures import PictureMaker
from street_agent.capture.port import CameraVisibility, FrameCounts
from street_agent.capture.visibility_monitor import VisibilityMonitor
from street_agent.plugins.checks import checked_picture
from street_agent.plugins.port import ArrayPicture, MakeReader, SourceReader
from street_agent.plugins.probe import first_given
from street_agent.plugins.supervised_source import PLUGIN, USUAL_PAUSES, Pauses, SupervisedSource


class PluginCamera:
    """`port.Camera` over a package's object."""

    ended = False

    def __init__(
        self,
        *,
        source: SourceId,
        make: MakeReader[ArrayPicture],
        clock: Clock,
        ids: IdSource,
        geometry: Geometry = AS_SENT,
        count_fault: Callable[[], None] = lambda: None,
        pauses: Pauses = USUAL_PAUSES,
    ) -> None:
        self._source, self._make, self._clock = source, make, clock
        self._count_fault = count_fault
        self._mailbox, self._monitor = LatestFrame(), VisibilityMonitor(clock)
        self._pictures, self._geometry = PictureMaker(), geometry
        self._shape: Shape | None = None  # of the last picture
        self._seq = 0
        self._last_at: Timestamp | None = None
        self._is_new = True  # no picture since the object was made
        self._thread = SupervisedSource(
            source,
            self._made_anew,
            take=self._take,
            report_fault=self._report_fault,
            clock=clock,
            ids=ids,
            pauses=pauses,
        )

    @property
    def source(self) -> SourceId:
        return self._source

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
        return self._thread.last_error

    def stop(self) -> None:
        self._thread.ask_to_stop()
        self._mailbox.close()
        self._thread.stop()

    def _made_anew(self) -> SourceReader[ArrayPicture]:
        self._is_new = True
        return self._make()

    def _take(self, given: ArrayPicture) -> None:
        now = self._clock.now()
        checked = checked_picture(given, now)
        at = checked.at if checked.at is not None else now
        if self._last_at is not None and at <= self._last_at:
            return
        self._seq += 1
        shape = _shape(self._geometry, checked)
        was_reshaped, self._shape = self._shape not in (None, shape), shape
        frame = _frame(
            self._source,
            checked,
            shape,
            at=at,
            seq=self._seq,
            discontinuity=self._is_new or was_reshaped,
            pictures=self._pictures,
        )
        self._last_at, self._is_new = at, False
        self._monitor.observe(frame)
        self._mailbox.put(frame)

    def _report_fault(self, _: str) -> None:
        self._count_fault()
        self._monitor.report_lost(PLUGIN)


def first_frame(
    source: SourceId,
    make: MakeReader[ArrayPicture],
    clock: Clock,
    geometry: Geometry = AS_SENT,
) -> Frame:
    """The first picture that a package's camera gives. Raises `PluginError`."""
    given = first_given(make, clock)
    now = clock.now()
    checked = checked_picture(given, now)
    at = checked.at if checked.at is not None else now
    shape, pictures = _shape(geometry, checked), PictureMaker()
    return _frame(source, checked, shape, at=at, seq=1, discontinuity=True, pictures=pictures)


def _shape(geometry: Geometry, picture: ArrayPicture) -> Shape:
    height, width, _ = picture.pixels.shape
    return shape_of(geometry, width=width, height=height)


def _frame(
    source: SourceId,
    picture: ArrayPicture,
    shape: Shape,
    *,
    at: Timestamp,
    seq: int,
    discontinuity: bool,
    pictures: PictureMaker,
) -> Frame:
    return Frame(
        source=source,
        seq=seq,
        captured_at=at,
        error_ms=picture.error_ms,
        width=shape.width,
        height=shape.height,
        discontinuity=discontinuity,
        picture=pictures.from_array(picture.pixels, turn=shape.turn),
    )
