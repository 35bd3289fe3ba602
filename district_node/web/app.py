"""The district's web pages as a Starlette app: the operator's queue at `/`, a crew's page at
`/crew/{unit}`. Both are clients of the public API, which the app serves beside them.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from citybrain.api.methods import ApiService
from citybrain.api.openapi import openapi
from citybrain.clock import Clock
from citybrain.conditions import no_conditions
from citybrain.console.port import CrewConsole
from citybrain.ids import DistrictId, UnitId
from citybrain.pack.load import built_in
from citybrain.pack.pack import Words
from citybrain.people.door import PeopleDoor
from citybrain.web.api_routes import api_routes
from citybrain.web.api_streams import ApiStreams
from citybrain.web.base_map import BaseMap
from citybrain.web.console_app import ReadConditions, console
from citybrain.web.page_templates import PageTemplates
from citybrain.web.people.callers import caller_of
from citybrain.web.problem_page import problem_page
from citybrain.web.translations import in_language, language_of, load, with_words
from district_node.web import verbs
from district_node.web.crew_app import crew_app_routes
from district_node.web.crew_push import crew_push_routes
from district_node.web.desk import call_address
from district_node.web.phone_links import phone_link_routes
from district_node.web_push.subscriptions import PushSubscriptions

HERE = Path(__file__).parent


def build(
    api: Sequence[ApiService],
    crews: CrewConsole,
    *,
    district: DistrictId,
    name: Mapping[str, str],
    clock: Clock,
    words: Words | None = None,
    tiles: str = "",
    base_map: BaseMap | None = None,
    conditions: ReadConditions = no_conditions,
    door: PeopleDoor | None = None,
    proves_nodes: bool = True,
    takes_files: bool = False,
    address: str = "",
    push: PushSubscriptions | None = None,
    telephone: str = "",
) -> Starlette:
    """The app over the services `api` of the public API, served under /api/v1; `crews` says which
    units there are.

    `name`: the district's, language → text. `clock`: this node's, by which pages run theirs.
    `words`: the packs' texts; left out, the built-in pack's. `tiles`: a tile server's URL
    template; "" draws a neutral ground. `base_map`: the streets on it. `conditions`: what is wrong
    with the node now. `door`: who may come in; left out, everybody. `proves_nodes`: the node has
    certificates; where it has none, every page says so. `takes_files`: people may attach files to
    cases. `address`: how browsers reach these pages, "" where nobody said.
    `push`: where phones that are called by web push are kept; None: none is. `telephone`: of the
    desk; "" where crews have none to call.
    """
    translations = with_words(
        load(HERE / "translations.json"), built_in().words if words is None else words
    )
    pages = PageTemplates(
        HERE / "templates",
        translations,
        name=name,
        tiles=tiles,
        base_map=base_map,
        proves_nodes=proves_nodes,
    )
    streams = ApiStreams(clock, watch=door.watch if door is not None else None)

    def name_of_unit(unit: UnitId) -> str:
        view = crews.view(unit)
        return unit if view is None else view.name

    routes = [
        *_queue_routes(pages, name, takes_files=takes_files),
        Route(
            "/crew/{unit}",
            _crew_page(
                pages,
                crews,
                district,
                takes_files=takes_files,
                push=push,
                desk_call=call_address(telephone),
            ),
        ),
        *crew_app_routes(pages, crews),
        *([] if push is None else crew_push_routes(push)),
        *([] if door is None else phone_link_routes(door, crews, clock, address)),
        *api_routes(api, openapi("district"), streams),
    ]
    return console(
        routes,
        static=HERE / "static",
        pages=pages,
        streams=streams,
        door=door,
        conditions=conditions,
        name_of_unit=name_of_unit,
    )


def _queue_routes(
    pages: PageTemplates, name: Mapping[str, str], *, takes_files: bool
) -> list[BaseRoute]:
    table = json.dumps(
        {
            "offered": verbs.offered(),
            "needsReason": verbs.NEEDS_REASON,
            "takesFiles": takes_files,
        }
    )

    async def page(request: Request) -> Response:
        return pages.show(request, "queue.html", district=name[language_of(request)])

    async def verbs_js(_: Request) -> Response:
        return Response(f"export default {table};\n", media_type="text/javascript")

    return [Route("/", page), Route("/verbs.js", verbs_js)]


def _crew_page(
    pages: PageTemplates,
    crews: CrewConsole,
    district: DistrictId,
    *,
    takes_files: bool,
    push: PushSubscriptions | None,
    desk_call: str,
) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        unit = UnitId(request.path_params["unit"])
        view = crews.view(unit)
        if view is None:
            return problem_page(pages, request, 404, "problem.no_unit", shown=unit)
        return pages.show(
            request,
            "crew.html",
            unit=unit,
            name=in_language(view.name, language_of(request)),
            district=district,
            takes_files="yes" if takes_files else "",
            push="" if push is None else _push_to(request, unit),
            push_key="" if push is None else push.public_key,
            desk_call=desk_call,
        )

    return page


def _push_to(request: Request, unit: UnitId) -> str:
    """Whether the browser is a phone of the unit: no other one is called."""
    caller = caller_of(request)
    return "linked" if caller is not None and caller.unit == unit else "unlinked"
