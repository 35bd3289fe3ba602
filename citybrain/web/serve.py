"""Serves a console inside a running loop: no signal handlers, no sys.exit, the bound port known, a
graceful stop. Not an app.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

import uvicorn
from starlette.applications import Starlette

from citybrain.errors import CityBrainError
from citybrain.web import limits
from citybrain.web.admission.admission import Admission
from citybrain.web.admission.bodies import ReadBodies
from citybrain.web.admission.h11_protocol import TimedH11Protocol
from citybrain.web.admission.requests import AdmittedRequests
from citybrain.web.api_streams import ApiStreams
from citybrain.web.served_certificate import ServedCertificate


class WebServer:
    """A running console. `stop` ends streams first, then what is in flight; stopping twice is
    no error."""

    def __init__(
        self,
        inner: "_EmbeddedServer",
        running: asyncio.Task[None],
        port: int,
        streams: ApiStreams | None,
    ) -> None:
        self._inner = inner
        self._running = running
        self._streams = streams
        self.port = port

    async def stop(self, grace_s: float = float(limits.SHUTDOWN_GRACE.value)) -> None:
        self._inner.config.timeout_graceful_shutdown = max(1, round(grace_s))
        if self._streams is not None:
            self._streams.close()
        self._inner.should_exit = True
        await self.wait()

    async def wait(self) -> None:
        """Until it has ended."""
        await asyncio.shield(self._running)


class RestartableWebServer:
    """A console that can be served anew on the same port: every page reconnects by itself."""

    def __init__(self, serve_on: Callable[[int], Awaitable[WebServer]], inner: WebServer) -> None:
        self._serve_on, self._inner = serve_on, inner
        self.port = inner.port

    @classmethod
    async def serve(
        cls,
        make: Callable[[], Starlette],
        host: str,
        port: int,
        *,
        admission: Admission,
        certificate: ServedCertificate | None = None,
    ) -> "RestartableWebServer":
        """As `serve`, of the app that `make` gives."""

        async def serve_on(port: int) -> WebServer:
            return await serve(make(), host, port, admission=admission, certificate=certificate)

        return cls(serve_on, await serve_on(port))

    async def restart(self) -> None:
        """Stop, and serve what `make` gives now."""
        await self._inner.stop()
        self._inner = await self._serve_on(self.port)

    async def stop(self) -> None:
        await self._inner.stop()


async def serve(
    app: Starlette,
    host: str,
    port: int,
    *,
    admission: Admission | None = None,
    certificate: ServedCertificate | None = None,
    stop: asyncio.Event | None = None,
) -> WebServer:
    """Start `app` on `host`:`port` (0: any free one, see `.port`) and return once it answers.

    `admission` decides whom it serves; left out: by the limits, under this machine's own names.
    `certificate`: it speaks TLS, and presents this one.
    Setting `stop` ends it, as does `WebServer.stop`. Raises `AddressTakenError`.
    """
    admission = admission or Admission()
    listener = await admission.listen(host, port, certificate)
    config = uvicorn.Config(
        ReadBodies(AdmittedRequests(app, admission)),
        http=partial(TimedH11Protocol, admission),  # type: ignore[arg-type]  # as good as a class
        h11_max_incomplete_event_size=limits.HEAD_BYTES.value,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",  # what clients do wrong is counted and logged by `admission`
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who a client is, is what its connection says
        timeout_graceful_shutdown=limits.SHUTDOWN_GRACE.value,
    )
    if certificate is not None:
        config.load()
        config.ssl = certificate.context
    inner = _EmbeddedServer(config)
    running = asyncio.create_task(inner.serve(sockets=[listener]), name="console")
    await _until_up(inner, running)
    streams = getattr(app.state, "streams", None)
    server = WebServer(inner, running, listener.getsockname()[1], streams)
    if stop is not None:
        _stop_on(stop, server, running)
    return server


class _EmbeddedServer(uvicorn.Server):
    """uvicorn without its signal handlers: the tier's composition root owns the signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _until_up(inner: _EmbeddedServer, running: asyncio.Task[None]) -> None:
    while not inner.started:
        if running.done():
            await running  # raises what went wrong
            raise CityBrainError(
                "the console ended before it was up: its start-up failed, see the log above."
            )
        await asyncio.sleep(0.005)


def _stop_on(stop: asyncio.Event, server: WebServer, running: asyncio.Task[None]) -> None:
    async def watch() -> None:
        await stop.wait()
        await server.stop()

    watcher = asyncio.create_task(watch(), name="console-stop")
    running.add_done_callback(lambda _: watcher.cancel() if not stop.is_set() else None)
