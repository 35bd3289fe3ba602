"""The district's console as a Starlette app: the queue at `/`, a crew's phone at `/crew/{unit}`. Decides nothing: screens answer, pages draw."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from citybrain import canonical_json
from citybrain.console.port import CrewConsole, DistrictConsole
from citybrain.domain.console import OperatorAction, Outcome
from citybrain.domain.crew import CrewAnswer, CrewPosition
from citybrain.errors import MalformedError
from citybrain.ids import UnitId
from citybrain.web.live import Live
from citybrain.web.page import Pages, acted, console
from citybrain.web.words import language_of, load, with_titles
from district_node.web import verbs

HERE = Path(__file__).parent
C = TypeVar("C", CrewAnswer, CrewPosition)


def build(
    screen: DistrictConsole,
    crews: CrewConsole,
    *,
    titles: Mapping[str, Mapping[str, str]] | None = None,
    tiles: str = "",
) -> Starlette:
    """The app over `screen` and `crews`.

    `titles`: the playbooks' titles, incident kind → language → text. `tiles`: a tile server's URL template; "" draws a neutral ground.
    """
    words = with_titles(load(HERE / "words.json"), titles or {})
    pages = Pages(HERE / "templates", words, tiles=tiles)
    lives = (Live(screen.changes), Live(crews.changes))
    routes = [
        *_queue_routes(screen, pages, lives[0]),
        *_crew_routes(screen, crews, pages, lives[1]),
    ]
    return console(routes, static=HERE / "static", words=words, lives=lives, tiles=tiles)


def _queue_routes(screen: DistrictConsole, pages: Pages, live: Live) -> list[BaseRoute]:
    table = canonical_json.encode({"offered": verbs.offered(), "needsReason": verbs.NEEDS_REASON})

    def picture() -> bytes:
        return canonical_json.encode(screen.snapshot())

    async def page(request: Request) -> Response:
        return pages.show(request, "queue.html", district=screen.snapshot().name)

    async def watch(_: Request) -> Response:
        return live.stream(picture)

    async def snapshot(_: Request) -> Response:
        return Response(
            picture(), media_type="application/json", headers={"cache-control": "no-store"}
        )

    async def act(request: Request) -> Response:
        return await acted(request, OperatorAction, screen.act)

    async def verbs_js(_: Request) -> Response:
        return Response(b"export default " + table + b";\n", media_type="text/javascript")

    return [
        Route("/", page),
        Route("/live", watch),
        Route("/desk", snapshot),
        Route("/act", act, methods=["POST"]),
        Route("/verbs.js", verbs_js),
    ]


def _crew_routes(
    screen: DistrictConsole, crews: CrewConsole, pages: Pages, live: Live
) -> list[BaseRoute]:
    def unit_of(request: Request) -> UnitId:
        return UnitId(request.path_params["unit"])

    async def page(request: Request) -> Response:
        unit = unit_of(request)
        view = crews.view(unit)
        if view is None:
            return PlainTextResponse(
                pages.words["crewpage.unknown"][language_of(request)].replace("{unit}", unit), 404
            )
        return pages.show(
            request, "crew.html", unit=unit, name=view.name, district=screen.snapshot().district
        )

    async def watch(request: Request) -> Response:
        unit = unit_of(request)
        if crews.view(unit) is None:
            return PlainTextResponse("no such unit", 404)
        return live.stream(lambda: canonical_json.encode(crews.view(unit)), key=unit)

    async def answer(request: Request) -> Response:
        async def own(said: CrewAnswer) -> Outcome:
            return await crews.answer(_own(said, unit_of(request)))

        return await acted(request, CrewAnswer, own)

    async def position(request: Request) -> Response:
        async def own(said: CrewPosition) -> Outcome:
            return await crews.report(_own(said, unit_of(request)))

        return await acted(request, CrewPosition, own)

    return [
        Route("/crew/{unit}", page),
        Route("/crew/{unit}/live", watch),
        Route("/crew/{unit}/answer", answer, methods=["POST"]),
        Route("/crew/{unit}/position", position, methods=["POST"]),
    ]


def _own(said: C, unit: UnitId) -> C:
    """`said`, if it speaks for the unit whose page it came from."""
    if said.unit != unit:
        raise MalformedError(
            "unit",
            f"this is the page of {unit}, and the message speaks for {said.unit}. Open that unit's own page.",
        )
    return said
