"""What lets a phone install a crew's page and open it without a network: its web manifest, and the
worker that keeps the page's files.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from citybrain.console.port import CrewConsole
from citybrain.ids import UnitId
from citybrain.web.page_templates import PageTemplates
from citybrain.web.problem_page import problem_page
from citybrain.web.translations import in_language, language_of

HERE = Path(__file__).parent
MANIFEST = "application/manifest+json"
GROUND = "#0c1116"  # of every console, behind the page while it opens and on the phone's own bars
# the PNGs are drawn from the logo (tests/support/page_icons.py); each may be cut to any shape
ICONS = [
    {"src": "/shared/logo.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
    *(
        {
            "src": f"/shared/icon-{size}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in (192, 512)
    ),
]
TAGS: Mapping[str, str] = {"en": "en", "zh": "zh-Hans"}


def crew_app_routes(pages: PageTemplates, crews: CrewConsole) -> list[BaseRoute]:
    """Each unit has a manifest of its own: what is installed opens at its page. The worker lies at
    the root, as it may keep nothing above its own folder."""

    async def manifest(request: Request) -> Response:
        unit = UnitId(request.path_params["unit"])
        view = crews.view(unit)
        if view is None:
            return problem_page(pages, request, 404, "problem.no_unit", shown=unit)
        lang = language_of(request)
        text = _manifest(unit, in_language(view.name, lang), lang, _texts(pages, lang))
        return Response(text, media_type=MANIFEST, headers={"content-language": lang})

    async def worker(_: Request) -> Response:
        return FileResponse(HERE / "crew_worker.js", media_type="text/javascript")

    return [
        Route("/crew/{unit}/app.webmanifest", manifest),
        Route("/crew-worker.js", worker),
    ]


def _texts(pages: PageTemplates, lang: str) -> Callable[[str], str]:
    return lambda key: pages.translations[key][lang]


def _manifest(unit: UnitId, name: str, lang: str, t: Callable[[str], str]) -> str:
    page = f"/crew/{quote(unit)}"
    return json.dumps(
        {
            "id": page,
            "name": f"{name} · {t('crewpage.title')}",
            "short_name": name,
            "lang": TAGS[lang],
            "start_url": page,
            "scope": page,
            "display": "standalone",
            "background_color": GROUND,
            "theme_color": GROUND,
            "icons": ICONS,
        },
        ensure_ascii=False,
    )
