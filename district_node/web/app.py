"""The district's web pages as a Starlette app: the operator's queue at `/`, a crew's page at
`/crew/{unit}`. Thin over the console ports.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from citybrain import canonical_json
from citybrain.api.methods import ApiService
from citybrain.api.openapi import openapi
from citybrain.console.port import CrewConsole, DistrictConsole
from citybrain.domain.console import OperatorAction, Outcome
from citybrain.domain.crew import CrewAnswer, CrewPosition
from citybrain.errors import MalformedError
from citybrain.ids import UnitId
from citybrain.pack.load import built_in
from citybrain.pack.pack import Words
from citybrain.web.api_routes import api_routes
from citybrain.web.api_streams import ApiStreams
from citybrain.web.console_app import PageTemplates, console, run_action
from citybrain.web.live_screen import LiveScreen
from citybrain.web.translations import language_of, load, with_words
from citybrain.wire.console import decode_operator_action, encode_operator_action
from citybrain.wire.crew import (
    decode_crew_answer,
    decode_crew_position,
    encode_crew_answer,
    encode_crew_position,
)
from district_node.web import verbs

HERE = Path(__file__).parent
C = TypeVar("C", CrewAnswer, CrewPosition)


def build(
    district: DistrictConsole,
    crews: CrewConsole,
    *,
    api: Sequence[ApiService] = (),
    words: Words | None = None,
    tiles: str = "",
) -> Starlette:
    """The app over `district` and `crews`.

    `api`: the services of the public API, served under /api/v1. `words`: the packs' texts; left
    out, the built-in pack's. `tiles`: a tile server's URL template; "" draws a neutral ground.
    """
    translations = with_words(
        load(HERE / "translations.json"), built_in().words if words is None else words
    )
    pages = PageTemplates(HERE / "templates", translations, tiles=tiles)
    live_screens = (LiveScreen(district.changes), LiveScreen(crews.changes))
    streams = ApiStreams()
    routes = [
        *_queue_routes(district, pages, live_screens[0]),
        *_crew_routes(district, crews, pages, live_screens[1]),
        *api_routes(api, openapi("district"), streams),
    ]
    return console(
        routes,
        static=HERE / "static",
        translations=translations,
        live_screens=(*live_screens, streams),
        tiles=tiles,
    )


def _queue_routes(
    district: DistrictConsole, pages: PageTemplates, live: LiveScreen
) -> list[BaseRoute]:
    table = canonical_json.encode({"offered": verbs.offered(), "needsReason": verbs.NEEDS_REASON})

    def snapshot_json() -> bytes:
        return canonical_json.encode(district.snapshot())

    async def page(request: Request) -> Response:
        return pages.show(request, "queue.html", district=district.snapshot().name)

    async def watch(_: Request) -> Response:
        return live.stream(snapshot_json)

    async def snapshot(_: Request) -> Response:
        headers = {"cache-control": "no-store"}
        return Response(snapshot_json(), media_type="application/json", headers=headers)

    async def act(request: Request) -> Response:
        return await run_action(
            request,
            OperatorAction,
            district.act,
            door=(encode_operator_action, decode_operator_action),
        )

    async def verbs_js(_: Request) -> Response:
        return Response(b"export default " + table + b";\n", media_type="text/javascript")

    return [
        Route("/", page),
        Route("/live", watch),
        Route("/snapshot", snapshot),
        Route("/act", act, methods=["POST"]),
        Route("/verbs.js", verbs_js),
    ]


def _crew_routes(
    district: DistrictConsole, crews: CrewConsole, pages: PageTemplates, live: LiveScreen
) -> list[BaseRoute]:
    def unit_of(request: Request) -> UnitId:
        return UnitId(request.path_params["unit"])

    async def page(request: Request) -> Response:
        unit = unit_of(request)
        view = crews.view(unit)
        if view is None:
            return PlainTextResponse(
                pages.translations["crewpage.unknown"][language_of(request)].replace(
                    "{unit}", unit
                ),
                404,
            )
        return pages.show(
            request, "crew.html", unit=unit, name=view.name, district=district.snapshot().district
        )

    async def watch(request: Request) -> Response:
        unit = unit_of(request)
        if crews.view(unit) is None:
            return PlainTextResponse("no such unit", 404)
        return live.stream(lambda: canonical_json.encode(crews.view(unit)), key=unit)

    async def answer(request: Request) -> Response:
        async def checked(answer: CrewAnswer) -> Outcome:
            return await crews.answer(_of_unit(answer, unit_of(request)))

        return await run_action(
            request, CrewAnswer, checked, door=(encode_crew_answer, decode_crew_answer)
        )

    async def position(request: Request) -> Response:
        async def checked(position: CrewPosition) -> Outcome:
            return await crews.report(_of_unit(position, unit_of(request)))

        return await run_action(
            request, CrewPosition, checked, door=(encode_crew_position, decode_crew_position)
        )

    return [
        Route("/crew/{unit}", page),
        Route("/crew/{unit}/live", watch),
        Route("/crew/{unit}/answer", answer, methods=["POST"]),
        Route("/crew/{unit}/position", position, methods=["POST"]),
    ]


def _of_unit(message: C, unit: UnitId) -> C:
    """`message`, if it is of the unit whose page it came from."""
    if message.unit != unit:
        raise MalformedError(
            "unit",
            f"this is the page of {unit}, and the message is of {message.unit}. "
            "Open that unit's own page.",
        )
    return message
