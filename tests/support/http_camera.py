"""A real camera of the network for a test: answers each request with bytes, piece by piece, as
fast as it is told to, over HTTP."""

import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MULTIPART = "multipart/x-mixed-replace; boundary=b"


def part(jpeg: bytes) -> bytes:
    """One picture of Motion JPEG over HTTP."""
    return b"--b\r\n" + headed(jpeg)


def headed(jpeg: bytes) -> bytes:
    """The same without the line that begins a part, as some cameras send their first one."""
    return b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg) + jpeg + b"\r\n"


class HttpCamera:
    """`pieces()` is what each request gets, `every_s` apart. `asked`: when each request came, by
    `now`. `length`: of the whole answer, where the camera knows it."""

    def __init__(
        self,
        pieces: Callable[[], Iterable[bytes]],
        *,
        content_type: str = MULTIPART,
        every_s: float = 0.0,
        path: str = "/video",
        length: int | None = None,
        now: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.asked: list[float] = []
        outer, self._closed = self, threading.Event()

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(now())
                self.send_response(200)
                self.send_header("Content-Type", content_type)
                if length is not None:
                    self.send_header("Content-Length", str(length))
                self.end_headers()
                try:
                    for piece in pieces():
                        self.wfile.write(piece)
                        if outer._closed.wait(every_s):
                            return
                except OSError:  # the reader went away
                    return

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}{path}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()
