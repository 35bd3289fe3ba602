"""Assembles a console: the routes that every console has, templates with translations, and actions
from POST requests. Knows no particular screen.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from citybrain import canonical_json
from citybrain.domain.console import Outcome
from citybrain.errors import CityBrainError, MalformedError, QueueFullError, StoreFullError
from citybrain.web.guard import Guard, refused
from citybrain.web.live_screen import LiveStreams
from citybrain.web.translations import COOKIE, LANGUAGES, Translations, as_module, language_of

HERE = Path(__file__).parent
# error → HTTP status and reason code; the first that fits
STATUS: tuple[tuple[type[CityBrainError], int, str], ...] = (
    (MalformedError, 400, "malformed"),
    (QueueFullError, 503, "queue_full"),
    (StoreFullError, 507, "store_full"),
    (CityBrainError, 409, "refused"),
)
A = TypeVar("A")

log = logging.getLogger(__name__)


class PageTemplates:
    """The templates of one console, with its translations."""

    def __init__(self, folder: Path, translations: Translations, *, tiles: str = "") -> None:
        self.translations = translations
        self._tiles = tiles
        loader = ChoiceLoader([FileSystemLoader(folder), FileSystemLoader(HERE / "templates")])
        self._templates = Environment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def show(self, request: Request, template: str, **values: Any) -> Response:
        """`template` in the language of `request`; a language asked for by ?lang= is remembered."""
        lang = language_of(request)
        text = self._templates.get_template(template).render(
            lang=lang, t=lambda key: self.translations[key][lang], tiles=self._tiles, **values
        )
        response = HTMLResponse(
            text, headers={"content-language": lang, "vary": "cookie, accept-language"}
        )
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(COOKIE, lang, max_age=365 * 86_400, samesite="lax")
        return response


def console(
    routes: Sequence[BaseRoute],
    *,
    static: Path,
    translations: Translations,
    live_screens: Sequence[LiveStreams],
    tiles: str = "",
) -> Starlette:
    """A Starlette app of `routes` and of what every console has: assets, translations, health,
    favicon, guard, live streams."""
    module = as_module(translations)

    async def translations_js(_: Request) -> Response:
        return Response(module, media_type="text/javascript")

    async def health(_: Request) -> Response:
        ok = all(live.is_open for live in live_screens)
        return JSONResponse(
            {"ok": ok, "watchers": sum(live.watchers for live in live_screens)}, 200 if ok else 503
        )

    async def favicon(_: Request) -> Response:
        return FileResponse(HERE / "static" / "logo.svg", media_type="image/svg+xml")

    shared: list[BaseRoute] = [
        Route("/translations.js", translations_js),
        Route("/healthz", health),
        Route("/favicon.ico", favicon),
        Mount("/leaflet", StaticFiles(packages=[("js_lib_leaflet", "static/js_lib_leaflet")])),
        Mount("/shared", StaticFiles(directory=HERE / "static")),
        Mount("/static", StaticFiles(directory=static)),
    ]
    app = Starlette(
        routes=[*routes, *shared],
        middleware=[Middleware(Guard, tiles=tiles)],
        lifespan=_running(live_screens),
    )
    app.state.live_screens = tuple(live_screens)
    return app


async def run_action(
    request: Request,
    kind: type[A],
    act: Callable[[A], Awaitable[Outcome]],
    *,
    door: tuple[Callable[[A], bytes], Callable[[bytes], A]],
) -> Response:
    """Read an action of type `kind` from the body, run it, and return its `Outcome`; an error is an
    outcome too. `door`: how it is encoded and decoded where it comes in by gRPC; what is refused
    there would later be refused by every peer and screen that it is sent to.
    """
    encode, decode = door
    try:
        action = canonical_json.decode(await request.body(), kind)
        try:
            payload = encode(action)
        except ValueError as error:  # a number that no field holds
            raise MalformedError("number", str(error)) from error
        outcome = await act(decode(payload))
    except CityBrainError as error:
        status, reason = next(
            (status, reason) for family, status, reason in STATUS if isinstance(error, family)
        )
        return refused(status, reason, str(error))
    return Response(canonical_json.encode(outcome), media_type="application/json")


def _running(
    live_screens: Sequence[LiveStreams],
) -> Callable[[Starlette], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(live.run(), name="live") for live in live_screens]
        for task in tasks:
            task.add_done_callback(_live_ended)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    return lifespan


def _live_ended(task: "asyncio.Task[None]") -> None:
    """A screen whose changes failed shows nothing new: `/healthz` says that, and the log why."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a screen's updates failed; its streams have ended", exc_info=error)
