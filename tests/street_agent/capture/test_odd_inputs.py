"""Odd inputs: each is either seen or said not to be seen. What is given to be looked at always
shows the street as it was; where that cannot be, the camera is blind or degraded, because."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import odd_videos
import pytest
from odd_videos import HEIGHT, WIDTH, encode, flip_bytes, lose_packets, mark_at, mark_of, street

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import SourceId
from citybrain.vocabulary import Visibility
from street_agent.capture.stepped import SteppedCamera

START = Timestamp(1_750_000_000 * SECOND_US)
FRAMES = 150  # six seconds


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What became of an odd input: the picture numbers that were looked at, by their times."""

    looks: dict[int, int]  # number -> where the mark was seen
    damaged: int
    reasons: tuple[str, ...]
    blind_s: float


def see(path: Path) -> Seen:
    camera = SteppedCamera(source=SourceId("cam"), address=str(path), start_at=START)
    camera.start()
    looks, after = {}, 0
    while (frame := camera.latest(after)) is not None:
        after = frame.seq
        number = round((frame.captured_at - START) / SECOND_US * odd_videos.FPS)
        looks[number] = mark_of(frame.picture.grey(WIDTH, HEIGHT))
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
