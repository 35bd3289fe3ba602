"""Finds the Chromium in which the consoles are tested, and says how to get one."""

import os
import shutil
from pathlib import Path

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CURE = (
    "no Chromium was found, and the consoles are tested in a real one. Run `make system` (it "
    "installs Debian's chromium where this user may), or `.venv/bin/playwright install chromium`, "
    "or set CITYBRAIN_CHROMIUM to a browser's path."
)


class NoChromiumError(LookupError):
    """No Chromium was found; its text says how to get one."""


def find_chromium() -> str:
    """$CITYBRAIN_CHROMIUM, one on the path, or playwright's own."""
    named = os.environ.get("CITYBRAIN_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, NAMES)), None) or _from_playwright()
    if not found or not Path(found).exists():
        raise NoChromiumError(CURE)
    return found


def _from_playwright() -> str | None:
    cache = Path(
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    )
    return next((str(path) for path in sorted(cache.glob("chromium-*/chrome-linux*/chrome"))), None)
