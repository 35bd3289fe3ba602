"""Serves a map file and the script that draws it to the pages of a console. Knows no page, and
refuses no node its start: without either of them a page draws a neutral ground.
"""

import logging
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from citybrain.map_file import MapFileError, read_map_header
from citybrain.map_script import SCRIPT_FILE, read_script

FOLDER = "/map/"
MAP_URL = f"{FOLDER}base.pmtiles"  # one address, whatever the file is called
SCRIPT_URL = f"{FOLDER}{SCRIPT_FILE}"
MEDIA_TYPE = "application/vnd.pmtiles"

log = logging.getLogger(__name__)


class BaseMap:
    """The map that a configuration names. Both files are looked at whenever a page is shown: a map
    that is replaced, and one that comes later, need no new start."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def max_zoom(self) -> str:
        """The deepest zoom that a page can ask for; "": the map or its script cannot be used."""
        try:
            header = read_map_header(self._file)
        except MapFileError:
            return ""
        return str(header.max_zoom) if read_script(self._file) is not None else ""

    def routes(self) -> list[BaseRoute]:
        """The map by ranges of bytes (206, 416, If-Range; RFC 9110 section 14), and the script."""

        async def tiles(_: Request) -> Response:
            if not self._file.is_file():
                raise HTTPException(404)
            return FileResponse(self._file, media_type=MEDIA_TYPE)

        async def script(_: Request) -> Response:
            found = read_script(self._file)
            if found is None:
                raise HTTPException(404)
            return Response(found, media_type="text/javascript")

        return [Route(MAP_URL, tiles), Route(SCRIPT_URL, script)]


def base_map(file: Path | None) -> BaseMap | None:
    """The map of a configuration that names `file`; None where it names none. One that cannot be
    shown now is named in the log: pages say nothing of it."""
    if file is None:
        return None
    found = BaseMap(file)
    if not found.max_zoom():
        log.warning(
            "pages draw a neutral ground: the map %s or its script cannot be used, and `check` of"
            " this configuration says why",
            file,
        )
    return found
