"""Files that lead a browser to a one-time link. A browser is started with a file's name: an address
with a secret in it would stand in its command line, where every process of the machine reads it.
"""

import html
import json
from pathlib import Path

from citybrain.enrolment.private_files import write_private
from citysim.demo.prepare.configs import RunFolder

PAGE = """<!doctype html>
<meta charset="utf-8">
<title>citybrain demo</title>
<script>location.replace({script});</script>
<noscript><a href="{link}">citybrain demo</a></noscript>
"""


def write_browser_page(run: RunFolder, node: str, address: str) -> Path:
    """The file that leads to `address`, for its owner alone. Raises `OSError`."""
    path = run.root / f"open-{node}.html"
    write_private(path, PAGE.format(script=json.dumps(address), link=html.escape(address)))
    return path
