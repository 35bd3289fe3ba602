"""Opening a source: errors with their cure, and pictures in the requested shape."""

import numpy as np
import pytest
from odd_videos import cover_art, jpegs

from street_agent.capture.libav.address import is_file, redacted
from street_agent.capture.libav.stream import open_stream
from street_agent.errors import CameraError, NotAVideoError, SourceNotFoundError


def test_a_file_gives_all_its_frames_with_their_times(clip):
    with open_stream(str(clip)) as stream:
        frames = list(stream.frames())
        assert stream.rate == 25
    assert len(frames) == 40
    assert [frame.pts_s for frame in frames] == pytest.approx([i / 25 for i in range(40)])
    assert (frames[0].shape.width, frames[0].shape.height) == (192, 108)


def test_a_picture_is_scaled_and_coloured_as_asked(clip):
    with open_stream(str(clip)) as stream:
        picture = next(stream.frames()).picture
        assert picture.bgr(100, 50).shape == (50, 100, 3)
        assert picture.grey(160, 90).shape == (90, 160)
        full = picture.bgr(192, 108)
    assert full[40:70, 2:10].mean() > 200, "the bright thing of the first frame is at the left"
    assert abs(float(full[:, :, 0].mean()) - float(full[:, :, 2].mean())) < 3, "grey stays grey"


def test_blue_comes_first(tmp_path):
    import av

    path = tmp_path / "blue.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        blue = np.zeros((64, 64, 3), np.uint8)
        blue[:, :, 0] = 255
        for packet in [
            *stream.encode(av.VideoFrame.from_ndarray(blue, format="bgr24")),
            *stream.encode(),
        ]:
            container.mux(packet)
    with open_stream(str(path)) as stream:
        pixel = next(stream.frames()).picture.bgr(64, 64)[32, 32]
    assert pixel[0] > 200
    assert pixel[2] < 60


def test_pixels_stay_as_they_are_when_the_next_picture_is_converted(clip):
    with open_stream(str(clip)) as stream:
        decoded = stream.frames()
        first = next(decoded).picture.grey(160, 90)
        copy = first.copy()
        next(decoded).picture.grey(160, 90)
    assert (first == copy).all()


def test_a_missing_file_is_named_with_the_place_that_was_searched(tmp_path):
    with (
        pytest.raises(
            SourceNotFoundError,
            match=r"there is no file .*nowhere\.avi .*Correct the camera's `source`",
        ),
        open_stream(str(tmp_path / "nowhere.avi")),
    ):
        pass


def test_a_missing_device_is_named_with_the_cure():
    with (
        pytest.raises(SourceNotFoundError, match="no device /dev/video97"),
        open_stream("/dev/video97"),
    ):
        pass


def test_a_file_that_is_no_video_is_named(tmp_path):
    path = tmp_path / "notes.avi"
    path.write_text("these are notes, " * 100)
    with (
        pytest.raises(NotAVideoError, match="is not a video that can be read"),
        open_stream(str(path)),
    ):
        pass


def test_a_file_with_sound_alone_is_no_video(tmp_path):
    import wave

    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(8000))
    with pytest.raises(NotAVideoError, match="holds no video stream"), open_stream(str(path)):
        pass


def test_the_cover_of_a_song_is_no_camera(tmp_path):
    song = cover_art(tmp_path / "song.mp3", jpegs(1)[0])
    with (
        pytest.raises(NotAVideoError, match="a still picture alone"),
        open_stream(str(song)),
    ):
        pass


def test_the_error_of_a_silent_address_says_that_it_is_tried_again():
    with pytest.raises(CameraError, match="tried again"), open_stream("http://127.0.0.1:9/none"):
        pass


def test_a_truncated_file_gives_the_frames_it_has(make_clip, street_scene, tmp_path):
    whole = make_clip("whole.avi", [street_scene(i) for i in range(40)]).read_bytes()
    half = tmp_path / "half.avi"
    half.write_bytes(whole[: len(whole) // 2])
    with open_stream(str(half)) as stream:
        assert 5 < len(list(stream.frames())) < 40


def test_a_damaged_stretch_costs_some_frames_and_not_the_camera(make_clip, street_scene, tmp_path):
    damaged = bytearray(make_clip("good.avi", [street_scene(i) for i in range(40)]).read_bytes())
    middle = len(damaged) // 2
    damaged[middle : middle + 3000] = bytes(3000)
    path = tmp_path / "damaged.avi"
    path.write_bytes(damaged)
    with open_stream(str(path)) as stream:
        assert 25 < len(list(stream.frames())) <= 40


@pytest.mark.parametrize(
    ("address", "file"),
    [("a/b.mp4", True), ("rtsp://cam/1", False), ("http://cam/1", False), ("/dev/video0", False)],
)
def test_only_files_are_recordings(address, file):
    assert is_file(address) is file


def test_a_password_in_an_address_is_redacted():
    assert redacted("rtsp://admin:s3cret@10.0.0.7:554/main") == "rtsp://admin:***@10.0.0.7:554/main"
    assert redacted("rtsp://10.0.0.7/main:1") == "rtsp://10.0.0.7/main:1"
    with pytest.raises(CameraError) as raised, open_stream("rtsp://admin:s3cret@127.0.0.1:1/main"):
        pass
    assert "s3cret" not in str(raised.value)
    assert "127.0.0.1:1/main" in str(raised.value)
