"""Assembles a console: the routes that every console has, and the gate before them. Knows no
particular screen.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from citybrain.clock import iso
from citybrain.conditions import Condition, no_conditions
from citybrain.people.door import PeopleDoor
from citybrain.web.api_streams import ApiStreams
from citybrain.web.guard import Guard
from citybrain.web.page_templates import PageTemplates
from citybrain.web.people.gate import Gate
from citybrain.web.people.link_page import link_routes
from citybrain.web.people.pages import NameOfUnit, people_routes
from citybrain.web.problem_page import http_problem
from citybrain.web.translations import as_module

HERE = Path(__file__).parent

ReadConditions = Callable[[], Sequence[Condition]]


def console(
    routes: Sequence[BaseRoute],
    *,
    static: Path,
    pages: PageTemplates,
    streams: ApiStreams,
    door: PeopleDoor | None = None,
    conditions: ReadConditions = no_conditions,
    name_of_unit: NameOfUnit = str,
) -> Starlette:
    """A Starlette app of `routes` and of what every console has: assets, translations, health,
    readiness by the node's `conditions`, favicon, guard, and `streams`, which end with it.

    `door` decides whom it serves and has the pages on which people sign in; None: everybody.
    `name_of_unit` is what these call a crew by; left out, its id.
    """
    module = as_module(pages.translations)

    async def translations_js(_: Request) -> Response:
        return Response(module, media_type="text/javascript")

    async def health(_: Request) -> Response:
        ok = streams.is_open
        return JSONResponse({"ok": ok, "watchers": streams.watchers}, 200 if ok else 503)

    async def ready(_: Request) -> Response:
        lasting = conditions()
        is_ready = not any(condition.is_unready for condition in lasting)
        shown = [{"code": c.code.value, "since": iso(c.since)} for c in lasting]
        return JSONResponse({"ready": is_ready, "conditions": shown}, 200 if is_ready else 503)

    async def signed_in(_: Request) -> Response:
        """For a page whose stream has ended: the gate lets it through, or sends it to sign in."""
        return Response(None, 204)

    async def favicon(_: Request) -> Response:
        return FileResponse(HERE / "static" / "logo.svg", media_type="image/svg+xml")

    shared: list[BaseRoute] = [
        Route("/translations.js", translations_js),
        Route("/healthz", health),
        Route("/readyz", ready),
        Route("/signed-in", signed_in),
        Route("/favicon.ico", favicon),
        Mount("/leaflet", StaticFiles(packages=[("js_lib_leaflet", "static/js_lib_leaflet")])),
        Mount("/shared", StaticFiles(directory=HERE / "static")),
        Mount("/static", StaticFiles(directory=static)),
    ]
    if pages.base_map is not None:
        shared += pages.base_map.routes()
    middleware = [Middleware(Guard, tiles=pages.tiles)]
    if door is not None:
        middleware.append(Middleware(Gate, door=door, pages=pages))
        shared += people_routes(pages, door, name_of_unit) + link_routes(pages, door)

    @contextlib.asynccontextmanager
    async def watched(_: Starlette) -> AsyncIterator[None]:
        watching = None if door is None else asyncio.create_task(door.watch.run(), name="sessions")
        try:
            yield
        finally:
            if watching is not None:
                watching.cancel()

    async def no_page(request: Request, error: Exception) -> Response:
        return await http_problem(pages, request, error)

    app = Starlette(
        routes=[*routes, *shared],
        middleware=middleware,
        exception_handlers={HTTPException: no_page},
        lifespan=watched,
    )
    app.state.streams = streams
    return app
