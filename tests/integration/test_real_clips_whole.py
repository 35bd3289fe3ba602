"""No picture of a sound recording is called damaged: real footage, where it is there."""

import pytest

from street_agent.capture.libav.stream import DecodedFrame, open_stream

CLIPS = {
    "vtest.avi": 795,
    "bikes.mp4": 250,
    "intel-person-bicycle-car-detection.mp4": 459,
}


@pytest.mark.parametrize("name", CLIPS)
def test_every_picture_of_a_sound_clip_is_whole(shared_data, name):
    with open_stream(str(shared_data / "clips" / name)) as stream:
        frames = list(stream.frames())
    assert len(frames) == CLIPS[name]
    assert all(isinstance(frame, DecodedFrame) for frame in frames)
