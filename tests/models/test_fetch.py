"""The first source that delivers the right bytes wins; a file is in its place only whole and
verified; every failure is explained.
"""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from models.artifact import BuildSource, FileSource, UrlSource
from models.errors import ModelNotFetchedError
from models.fetch import ensure, fetch, fetch_model


class RecordedProgress:
    """A progress that remembers its calls."""

    def __init__(self):
        self.starts, self.sizes, self.summaries, self.failures = [], [], [], []

    def started(self, description, total):
        self.starts.append((description, total))

    def advanced(self, done):
        self.sizes.append(done)

    def finished(self, summary):
        self.summaries.append(summary)

    def failed(self, source, reason):
        self.failures.append((source, reason))


@pytest.fixture
def web(payload):
    """A real web server with a good file, a broken-off one, an endless one and one that never
    answers."""
    released = threading.Event()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/silent":
                released.wait(20)
                return
            if self.path == "/missing":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header(
                "Content-Length", str(len(payload)) if self.path != "/endless" else str(10**9)
            )
            self.end_headers()
            try:
                if self.path == "/endless":
                    for _ in range(1000):
                        self.wfile.write(payload)
                else:
                    self.wfile.write(
                        payload if self.path == "/good" else payload[: len(payload) // 2]
                    )
            except OSError:
                pass

        def log_message(self, *_): ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    released.set()
    server.shutdown()
    server.server_close()


def names_in(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_an_official_address_delivers_with_progress(tmp_path, artifact_from, web, payload):
    progress = RecordedProgress()
    got = fetch(artifact_from(UrlSource(url=f"{web}/good")), tmp_path, progress=progress)
    assert got.path.read_bytes() == payload
    assert got.source == f"{web}/good"
    assert progress.starts[0][1] == len(payload)
    assert progress.sizes[-1] == len(payload)
    assert "sha256 verified" in progress.summaries[0]
    assert names_in(tmp_path) == ["thing.bin"], "nothing is left beside it"


def test_what_is_there_and_right_is_not_fetched_again(tmp_path, artifact_from, payload):
    (tmp_path / "thing.bin").write_bytes(payload)
    assert fetch(artifact_from(), tmp_path).source == ""


def test_what_is_there_and_wrong_is_replaced(tmp_path, artifact_from, web, payload):
    (tmp_path / "thing.bin").write_bytes(b"old")
    assert fetch(artifact_from(UrlSource(url=f"{web}/good")), tmp_path).path.read_bytes() == payload


def test_sources_are_tried_in_order_and_each_failure_is_kept(tmp_path, artifact_from, web, payload):
    downloaded = tmp_path / "downloaded.bin"
    downloaded.write_bytes(payload)
    progress = RecordedProgress()
    sources = (
        UrlSource(url=f"{web}/missing"),
        UrlSource(url=f"{web}/short"),
        UrlSource(url=f"{web}/endless"),
        FileSource(path=downloaded),
    )
    got = fetch(artifact_from(*sources), tmp_path / "into", progress=progress)
    assert got.source == f"file {downloaded}"
    assert [source for source, _ in got.failures] == [
        f"{web}/missing",
        f"{web}/short",
        f"{web}/endless",
    ]
    assert got.failures == tuple(progress.failures)
    assert "404" in got.failures[0][1]
    assert "sends more than the 10240 bytes" in got.failures[2][1]


@pytest.mark.slow
def test_a_source_that_does_not_answer_costs_seconds_and_not_minutes(tmp_path, artifact_from, web):
    with pytest.raises(ModelNotFetchedError, match=r"no answer within 5 s|timed out"):
        fetch(artifact_from(UrlSource(url=f"{web}/silent")), tmp_path)


def test_wrong_bytes_are_not_kept(tmp_path, artifact_from, web):
    with pytest.raises(
        ModelNotFetchedError, match="another version, or damaged on the way"
    ) as caught:
        fetch(artifact_from(UrlSource(url=f"{web}/good"), sha256="0" * 64), tmp_path)
    assert names_in(tmp_path) == []
    assert len(caught.value.failures) == 1


def test_when_nothing_delivers_the_failures_are_listed_with_the_way_out(
    tmp_path, artifact_from, web
):
    with pytest.raises(ModelNotFetchedError) as caught:
        fetch(artifact_from(UrlSource(url="http://127.0.0.1:9/x"), FileSource()), tmp_path)
    output = str(caught.value)
    assert "2 source(s) tried" in output
    assert "1. http://127.0.0.1:9/x: " in output
    assert "name it: `--file PATH`" in output
    assert f"put it at {tmp_path / 'thing.bin'}" in output


def test_an_address_that_is_none_is_explained(tmp_path, artifact_from):
    with pytest.raises(ModelNotFetchedError, match="is no address that can be downloaded"):
        fetch(artifact_from(UrlSource(url="nowhere")), tmp_path)


def test_a_builder_whose_library_is_missing_is_explained(tmp_path, artifact_from):
    with pytest.raises(
        ModelNotFetchedError, match=r"needs no_such_library.*pip install '\.\[models\]'"
    ):
        fetch(artifact_from(BuildSource(builder="no_such_library:build")), tmp_path)


def test_a_model_is_fetched_by_its_card_and_a_brought_file_is_held_to_it(cache, tmp_path):
    assert fetch_model("tiny").path == cache / "models" / "tiny.onnx"
    wrong = tmp_path / "picodet.onnx"
    wrong.write_bytes(b"something else")
    with pytest.raises(ModelNotFetchedError, match="expected 72269b1d"):
        fetch_model("picodet-s", file=wrong)


def test_of_several_models_the_one_that_is_here_wins_without_asking_anybody(cache):
    fetch_model("tiny")
    assert ensure(["yolox-nano", "tiny"]) == "tiny"


def test_of_several_models_the_first_that_can_be_had_is_taken(cache, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert ensure(["picodet-s", "tiny"]) == "tiny"
    assert names_in(cache / "models") == ["tiny.onnx"]


def test_when_no_model_can_be_had_every_failure_of_every_one_is_listed(cache):
    with pytest.raises(ModelNotFetchedError, match="picodet-s could not be fetched; 1 source"):
        ensure(["picodet-s"])
