"""A collector of OpenTelemetry exports over HTTP, as a city's monitoring would run one: keeps the
last posts, for tests to read."""

import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

POSTS_KEPT = 5_000


class OtlpCollector(ThreadingHTTPServer):
    """Use as a context manager; `endpoint` is what OTEL_EXPORTER_OTLP_ENDPOINT wants."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self._kept = deque(maxlen=POSTS_KEPT)
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.server_port}"

    def keep(self, path, body):
        self._kept.append((path, body))

    def posts(self):
        """(path, body) of everything posted so far."""
        return list(self._kept)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
        self._thread.join(10)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.keep(self.path, self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass
