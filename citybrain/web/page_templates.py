"""The templates of a console with its translations, rendered in a request's language and for
whoever sent it. Knows no particular page.
"""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from citybrain.permissions import permissions_of
from citybrain.web.base_map import BaseMap
from citybrain.web.people.callers import caller_of, is_lab
from citybrain.web.translations import Translations, language_of, remember_language

HERE = Path(__file__).parent


class PageTemplates:
    """The templates of one console, with its translations."""

    def __init__(
        self,
        folder: Path,
        translations: Translations,
        *,
        name: Mapping[str, str] | None = None,
        tiles: str = "",
        base_map: BaseMap | None = None,
        proves_nodes: bool = True,
    ) -> None:
        """`name`: the node's, by language. `base_map`: the streets under its maps. `proves_nodes`:
        False where brokers and nodes speak without certificates here."""
        self.translations, self.tiles, self._proves_nodes = translations, tiles, proves_nodes
        self.base_map = base_map
        self._name = name or {}
        loader = ChoiceLoader([FileSystemLoader(folder), FileSystemLoader(HERE / "templates")])
        self._templates = Environment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def show(
        self, request: Request, template: str, *, status: int = 200, **values: str
    ) -> Response:
        """`template` in the language of `request`, for whoever sent it; a language asked for by
        ?lang= is remembered."""
        lang, caller = language_of(request), caller_of(request)
        text = self._templates.get_template(template).render(
            lang=lang,
            t=lambda key: self.translations[key][lang],
            tiles=self.tiles,
            map_zoom="" if self.base_map is None else self.base_map.max_zoom(),
            node=self._name.get(lang, ""),
            is_lab=is_lab(request),
            proves_nodes=self._proves_nodes,
            person=caller.principal.name if caller is not None and not caller.unit else "",
            may=" ".join(permissions_of(caller.principal)) if caller is not None else None,
            **values,
        )
        response = HTMLResponse(
            text, status, headers={"content-language": lang, "vary": "cookie, accept-language"}
        )
        remember_language(request, response)
        return response
