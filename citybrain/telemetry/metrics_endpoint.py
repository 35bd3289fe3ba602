"""The endpoint that a Prometheus scrapes: one answer a connection, on a thread of its own, under
the same bounds as every HTTP server. Needs no web framework: an edge box has none.
"""

import asyncio
import threading
from collections.abc import Iterable
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST

from citybrain.structs import Struct
from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.web import limits
from citybrain.web.admission.admission import AddressTakenError, Admission
from citybrain.web.admission.refusals import Count, Refusal

PATHS = frozenset({"/", "/metrics"})
PLAIN = "text/plain; charset=utf-8"
STOP_S = 5.0


class _Request(Struct, frozen=True, kw_only=True):
    method: str
    path: str
    host: str | None


class MetricsEndpoint:
    """A running `/metrics` endpoint."""

    def __init__(self, registry: MetricsRegistry, admission: Admission) -> None:
        self._registry, self._admission = registry, admission
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="metrics", daemon=True)
        self.port = 0

    def start(self, host: str, port: int) -> None:
        """Listen; raises `AddressTakenError`."""
        self._thread.start()
        try:
            listening = asyncio.run_coroutine_threadsafe(self._listen(host, port), self._loop)
            self._server = listening.result()
        except AddressTakenError:
            self._end_loop()
            raise
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """End the endpoint and what it answers just now."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(STOP_S)
        self._end_loop()

    async def _listen(self, host: str, port: int) -> asyncio.Server:
        listener = await self._admission.listen(host, port)
        return await asyncio.start_server(
            self._answer, sock=listener, limit=limits.HEAD_BYTES.value
        )

    async def _close(self) -> None:
        self._server.close()
        ours = asyncio.current_task()
        under_way = [task for task in asyncio.all_tasks() if task is not ours]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_S)
        self._loop.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("peername")[0]
        try:
            answer = await self._answer_to(reader, address)
            if answer is None:
                return
            async with asyncio.timeout(limits.READER_WAIT.value):
                writer.write(answer)
                writer.close()
                await writer.wait_closed()
        except TimeoutError:
            self._note(Refusal.READER_STALLED, address)
        except ConnectionError:
            pass  # it went away
        finally:
            writer.transport.abort()

    async def _answer_to(self, reader: asyncio.StreamReader, address: str) -> bytes | None:
        """The whole answer; None: there is nobody to answer."""
        try:
            async with asyncio.timeout(limits.HEAD_WAIT.value):
                request = _request_of(await reader.readuntil(b"\r\n\r\n"))
        except TimeoutError:
            self._note(Refusal.HEAD_LATE, address)
            return _response(408, "The request's head did not come in time.")
        except asyncio.LimitOverrunError:
            self._note(Refusal.HEAD_TOO_LARGE, address)
            return _response(431, "The request's head is too large.")
        except asyncio.IncompleteReadError:
            return None
        except ValueError:
            self._note(Refusal.NOT_HTTP, address)
            return _response(400, "Speak HTTP/1.1.")
        if not self._admission.hosts.has(request.host):
            self._note(Refusal.FOREIGN_HOST, address, request.host or "")
            return _response(
                421,
                "This server is not known under that name. Ask for it by its address, or add the"
                " name to allowed_hosts in its configuration.",
            )
        if request.method != "GET" or request.path not in PATHS:
            return _response(404, "There is GET /metrics, and nothing else.")
        return _response(200, self._registry.text(), CONTENT_TYPE_LATEST)

    def _note(self, reason: Refusal, address: str, detail: str = "") -> None:
        self._admission.refusals.add(reason, address, now_s=self._loop.time(), detail=detail)


def serve(
    registry: MetricsRegistry,
    *,
    port: int,
    host: str = "127.0.0.1",
    allowed_hosts: Iterable[str] = (),
) -> MetricsEndpoint:
    """Serve `registry` at http://host:port/metrics; port 0 takes any free one. `host` decides who
    can reach it: by default only this machine. `allowed_hosts`: names of this machine besides its
    own. Raises `AddressTakenError`."""
    admission = Admission(allowed_hosts=allowed_hosts, count=refusal_counter(registry))
    endpoint = MetricsEndpoint(registry, admission)
    endpoint.start(host, port)
    return endpoint


def measured_admission(registry: MetricsRegistry, allowed_hosts: Iterable[str]) -> Admission:
    """What decides whom a console serves, with its connections and refusals among the metrics."""
    admission = Admission(allowed_hosts=allowed_hosts, count=refusal_counter(registry))
    registry.limit(limits.CLIENTS, lambda: admission.connections.total)
    return admission


def refusal_counter(registry: MetricsRegistry) -> Count:
    """Counts what the HTTP servers of this process refuse, by reason."""
    counter = registry.counter(
        "http_refused", "Connections and requests that HTTP servers refused.", ("reason",)
    )
    return lambda reason: counter.add(1, reason)


def _request_of(head: bytes) -> _Request:
    """Raises `ValueError` for what is no request."""
    line, *fields = head.decode("ascii").removesuffix("\r\n\r\n").split("\r\n")
    method, target, version = line.split(" ")
    if version not in ("HTTP/1.0", "HTTP/1.1"):
        raise ValueError(f"{version!r} is no version of HTTP that this endpoint speaks")
    hosts = [
        value.strip()
        for name, colon, value in (field.partition(":") for field in fields)
        if colon and name.lower() == "host"
    ]
    return _Request(
        method=method,
        path=target.partition("?")[0],
        host=hosts[0] if len(hosts) == 1 else None,
    )


def _response(status: int, text: str, content_type: str = PLAIN) -> bytes:
    body = text.encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"content-type: {content_type}",
        f"content-length: {len(body)}",
        "x-content-type-options: nosniff",
        "content-security-policy: default-src 'none'; frame-ancestors 'none'",
        "referrer-policy: no-referrer",
        "cache-control: no-store",
        "connection: close",
    )
    return "\r\n".join((*head, "", "")).encode("ascii") + body
