"""Odd inputs: each is either seen or said not to be seen. What is given to be looked at always
shows the street as it was; where that cannot be, the camera is blind or degraded, because."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import odd_videos
import pytest
from odd_videos import (
    HEIGHT,
    WIDTH,
    encode,
    flip_bytes,
    lose_packets,
    mark_at,
    mark_of,
    reshaped,
    street,
)

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import SourceId
from citybrain.vocabulary import Visibility
from street_agent.capture.geometry import AS_SENT, Geometry
from street_agent.capture.stepped import SteppedCamera

START = Timestamp(1_750_000_000 * SECOND_US)
FRAMES = 150  # six seconds


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What became of an odd input: the picture numbers that were looked at, by their times."""

    looks: dict[int, int]  # number -> where the mark was seen
    sizes: dict[tuple[int, int], int]  # of the pictures -> how many there were
    cuts: list[int]  # the picture numbers at which motion means nothing
    damaged: int
    reasons: tuple[str, ...]
    blind_s: float


def see(path: Path, geometry: Geometry = AS_SENT) -> Seen:
    camera = SteppedCamera(
        source=SourceId("cam"), address=str(path), start_at=START, geometry=geometry
    )
    camera.start()
    looks, sizes, cuts, after = {}, Counter(), [], 0
    while (frame := camera.latest(after)) is not None:
        after = frame.seq
        number = round((frame.captured_at - START) / SECOND_US * odd_videos.FPS)
        looks[number] = mark_of(frame.picture.grey(WIDTH, HEIGHT))
        sizes[frame.width, frame.height] += 1
        cuts += [number] if frame.discontinuity else []
        camera.release(frame.seq, used=True)
    counts, changes = camera.frame_counts(), camera.take_changes()
    camera.stop()
    assert counts.captured == counts.used + counts.dropped + counts.damaged
    spans = zip(changes, [*changes[1:], None], strict=True)
    blind_us = sum(
        (after.since if after else camera.clock.now()) - one.since
        for one, after in spans
        if one.visibility is Visibility.BLIND and one.reason != "ended"
    )
    return Seen(
        looks=looks,
        sizes=dict(sizes),
        cuts=cuts,
        damaged=counts.damaged,
        reasons=tuple(one.reason for one in changes),
        blind_s=blind_us / SECOND_US,
    )


def clean(folder: Path, *, codec="libx264", name="street.ts", gop=10, **options) -> Path:
    pictures = [street(i) for i in range(FRAMES)]
    return encode(folder / name, pictures, codec=codec, gop=gop, **options)


def false_looks(seen: Seen) -> dict[int, tuple[int, int]]:
    """Pictures that show the street as it was not: what was there, and what was seen."""
    return {
        number: (mark_at(number), at)
        for number, at in seen.looks.items()
        if abs(at - mark_at(number)) > 2
    }


SOUND: dict[str, Callable[[Path], Path]] = {
    "H.264 in a transport stream": clean,
    "H.265 with frames out of order": lambda at: clean(at, codec="libx265"),
    "MPEG-2": lambda at: clean(at, codec="mpeg2video"),
    "MPEG-4 in an AVI": lambda at: clean(at, codec="mpeg4", name="street.avi"),
    "Motion JPEG": lambda at: clean(at, codec="mjpeg", name="street.avi"),
    "H.264 with a key frame each six seconds": lambda at: clean(at, gop=150),
}


@pytest.mark.parametrize("made", SOUND.values(), ids=SOUND)
def test_a_sound_input_is_seen_whole_and_nothing_of_it_is_called_damaged(tmp_path, made):
    seen = see(made(tmp_path))
    assert seen.damaged == 0
    assert len(seen.looks) == FRAMES
    assert false_looks(seen) == {}
    assert seen.reasons == ("signal_loss", "", "ended")


HOPELESS: dict[str, Callable[[Path], Path]] = {
    "5 % of H.264's packets lost": lambda at: lose_packets(clean(at), 0.05),
    "5 % of H.265's packets lost": lambda at: lose_packets(clean(at, codec="libx265"), 0.05),
    "20 % of MPEG-2's packets lost": lambda at: lose_packets(clean(at, codec="mpeg2video"), 0.2),
    "1 % lost, one key frame": lambda at: lose_packets(clean(at, gop=150), 0.01),
}


@pytest.mark.parametrize("made", HOPELESS.values(), ids=HOPELESS)
def test_where_hardly_a_picture_arrives_whole_the_camera_is_blind(tmp_path, made):
    seen = see(made(tmp_path))
    assert false_looks(seen) == {}
    assert seen.damaged > FRAMES // 2
    assert "picture_damaged" in seen.reasons
    assert seen.blind_s > 2


DAMAGED: dict[str, Callable[[Path], Path]] = {
    "a worn card, MPEG-4": lambda at: flip_bytes(clean(at, codec="mpeg4", name="street.avi"), 12),
    "a worn card, H.264": lambda at: flip_bytes(clean(at, name="street.mp4"), 12),
    "0.3 % of H.264's packets lost": lambda at: lose_packets(clean(at), 0.003),
    "0.3 % of H.265's packets lost": lambda at: lose_packets(clean(at, codec="libx265"), 0.003),
}


@pytest.mark.parametrize("made", DAMAGED.values(), ids=DAMAGED)
def test_what_arrives_whole_between_damaged_pictures_is_seen(tmp_path, made):
    seen = see(made(tmp_path))
    assert false_looks(seen) == {}
    assert seen.damaged > 0
    assert len(seen.looks) > FRAMES // 4


def test_a_link_that_is_bad_for_two_seconds_is_blind_for_as_long_and_recovers(tmp_path):
    seen = see(lose_packets(clean(tmp_path), 0.3, begin=0.3, end=0.65))
    assert false_looks(seen) == {}
    assert [one for one in seen.reasons if one != "often_damaged"] == [
        "signal_loss",
        "",
        "picture_damaged",
        "",
        "ended",
    ]
    assert 1.5 < seen.blind_s < 4.5
    assert min(seen.looks) == 0
    assert max(seen.looks) == FRAMES - 1


def laid(folder: Path, *, quarters: int, **options) -> Path:
    """The street as a camera records it that hangs turned by so many quarters counterclockwise."""
    turned = [np.rot90(street(i), quarters) for i in range(FRAMES)]
    return encode(folder / "turned.mp4", turned, codec="mpeg4", **options)


def squeezed(folder: Path, *, name="squeezed.mp4", **options) -> Path:
    """The street with pixels that are twice as wide as high, as analogue cameras have them."""
    narrow = [street(i)[:, ::2] for i in range(FRAMES)]
    return encode(folder / name, narrow, codec="mpeg4", **options)


UPRIGHT: dict[str, tuple[Callable[[Path], Path], Geometry]] = {
    "hangs on its left side and says so": (lambda at: laid(at, quarters=1, rotation=-90), AS_SENT),
    "hangs on its right side and says so": (lambda at: laid(at, quarters=3, rotation=90), AS_SENT),
    "hangs upside down and says so": (lambda at: laid(at, quarters=2, rotation=180), AS_SENT),
    "hangs on its side and says nothing": (
        lambda at: laid(at, quarters=1),
        Geometry(rotate_deg=90),
    ),
    "says the wrong thing": (
        lambda at: laid(at, quarters=2, rotation=90),
        Geometry(rotate_deg=180),
    ),
    "says what is not so": (lambda at: laid(at, quarters=0, rotation=90), Geometry(rotate_deg=0)),
    "wide pixels, said": (lambda at: squeezed(at, pixel_shape=Fraction(2, 1)), AS_SENT),
    "wide pixels, said in the codec alone": (
        lambda at: squeezed(at, pixel_shape=Fraction(2, 1), name="squeezed.avi"),
        AS_SENT,
    ),
    "wide pixels, not said": (squeezed, Geometry(aspect=16 / 9)),
    "pixels of an impossible shape": (
        lambda at: clean(at, codec="mpeg4", name="street.mp4", pixel_shape=Fraction(1, 50)),
        AS_SENT,
    ),
}


@pytest.mark.parametrize(("made", "geometry"), UPRIGHT.values(), ids=UPRIGHT)
def test_every_picture_is_seen_upright_and_in_its_own_shape(tmp_path, made, geometry):
    seen = see(made(tmp_path), geometry)
    assert seen.sizes == {(WIDTH, HEIGHT): FRAMES}
    assert false_looks(seen) == {}
    assert seen.cuts == [0]


def test_a_camera_that_changes_its_shape_in_mid_stream_is_cut_there_and_seen_on(tmp_path):
    seen = see(reshaped(tmp_path, FRAMES))
    assert seen.sizes[WIDTH // 2, HEIGHT] == FRAMES // 2
    assert seen.cuts == [0, FRAMES // 2]
    assert len(seen.looks) + seen.damaged == FRAMES
    assert seen.damaged <= 2, "those at the seam"
