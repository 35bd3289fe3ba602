"""Opens a source once, takes its first whole picture and says how that is sent. For a check at the
terminal; starts no thread."""

from collections.abc import Iterator

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from citybrain.structs import Struct
from street_agent.capture.frame import Frame
from street_agent.capture.geometry import Geometry
from street_agent.capture.libav.address import redacted
from street_agent.capture.libav.stream import DamagedFrame, DecodedFrame, open_stream
from street_agent.errors import CameraError, PictureDamagedError

DAMAGED_MAX = 250  # so many before the first whole one: it is not waited for any longer


class Trial(Struct, frozen=True, kw_only=True, eq=False):
    """The first whole picture, and what is worth knowing of how it came."""

    frame: Frame
    sent_width: int  # pixels, as they are sent
    sent_height: int
    turn: int  # quarters clockwise by which it is turned
    damaged_before: int
    is_untimed: bool = False  # its format has no times: it goes by arrival
    is_snapshot: bool = False  # the address gives one picture each time it is asked


def try_source(source: SourceId, address: str, geometry: Geometry) -> Trial:
    """Raises `CameraError` where it cannot be opened or no whole picture comes."""
    damaged = 0
    with open_stream(address, geometry) as stream:
        pictures = stream.frames()
        for decoded in pictures:
            if not isinstance(decoded, DamagedFrame):
                return Trial(
                    frame=_frame(source, decoded),
                    sent_width=decoded.sent_width,
                    sent_height=decoded.sent_height,
                    turn=decoded.shape.turn,
                    damaged_before=damaged,
                    is_untimed=stream.is_untimed,
                    is_snapshot=stream.is_untimed and not _goes_on(pictures),
                )
            damaged += 1
            if damaged >= DAMAGED_MAX:
                break
    if damaged:
        raise PictureDamagedError(
            f"{redacted(address)} gave {damaged} pictures, and none arrived whole. Look at cable,"
            " radio link and switch between it and the box."
        )
    raise CameraError(f"{redacted(address)} gave no picture. Is it a video?")


def _goes_on(pictures: Iterator[DecodedFrame | DamagedFrame]) -> bool:
    """Does another picture follow? An address of single ones ends, by an error or without."""
    try:
        return next(pictures, None) is not None
    except CameraError:
        return False


def _frame(source: SourceId, decoded: DecodedFrame) -> Frame:
    return Frame(
        source=source,
        seq=1,
        captured_at=Timestamp(0),
        error_ms=0.0,
        width=decoded.shape.width,
        height=decoded.shape.height,
        discontinuity=True,
        picture=decoded.picture,
    )
