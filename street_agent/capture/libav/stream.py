"""An open source and its frames, decoded, with those left out that were damaged on their way. Knows
neither time nor the camera's thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

import av.error
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from citybrain.structs import Struct
from street_agent.capture.frame import Picture
from street_agent.capture.geometry import AS_SENT, Geometry, Shape, shape_of
from street_agent.capture.libav import damage
from street_agent.capture.libav.address import is_file, redacted
from street_agent.capture.libav.damage import DamageState, JpegEnds, Verdict
from street_agent.capture.libav.opening import is_untimed, open_container, read_timeout
from street_agent.capture.libav.pictures import AvPicture, ScalerCache
from street_agent.errors import CameraError, NotAVideoError, PictureDamagedError

# In a row, before the stream is opened anew: so many with key frames among them, or more without.
BROKEN_PACKETS_MAX, BROKEN_WITHOUT_KEYS_MAX = 50, 500
# Damaged frames in a row, without a key frame that would end it: a live stream is opened anew; most
# cameras begin with one.
DAMAGED_MAX = 250
STILLS = Disposition.attached_pic | Disposition.timed_thumbnails
# Decoders that show a picture with parts of another one and do not say so, unless they are told to
# refuse what is not whole.
STRICT_CODECS = frozenset({"hevc"})


class DecodedFrame(Struct, frozen=True, kw_only=True, eq=False):
    """One decoded frame with the stream's own time (seconds; None when the stream gives none)."""

    pts_s: float | None
    picture: Picture
    shape: Shape
    sent_width: int  # pixels, before the picture is turned and its pixels made square
    sent_height: int


class DamagedFrame(Struct, frozen=True, kw_only=True):
    """A frame that arrived damaged, or builds on one that did: nothing to look at."""

    pts_s: float | None


class Stream:
    """An open source. `rate` is the frame rate that it declares (25 when it declares none). Times
    that libav makes up for a live source, one frame after another at 25 a second, are left out."""

    def __init__(
        self,
        container: InputContainer,
        address: str,
        geometry: Geometry = AS_SENT,
        jpeg_ends: JpegEnds | None = None,
    ) -> None:
        self._container, self._address, self._geometry = container, address, geometry
        self._video = _moving_pictures(container, address)
        codec = self._video.codec_context
        codec.thread_count = 1
        codec.copy_opaque = True  # a frame has the number of its packet
        if codec.name in STRICT_CODECS:
            codec.options = {"err_detect": "explode"}
        declared: Fraction | None = self._video.average_rate or self._video.guessed_rate
        self.rate = float(declared) if declared else 25.0
        self._is_untimed = not is_file(address) and is_untimed(container)
        self._scalers = ScalerCache()
        self._damage, self._damaged_without_key = DamageState(), 0
        self._was_corrupt = False
        self._jpeg_ends = (jpeg_ends or JpegEnds()) if codec.name == "mjpeg" else None

    @property
    def is_untimed(self) -> bool:
        """Does it come with no times of its own?"""
        return self._is_untimed

    def frames(self) -> Iterator[DecodedFrame | DamagedFrame]:
        """Frames until the end of a file. Raises `CameraError` when the source breaks off."""
        broken, broken_keys = 0, 0
        try:
            for number, packet in enumerate(self._container.demux(self._video)):
                if packet.size == 0 and not is_file(self._address):
                    break  # what the decoder still holds when a live source breaks off is old
                packet.opaque = number
                is_damaged = self._is_corrupt(packet) or self._is_cut_off(packet)
                decoded, error_text = _decode(packet)
                if is_damaged or error_text is not None:
                    self._damage = damage.packet_damaged(self._damage, number)
                    yield DamagedFrame(pts_s=self._seconds(packet))
                broken = 0 if error_text is None else broken + 1
                broken_keys = broken_keys + (packet.is_keyframe and not is_damaged) if broken else 0
                if broken > (BROKEN_PACKETS_MAX if broken_keys else BROKEN_WITHOUT_KEYS_MAX):
                    raise CameraError(
                        f"{redacted(self._address)}: {broken} packets in a row cannot be decoded"
                        f" ({error_text}). Check the camera's codec."
                    )
                self._check_keys()
                for frame in decoded:
                    yield from self._judged(frame, number)
        except av.error.ExitError as error:  # libav's name for: our time limit ended the read
            raise read_timeout(self._address) from error
        except av.error.FFmpegError as error:
            raise CameraError(
                f"{redacted(self._address)} broke off: {error.strerror}. It is opened again."
            ) from error

    def _check_keys(self) -> None:
        """A stream without key frames (it refreshes a stripe at a time) stays damaged for ever once
        it is. What a packet says of itself is no help: such a stream's say that they are keys."""
        is_damaged = self._damage.first is not None
        self._damaged_without_key = self._damaged_without_key + 1 if is_damaged else 0
        if self._damaged_without_key > DAMAGED_MAX and not is_file(self._address):
            raise PictureDamagedError(
                f"{redacted(self._address)} arrives damaged, and no key frame comes that would mend"
                " it. It is opened again; set the camera's key frame (I-frame) interval to two"
                " seconds or less."
            )

    def _is_corrupt(self, packet: "Packet[VideoStream]") -> bool:
        """Was a part of it lost? What is lost between two packets is flagged on the first alone."""
        was_corrupt, self._was_corrupt = self._was_corrupt, packet.is_corrupt
        return packet.size > 0 and (was_corrupt or packet.is_corrupt)

    def _is_cut_off(self, packet: "Packet[VideoStream]") -> bool:
        return (
            self._jpeg_ends is not None
            and packet.size > 0
            and self._jpeg_ends.is_cut_off(bytes(packet))
        )

    def _judged(self, frame: VideoFrame, newest: int) -> Iterator[DecodedFrame | DamagedFrame]:
        """The frame, if nothing was wrong with it; `newest`: the number of the last packet."""
        number = frame.opaque if isinstance(frame.opaque, int) else newest
        self._damage, verdict = damage.frame_decoded(
            self._damage, number, is_key=frame.key_frame, is_corrupt=frame.is_corrupt
        )
        pts_s = self._seconds(frame)
        if frame.key_frame:
            self._damaged_without_key = 0
        if verdict is Verdict.DAMAGED:
            yield DamagedFrame(pts_s=pts_s)
        elif verdict is Verdict.WHOLE:
            shape = self._shape(frame)
            picture = AvPicture(frame, self._scalers, turn=shape.turn)
            yield DecodedFrame(
                pts_s=pts_s,
                picture=picture,
                shape=shape,
                sent_width=frame.width,
                sent_height=frame.height,
            )

    def _shape(self, frame: VideoFrame) -> Shape:
        # the decoder's is of this frame, the container's of the first
        declared = self._video.codec_context.sample_aspect_ratio or self._video.sample_aspect_ratio
        return shape_of(
            self._geometry,
            width=frame.width,
            height=frame.height,
            pixel_shape=float(declared) if declared else 1.0,
            turn_deg=-frame.rotation,  # libav counts counterclockwise
        )

    def _seconds(self, of: "Packet[VideoStream] | VideoFrame") -> float | None:
        pts, time_base = of.pts, of.time_base
        if pts is None or time_base is None or self._is_untimed:
            return None
        return float(pts * time_base)


def _moving_pictures(container: InputContainer, address: str) -> VideoStream:
    """The first stream that is one: the cover of a song and a preview show no street."""
    found = [one for one in container.streams.video if not one.disposition & STILLS]
    if found:
        return found[0]
    held = "a still picture alone" if container.streams.video else "no video stream"
    raise NotAVideoError(
        f"{redacted(address)} holds {held}. Name a video file or a camera's stream address."
    )


def _decode(packet: "Packet[VideoStream]") -> tuple[list[VideoFrame], str | None]:
    """The packet's frames, or why there are none: a damaged packet is no reason to disconnect."""
    try:
        return packet.decode(), None
    except av.error.EOFError:
        return [], None
    except av.error.FFmpegError as error:
        return [], str(error.strerror)


@contextmanager
def open_stream(
    address: str, geometry: Geometry = AS_SENT, jpeg_ends: JpegEnds | None = None
) -> Iterator[Stream]:
    """Open `address` (rtsp://, http://, /dev/videoN or a file) and close it in the end. `jpeg_ends`
    remembers over several openings. Raises `CameraError` with the cure."""
    container = open_container(address)
    try:
        yield Stream(container, address, geometry, jpeg_ends)
    finally:
        container.close()
