"""A real Chromium for the console tests, pages that remember what went wrong in them, and a disk so small that it can be filled."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest

sys.path.append(str(Path(__file__).parent / "rigs"))  # what several of these tests are built on

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
    "no Chromium was found, and the consoles are tested in a real one. Run `make system` (it installs Debian's chromium where this user may), "
    "or `.venv/bin/playwright install chromium`, or set CITYBRAIN_CHROMIUM to a browser's path."
)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """A Chromium: $CITYBRAIN_CHROMIUM, one on the path, or playwright's own. Without one the test fails and says how to get it."""
    named = os.environ.get("CITYBRAIN_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, NAMES)), None) or _playwrights_own()
    if not found or not Path(found).exists():
        pytest.fail(CURE, pytrace=False)
    return found


def _playwrights_own() -> str | None:
    cache = Path(
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    )
    return next((str(path) for path in sorted(cache.glob("chromium-*/chrome-linux*/chrome"))), None)


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
        yield running
        running.close()


NAMELESS = """() => {
  const pressable = [...document.querySelectorAll("button, a, input, textarea, [role=listbox], [role=option]")];
  return pressable.filter((n) => !(n.textContent.trim() || n.ariaLabel || n.title || n.labels?.length)).map((n) => n.outerHTML);
}"""
CONTRAST = """() => {
  const parse = (text) => {
    const numbers = text.match(/[\\d.]+/g).map(Number);
    return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
  };
  const channel = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour[3] > 0.9) return colour;
    }
    return [12, 17, 22, 1];
  };
  let worst = { ratio: 99, text: "", looked: 0 };
  let looked = 0;
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.offsetParent || node.closest(".sr, .skip, [disabled], [aria-disabled=true], .is-over, .is-void")) continue;
    looked += 1;
    const [low, high] = [light(parse(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => x - y);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < worst.ratio) worst = { ratio, text: node.textContent.trim().slice(0, 40) };
  }
  return { ...worst, looked };
}"""


class Pages:
    """Opens pages in clean contexts, and keeps their errors and every host that they asked."""

    def __init__(self, browser: object) -> None:
        self._browser = browser
        self._contexts: list[object] = []
        self.errors: list[str] = []
        self.hosts: set[str] = set()

    def open(self, url: str, *, width: int = 1440, height: int = 900, **options: object) -> object:
        context = self._browser.new_context(viewport={"width": width, "height": height}, **options)
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on(
            "console", lambda said: self.errors.append(said.text) if said.type == "error" else None
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "request",
            lambda request: self.hosts.add(
                urlsplit(request.url).hostname or urlsplit(request.url).scheme
            ),
        )
        page.goto(url)
        return page

    def nameless(self, page: object) -> list[str]:
        """What can be pressed or filled and has no name for a reader who does not see it."""
        return page.evaluate(NAMELESS)

    def poorest_contrast(self, page: object) -> dict:
        """The text that stands out least from its ground: its WCAG ratio, and how many texts were looked at."""
        worst = page.evaluate(CONTRAST)
        assert worst["looked"] > 5, "too little text was looked at"
        return worst

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def pages(browser: object) -> Iterator[Pages]:
    opened = Pages(browser)
    yield opened
    opened.close()


def _console_module(name: str) -> ModuleType:
    known = f"console_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            known, Path(__file__).parents[1] / "web" / f"{name}.py"
        )
        module = importlib.util.module_from_spec(spec)
        sys.modules[known] = module
        spec.loader.exec_module(module)
    return sys.modules[known]


@pytest.fixture(scope="session")
def snapshots() -> ModuleType:
    return _console_module("snapshots")


@pytest.fixture(scope="session")
def fakes() -> ModuleType:
    return _console_module("fakes")


class TinyDisk:
    """A file system of its own, in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave not one byte."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (65_536, 4_096, 1):
                try:
                    while file.write(b"x" * size):
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        self._ballast.unlink()


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[TinyDisk]:
    """Sixteen MiB to write to. Mounting takes a privilege: without it the test is skipped, and says so."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(
            f"a full disk is tested on a tmpfs of its own, and this user may not mount one ({mounted.stderr.strip()}): run as root, CAP_SYS_ADMIN"
        )
    yield TinyDisk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
