"""The city's console as a Starlette app: one screen at `/`, a client of the public API that is
served beside it. Decides nothing.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from citybrain.api.methods import ApiService
from citybrain.api.openapi import openapi
from citybrain.clock import Clock
from citybrain.conditions import no_conditions
from citybrain.pack.load import built_in
from citybrain.pack.pack import Words
from citybrain.people.door import PeopleDoor
from citybrain.web.api_routes import api_routes
from citybrain.web.api_streams import ApiStreams
from citybrain.web.base_map import BaseMap
from citybrain.web.console_app import ReadConditions, console
from citybrain.web.page_templates import PageTemplates
from citybrain.web.translations import language_of, load, with_words

HERE = Path(__file__).parent


def build(
    api: Sequence[ApiService],
    *,
    clock: Clock,
    name: Mapping[str, str] | None = None,
    words: Words | None = None,
    tiles: str = "",
    base_map: BaseMap | None = None,
    conditions: ReadConditions = no_conditions,
    door: PeopleDoor | None = None,
    proves_nodes: bool = True,
) -> Starlette:
    """The app over the services of the city's public API, served under /api/v1.

    `clock`: this node's, by which pages run theirs. `name`: the city's name by language. `words`:
    the packs' texts; left out, the built-in pack's. `tiles`: a tile server's URL template; ""
    draws a neutral ground. `base_map`: the streets on it. `conditions`: what is wrong with the node
    now. `door`: who may come in; left out, everybody. `proves_nodes`: the node has certificates;
    where it has none, every page says so.
    """
    translations = with_words(
        load(HERE / "translations.json"), built_in().words if words is None else words
    )
    if name:
        translations = {**translations, "city.title": dict(name)}
    pages = PageTemplates(
        HERE / "templates",
        translations,
        name=translations["city.title"],
        tiles=tiles,
        base_map=base_map,
        proves_nodes=proves_nodes,
    )
    streams = ApiStreams(clock, watch=door.watch if door is not None else None)

    async def page(request: Request) -> Response:
        return pages.show(
            request, "city.html", city=translations["city.title"][language_of(request)]
        )

    routes = [Route("/", page), *api_routes(api, openapi("city"), streams)]
    return console(
        routes,
        static=HERE / "static",
        pages=pages,
        streams=streams,
        door=door,
        conditions=conditions,
    )
