"""Assembles a console: the routes that every console has, and templates with translations. Knows no
particular screen.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from citybrain.clock import iso
from citybrain.conditions import Condition, no_conditions
from citybrain.web.api_streams import ApiStreams
from citybrain.web.guard import Guard
from citybrain.web.translations import COOKIE, LANGUAGES, Translations, as_module, language_of

HERE = Path(__file__).parent

ReadConditions = Callable[[], Sequence[Condition]]


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
    streams: ApiStreams,
    tiles: str = "",
    conditions: ReadConditions = no_conditions,
) -> Starlette:
    """A Starlette app of `routes` and of what every console has: assets, translations, health,
    readiness by the node's `conditions`, favicon, guard, and `streams`, which end with it."""
    module = as_module(translations)

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

    async def favicon(_: Request) -> Response:
        return FileResponse(HERE / "static" / "logo.svg", media_type="image/svg+xml")

    shared: list[BaseRoute] = [
        Route("/translations.js", translations_js),
        Route("/healthz", health),
        Route("/readyz", ready),
        Route("/favicon.ico", favicon),
        Mount("/leaflet", StaticFiles(packages=[("js_lib_leaflet", "static/js_lib_leaflet")])),
        Mount("/shared", StaticFiles(directory=HERE / "static")),
        Mount("/static", StaticFiles(directory=static)),
    ]
    app = Starlette(routes=[*routes, *shared], middleware=[Middleware(Guard, tiles=tiles)])
    app.state.streams = streams
    return app
