"""The city's console as a Starlette app: one screen at `/`. Decides nothing."""

from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from citybrain import canonical_json
from citybrain.console.port import CityConsole
from citybrain.domain.console import PlanAction
from citybrain.pack.load import built_in
from citybrain.pack.pack import Words
from citybrain.web.console_app import PageTemplates, console, run_action
from citybrain.web.live_screen import LiveScreen
from citybrain.web.translations import language_of, load, with_words
from citybrain.wire.console import decode_plan_action, encode_plan_action

HERE = Path(__file__).parent


def build(
    city: CityConsole,
    *,
    name: Mapping[str, str] | None = None,
    words: Words | None = None,
    tiles: str = "",
) -> Starlette:
    """The app over `city`.

    `name`: the city's name by language. `words`: the packs' texts; left out, the built-in
    pack's. `tiles`: a tile server's URL template; "" draws a neutral ground.
    """
    translations = with_words(
        load(HERE / "translations.json"), built_in().words if words is None else words
    )
    if name:
        translations = {**translations, "city.title": dict(name)}
    pages = PageTemplates(HERE / "templates", translations, tiles=tiles)
    live = LiveScreen(city.changes)

    def encoded() -> bytes:
        return canonical_json.encode(city.snapshot())

    async def page(request: Request) -> Response:
        return pages.show(
            request, "city.html", city=translations["city.title"][language_of(request)]
        )

    async def watch(_: Request) -> Response:
        return live.stream(encoded)

    async def snapshot(_: Request) -> Response:
        return Response(
            encoded(), media_type="application/json", headers={"cache-control": "no-store"}
        )

    async def act(request: Request) -> Response:
        return await run_action(
            request, PlanAction, city.act, door=(encode_plan_action, decode_plan_action)
        )

    routes = [
        Route("/", page),
        Route("/live", watch),
        Route("/snapshot", snapshot),
        Route("/act", act, methods=["POST"]),
    ]
    return console(
        routes, static=HERE / "static", translations=translations, live_screens=(live,), tiles=tiles
    )
