"""The city's console as a Starlette app: one screen at `/`. Decides nothing: the screen answers, the page draws."""

from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from citybrain import canonical_json
from citybrain.console.port import CityConsole
from citybrain.domain.console import PlanAction
from citybrain.web.live import Live
from citybrain.web.page import Pages, acted, console
from citybrain.web.words import language_of, load, with_titles

HERE = Path(__file__).parent


def build(
    screen: CityConsole,
    *,
    name: Mapping[str, str] | None = None,
    titles: Mapping[str, Mapping[str, str]] | None = None,
    tiles: str = "",
) -> Starlette:
    """The app over `screen`.

    `name`: the city's name by language. `titles`: incident kind → language → text. `tiles`: a tile server's URL template; "" draws a neutral ground.
    """
    words = with_titles(load(HERE / "words.json"), titles or {})
    if name:
        words = {**words, "city.title": dict(name)}
    pages = Pages(HERE / "templates", words, tiles=tiles)
    live = Live(screen.changes)

    def picture() -> bytes:
        return canonical_json.encode(screen.snapshot())

    async def page(request: Request) -> Response:
        return pages.show(request, "city.html", city=words["city.title"][language_of(request)])

    async def watch(_: Request) -> Response:
        return live.stream(picture)

    async def snapshot(_: Request) -> Response:
        return Response(
            picture(), media_type="application/json", headers={"cache-control": "no-store"}
        )

    async def act(request: Request) -> Response:
        return await acted(request, PlanAction, screen.act)

    routes = [
        Route("/", page),
        Route("/live", watch),
        Route("/desk", snapshot),
        Route("/act", act, methods=["POST"]),
    ]
    return console(routes, static=HERE / "static", words=words, lives=(live,), tiles=tiles)
