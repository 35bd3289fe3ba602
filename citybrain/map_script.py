"""The script that draws map files in a page: which release, where it may lie, and whether a file is
that very script. A console gives its pages no other.

It comes out of the npm package protomaps-leaflet (BSD-3-Clause); `citybrain map fetch` brings it,
with its licence at its head and in a file beside it.
"""

import hashlib
from pathlib import Path

from citybrain.cache_folder import cache_folder

MAPS = "maps"  # its folder in the cache
SCRIPT_FILE = "protomaps-leaflet.js"
SCRIPT_RELEASE = "5.1.0"
SCRIPT_SHA256 = "9895c1f66aaa3cea17c731bc68acfb1e2b2105890a85a739d9e2d255d1ebbf56"
LICENCE_FILE = "protomaps-leaflet.LICENSE"


def read_script(map_file: Path) -> bytes | None:
    """The script beside `map_file`, else the one in the cache; None: neither is the one that this
    release of the pages was tried with. It runs on operators' screens, so its hash decides, every
    time."""
    for folder in (map_file.parent, cache_folder(MAPS)):
        try:
            found = (folder / SCRIPT_FILE).read_bytes()
        except OSError:
            continue
        if hashlib.sha256(found).hexdigest() == SCRIPT_SHA256:
            return found
    return None
