"""uvicorn's h11 protocol with the time-outs that it has not: for a request's head, for its body,
and for the reader of an answer.

| waits for | how long | then |
|---|---|---|
| a handshake, where TLS is spoken (`served_certificate`) | `HEAD_WAIT` | closed |
| a whole head, from the connection or from the head's first byte | `HEAD_WAIT` | 408, closed |
| a whole body | `BODY_WAIT`, longer for a file (`BODY_RATE`) | 408, closed |
| all that was written to be read | `READER_WAIT` | closed |

Between two requests uvicorn's own keep-alive time-out counts. What it logs of every bad request is
counted and bounded here instead.
"""

import asyncio
import sys
from collections.abc import Iterable
from http import HTTPStatus

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from citybrain.api.problem import PROBLEM_JSON, Problem, problem_json
from citybrain.api.problem_types import HEAD_TOO_LARGE, NOT_HTTP, TOO_LATE, ProblemType
from citybrain.web import limits
from citybrain.web.admission.admission import Admission
from citybrain.web.admission.refusals import Refusal

SLICE_BYTES = 4096
SMALL_BODY_BYTES = 64 * 1024  # what `BODY_WAIT` is for
TOO_LARGE_HINT = 431  # h11's, for a head over its bound
# of the client's states in which something of a request is missing: what is said when it is late
WAITS = {h11.IDLE: Refusal.HEAD_LATE, h11.SEND_BODY: Refusal.BODY_LATE}


class TimedH11Protocol(H11Protocol):
    """One connection. Made by uvicorn, through `Admission`'s server."""

    def __init__(
        self,
        admission: Admission,
        *,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._refusals, self._handshakes = admission.refusals, admission.handshakes
        self._wait: Refusal | None = None
        self._request_timer: asyncio.TimerHandle | None = None
        self._reader_timer: asyncio.TimerHandle | None = None
        self._linger_timer: asyncio.TimerHandle | None = None  # set: what comes is dropped

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._handshakes.end(transport.get_extra_info("peername"))  # with TLS it is done by now
        # `pause_writing` means: something is unread. With 0 a TLS transport would pause and go on
        # in turn, whatever is read.
        transport.set_write_buffer_limits(high=1, low=0)
        self._watch_request()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._request_timer, self._reader_timer, self._linger_timer):
            if timer is not None:
                timer.cancel()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """In slices: h11 bounds only what is incomplete, and a large head may come whole."""
        for start in range(0, len(data), SLICE_BYTES):
            if not self._is_over():
                super().data_received(data[start : start + SLICE_BYTES])
        self._watch_request()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._reader_timer is None:
            self._reader_timer = self.loop.call_later(limits.READER_WAIT.value, self._stalled)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._reader_timer is not None:
            self._reader_timer.cancel()
            self._reader_timer = None

    def send_400_response(self, msg: str) -> None:
        """Called by uvicorn while it handles what h11 raised; `msg` is uvicorn's own."""
        hint = getattr(sys.exc_info()[1], "error_status_hint", None)
        if hint == TOO_LARGE_HINT:
            most = limits.HEAD_BYTES.value
            detail = f"A request's head has at most {most} bytes."
            self._refuse(Refusal.HEAD_TOO_LARGE, HEAD_TOO_LARGE, detail)
        else:
            detail = f"{msg} Speak HTTP/1.1, with one Host."
            self._refuse(Refusal.NOT_HTTP, NOT_HTTP, detail)

    def _watch_request(self) -> None:
        """Start the timer of what is waited for now, where that is something else."""
        wait = None if self._is_over() else WAITS.get(self.conn.their_state)
        if wait is self._wait:
            return
        self._wait = wait
        if self._request_timer is not None:
            self._request_timer.cancel()
            self._request_timer = None
        if wait is not None:
            is_head = wait is Refusal.HEAD_LATE
            wait_s = float(limits.HEAD_WAIT.value) if is_head else body_wait_s(self.headers)
            self._request_timer = self.loop.call_later(wait_s, self._late, wait)

    def _late(self, refusal: Refusal) -> None:
        if not self._is_over():
            part = "head" if refusal is Refusal.HEAD_LATE else "body"
            detail = f"The request's {part} did not come in time. Send it again."
            self._refuse(refusal, TOO_LATE, detail)

    def _stalled(self) -> None:
        self._note(Refusal.READER_STALLED)
        self.transport.abort()

    def _refuse(self, refusal: Refusal, kind: ProblemType, detail: str) -> None:
        """Answer with a problem where no answer has begun, and close: first our side, so that a
        client that still sends sees the answer and no reset (RFC 9112, section 9.6)."""
        self._note(refusal)
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        body = problem_json(Problem(type=kind, detail=detail))
        head = h11.Response(
            status_code=kind.http,
            reason=HTTPStatus(kind.http).phrase,
            headers=[
                ("content-type", PROBLEM_JSON),
                ("content-length", str(len(body))),
                ("x-content-type-options", "nosniff"),
                ("connection", "close"),
            ],
        )
        for event in (head, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event))
        if not self.transport.can_write_eof():
            self.transport.close()
            return
        self.transport.write_eof()
        self._linger_timer = self.loop.call_later(limits.LINGER.value, self.transport.close)

    def _is_over(self) -> bool:
        return self.transport.is_closing() or self._linger_timer is not None

    def _note(self, refusal: Refusal) -> None:
        address = self.client[0] if self.client else ""
        self._refusals.add(refusal, address, now_s=self.loop.time())


def body_wait_s(headers: Iterable[tuple[bytes, bytes]]) -> float:
    """How long a body may take whose head this is: a long one in proportion, within bounds."""
    length = next((value for name, value in headers if name == b"content-length"), b"")
    more = max(0, int(length) - SMALL_BODY_BYTES) if length.isdigit() else 0
    wait_s = limits.BODY_WAIT.value + more / limits.BODY_RATE.value
    return float(min(wait_s, limits.BODY_WAIT_MOST.value))
