"""Screens in memory, a console served from a thread, and a caller without a network: what the console tests drive. No tier stands behind them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

from citybrain.clock import SystemClock
from citybrain.domain.console import (
    CitySnapshot,
    DistrictSnapshot,
    OperatorAction,
    Outcome,
    PlanAction,
)
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.web.serve import serve

CLOCK = SystemClock()


class _Screen:
    """What all three have: listeners that `poke` wakes, and what was asked of them."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.refusal: tuple[str, str] | None = None
        self.raises: Exception | None = None
        self._waiting: set[asyncio.Event] = set()

    def poke(self) -> None:
        for event in tuple(self._waiting):
            event.set()

    async def changes(self) -> AsyncIterator[None]:
        news = asyncio.Event()
        self._waiting.add(news)
        try:
            while True:
                yield
                await news.wait()
                news.clear()
        finally:
            self._waiting.discard(news)

    def outcome(self, asked: OperatorAction | PlanAction | CrewAnswer) -> Outcome:
        self.asked.append(asked)
        if self.raises is not None:
            raise self.raises
        if self.refusal is not None:
            return Outcome(
                request=asked.request, done=False, reason=self.refusal[0], detail=self.refusal[1]
            )
        return Outcome(request=asked.request, done=True)


class DistrictFake(_Screen):
    def __init__(self, snapshot: DistrictSnapshot) -> None:
        super().__init__()
        self.value = snapshot

    def snapshot(self) -> DistrictSnapshot:
        return replace(self.value, at=CLOCK.now())

    async def act(self, action: OperatorAction) -> Outcome:
        return self.outcome(action)


class CrewFake(_Screen):
    def __init__(self, *views: CrewView) -> None:
        super().__init__()
        self.views = {view.unit: view for view in views}
        self.positions: list[CrewPosition] = []

    def view(self, unit: str) -> CrewView | None:
        return self.views.get(unit)  # type: ignore[call-overload]

    async def answer(self, answer: CrewAnswer) -> Outcome:
        return self.outcome(answer)

    async def report(self, position: CrewPosition) -> Outcome:
        self.positions.append(position)
        return Outcome(request="", done=True)  # type: ignore[arg-type]


class CityFake(_Screen):
    def __init__(self, snapshot: CitySnapshot) -> None:
        super().__init__()
        self.value = snapshot

    def snapshot(self) -> CitySnapshot:
        return replace(self.value, at=CLOCK.now())

    async def act(self, action: PlanAction) -> Outcome:
        return self.outcome(action)


class Console:
    """An app served on a free port from a thread of its own, so that a synchronous test can drive a browser against it."""

    def __init__(self, app: object, port: int = 0) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            serve(app, "127.0.0.1", port), self._loop
        ).result(10)  # type: ignore[arg-type]
        self.port = self._server.port
        self.url = f"http://127.0.0.1:{self.port}"

    def do(self, step: Callable[[], object]) -> None:
        """Run `step` on the console's own loop, as a tier would."""

        async def run() -> None:
            step()

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def stop(self) -> None:
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._server.stop(1.0), self._loop).result(15)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes


async def ask(
    app: object,
    path: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> Answered:
    """One request to an ASGI app, without a network. A POST is what our own page would send unless `headers` says otherwise."""
    path, _, query = path.partition("?")
    sent = {"host": "console"}
    if method == "POST":
        sent |= {
            "origin": "http://console",
            "x-citybrain": "page",
            "content-type": "application/json",
            "content-length": str(len(body)),
        }
    sent = {name: value for name, value in {**sent, **(headers or {})}.items() if value}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "scheme": "http",
        "server": ("console", 80),
        "client": ("127.0.0.1", 1),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
    }
    said: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict) -> None:
        said.append(message)

    await app(scope, receive, send)  # type: ignore[operator]
    start = said[0]
    whole = b"".join(message.get("body", b"") for message in said[1:])
    return Answered(
        start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, whole
    )
