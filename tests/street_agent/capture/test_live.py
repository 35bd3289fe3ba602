"""A camera in real time: paced by its own times, newest frame first, reconnecting for ever, blind
with a reason."""

import itertools
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import pytest
from odd_videos import encode, lose_packets, reshaped, street

from citybrain.clock import SECOND_US
from citybrain.ids import CountingIds, SourceId
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Visibility
from citysim.supervise.tcp_ports import free_ports
from street_agent.capture.live import BACKOFF_S_MAX, LiveCamera, backoff_s

CAM = SourceId("cam-1")


def camera_on(address, **options):
    return LiveCamera(
        source=CAM, address=str(address), clock=SystemClock(), ids=CountingIds(), **options
    )


def take(camera, count, *, deadline_s=20.0):
    """The next `count` frames that a quick consumer gets."""
    clock, taken = SystemClock(), []
    until = clock.instant() + round(deadline_s * SECOND_US)
    while len(taken) < count and clock.instant() < until and not camera.ended:
        frame = camera.latest(taken[-1].seq if taken else 0, wait_s=0.2)
        if frame is not None:
            camera.release(frame.seq, used=True)
            taken.append(frame)
    return taken


def until(predicate, *, deadline_s=15.0):
    """Wait on a condition that only another thread changes, checked twenty times a second."""
    clock, pause = SystemClock(), threading.Event()
    end = clock.instant() + round(deadline_s * SECOND_US)
    while clock.instant() < end:
        if predicate():
            return True
        pause.wait(0.05)
    return False


def test_a_file_is_paced_by_its_own_times(clip):
    clock = SystemClock()
    camera = camera_on(clip, loop=True)
    camera.start()
    frames = take(camera, 30)
    camera.stop()
    steps = [b.captured_at - a.captured_at for a, b in itertools.pairwise(frames)]
    assert all(step % 40_000 < 2 or step % 40_000 > 39_998 for step in steps), (
        "capture times are the file's, not the moments of reading"
    )
    assert frames[-1].captured_at <= clock.now()
    counts = camera.frame_counts()
    assert counts.captured == counts.used + counts.gated + counts.dropped
    assert counts.used == 30


def test_a_looped_file_continues_in_time_and_marks_the_seam(make_clip, street_scene):
    short = make_clip("short.mp4", [street_scene(i) for i in range(8)], fps=40)
    camera = camera_on(short, loop=True)
    camera.start()
    frames = take(camera, 30)
    camera.stop()
    assert all(
        a.captured_at < b.captured_at and a.seq < b.seq for a, b in itertools.pairwise(frames)
    )
    seams = {f.seq for f in frames if f.discontinuity}
    assert seams <= {1 + 8 * i for i in range(10)}
    assert len(seams) >= 2


def test_a_slow_consumer_gets_the_newest_frame_and_the_others_are_counted(clip):
    camera = camera_on(clip)
    camera.start()
    assert until(lambda: camera.frame_counts().dropped >= 10)
    frame = camera.latest(0)
    assert frame.seq >= 11
    camera.release(frame.seq, used=True)
    assert until(lambda: camera.ended)
    camera.stop()
    counts = camera.frame_counts()
    assert counts.captured == 40 == counts.used + counts.dropped
    assert counts.used == 1


def test_the_end_of_a_file_is_reported_and_ends_the_waiting(clip):
    camera = camera_on(clip)
    camera.start()
    frames = take(camera, 1000)
    assert camera.ended
    assert camera.latest(frames[-1].seq) is None
    assert (camera.visibility().visibility, camera.visibility().reason) == (
        Visibility.BLIND,
        "ended",
    )
    camera.stop()


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "no_source"), (b"no video at all" * 50, "not_a_video")]
)
def test_a_source_that_cannot_be_opened_is_blind_with_a_reason_and_tried_for_ever(
    tmp_path, clip, content, reason
):
    path = tmp_path / "late.mp4"
    if content:
        path.write_bytes(content)
    camera = camera_on(path, loop=True)
    camera.start()
    assert until(lambda: "late.mp4" in camera.last_error())
    assert camera.visibility().reason == reason
    made = tmp_path / "made.mp4"
    made.write_bytes(clip.read_bytes())
    made.replace(path)
    assert take(camera, 1), "somebody put the file there: it continues by itself"
    assert camera.last_error() == ""
    assert camera.visibility().visibility == Visibility.OBSERVED
    camera.stop()


@pytest.mark.slow
def test_a_frozen_picture_is_reported(make_clip, street_scene):
    still = make_clip("still.mp4", [street_scene(i) for i in range(15)] + [street_scene(15)] * 75)
    camera = camera_on(still)
    camera.start()
    assert until(lambda: camera.ended)
    camera.stop()
    assert [c.reason for c in camera.take_changes()] == ["signal_loss", "", "frozen", "ended"]


def test_stopping_leaves_no_thread_and_no_descriptor(clip):
    descriptors, threads = Path("/proc/self/fd"), threading.active_count()
    camera_on(clip).stop()  # never started: nothing to stop
    before = len(list(descriptors.iterdir()))
    for _ in range(5):
        camera = camera_on(clip, loop=True)
        camera.start()
        assert take(camera, 1)
        camera.stop()
        camera.stop()
        assert camera.latest(0) is None
    assert threading.active_count() == threads
    assert len(list(descriptors.iterdir())) <= before + 1


def test_the_backoff_grows_to_a_bound_and_differs_between_cameras():
    pauses = [
        backoff_s(failures, chance) for failures in range(12) for chance in range(0, 1000, 37)
    ]
    assert max(pauses) <= BACKOFF_S_MAX
    assert min(pauses) >= 0.125
    assert len({backoff_s(5, chance) for chance in range(100)}) == 100


class NetworkCamera:
    """A real network camera for the test: sends an MPEG transport stream over HTTP, can fall silent
    or disconnect."""

    def __init__(self, payload: bytes) -> None:
        self.silent, self.closed, self.served = threading.Event(), threading.Event(), 0
        outer, pause = self, threading.Event()

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.served += 1
                self.send_response(200)
                self.end_headers()
                try:
                    for at in range(0, len(payload), 2048):
                        while outer.silent.is_set() and not outer.closed.is_set():
                            pause.wait(0.02)
                        self.wfile.write(payload[at : at + 2048])
                        pause.wait(0.02)
                except OSError:
                    pass

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}/live.ts"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def network_camera(tmp_path, street_scene):
    path = tmp_path / "live.ts"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate, stream.gop_size = (
            192,
            108,
            "yuv420p",
            1_000_000,
            5,
        )
        for i in range(80):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(street_scene(i), format="gray")))
        container.mux(stream.encode())
    with closing(NetworkCamera(path.read_bytes())) as serving:
        yield serving


def test_a_silent_network_camera_is_noticed_within_two_seconds_and_recovers(
    network_camera,
):
    clock, camera = SystemClock(), camera_on(network_camera.address)
    camera.start()
    assert take(camera, 5)
    camera.take_changes()
    network_camera.silent.set()
    begun = clock.instant()
    assert until(lambda: camera.visibility().reason == "signal_loss")
    assert (clock.instant() - begun) / SECOND_US <= 2.2
    network_camera.silent.clear()
    assert until(lambda: camera.visibility().visibility == Visibility.OBSERVED)
    assert [c.reason for c in camera.take_changes()][:2] == ["signal_loss", ""]
    camera.stop()


def test_a_network_camera_that_changes_its_shape_is_cut_there(tmp_path):
    with closing(NetworkCamera(reshaped(tmp_path, 60).read_bytes())) as serving:
        camera = camera_on(serving.address)
        camera.start()
        frames = take(camera, 1)
        assert until(
            lambda: _append(frames, camera.latest(frames[-1].seq)) and frames[-1].width == 96
        )
        camera.stop()
    assert frames[-1].discontinuity
    assert not any(frame.discontinuity for frame in frames[1:-1])


def test_a_network_camera_that_loses_packets_is_blind_because_pictures_are_damaged(tmp_path):
    sent = encode(tmp_path / "street.ts", [street(i) for i in range(100)], codec="mpeg2video")
    with closing(NetworkCamera(lose_packets(sent, 0.2).read_bytes())) as serving:
        camera = camera_on(serving.address)
        camera.start()
        assert until(lambda: camera.visibility().reason == "picture_damaged")
        counts = camera.frame_counts()
        camera.stop()
    assert counts.damaged > 10
    assert counts.captured == counts.dropped + counts.damaged


@pytest.mark.slow
def test_a_network_camera_that_disconnects_is_reconnected_with_a_discontinuity(network_camera):
    camera = camera_on(network_camera.address)
    camera.start()
    frames = take(camera, 1)
    assert until(
        lambda: (
            _append(frames, camera.latest(0)) and frames[-1].discontinuity and frames[-1].seq > 1
        )
    )
    camera.stop()
    assert network_camera.served >= 2
    times = [f.captured_at for f in frames]
    assert times == sorted(times)
    assert all(f.error_ms > 0 for f in frames), (
        "a network camera's times have a bound, not a promise"
    )


def _append(frames, frame):
    frames.extend([frame] if frame else [])
    return bool(frame)


def test_an_address_where_nobody_listens_is_an_error_and_no_crash():
    camera = camera_on(f"http://127.0.0.1:{free_ports(1)[0]}/none")
    camera.start()
    assert until(lambda: "cannot be opened" in camera.last_error())
    assert camera.visibility().reason == "signal_loss"
    camera.stop()
