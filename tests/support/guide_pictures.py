"""Takes the pictures that the README and the guides show: of a demonstration that runs, and of a
crew's phone over a made-up order.

    python -m guide_pictures docs/pictures
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from consoles.page_states import PAGE_STATES
from playwright.sync_api import Browser, Page, sync_playwright
from rigs.chromium import FLAGS, find_chromium

LAPTOP = {"width": 1440, "height": 900}
STREET_S = 600  # how long the demonstration lasts
QUALITY = 82  # of JPEG: sharp letters, a street map in about 200 KB
PLAN_MS = 240_000  # until a plan waits: a case, its request for help, a round of the planner
LANGUAGES = ("en", "zh")
PHONE_STATES = ("crew-called", "crew-at-work")
LINK = re.compile(r"(?P<node>City|Riverside) · [^·]+ · (?P<address>https?://\S+)")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        _phones(browser, folder, Path(scratch))
        with _demonstration(Path(scratch)) as links:
            _wall_and_desk(browser, links, folder)
        browser.close()


def _phones(browser: Browser, folder: Path, scratch: Path) -> None:
    for name in PHONE_STATES:
        state = PAGE_STATES[name]
        served = state.serve(scratch)
        for lang in LANGUAGES:
            page = browser.new_page(
                viewport={key: state.options[key] for key in ("width", "height")},
                is_mobile=True,
                has_touch=True,
            )
            page.goto(f"{served.url}{state.path}?lang={lang}")
            page.locator(state.loaded).first.wait_for(state="visible")
            page.locator("#lab").evaluate("node => node.remove()")
            _take(page, folder / f"{name}-{lang}.jpg")
            page.close()
        served.stop()


def _wall_and_desk(browser: Browser, links: dict[str, str], folder: Path) -> None:
    pages = {node: _signed_in(browser, address) for node, address in links.items()}
    wall, desk = pages["City"], pages["Riverside"]
    wall.locator("#plan-orders li").first.wait_for(state="visible", timeout=PLAN_MS)
    desk.locator(".row").first.click()
    for lang in LANGUAGES:
        for page in (wall, desk):
            page.locator(f"[data-lang={lang}]").click()
        wall.wait_for_timeout(3_000)  # tiles are drawn, positions have moved
        _take(wall, folder / f"wall-{lang}.jpg")
        _take(desk, folder / f"desk-{lang}.jpg")


def _signed_in(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport=LAPTOP, ignore_https_errors=True)
    page.goto(address)
    page.locator("main form [type=submit], #map").first.wait_for()
    if not page.locator("#map").count():
        page.locator("main form [type=submit]").click()
    page.locator("#map").wait_for()
    return page


def _take(page: Page, path: Path) -> None:
    page.screenshot(path=path, type="jpeg", quality=QUALITY)
    sys.stdout.write(f"{path} {path.stat().st_size // 1024} KB\n")


@contextmanager
def _demonstration(scratch: Path) -> Iterator[dict[str, str]]:
    """The addresses that sign in, by node, while the demonstration runs."""
    program = str(Path(sys.executable).with_name("citybrain"))
    command = [program, "demo", "--no-browser", "--you-issue", "--duration", str(STREET_S)]
    command += ["--keep", str(scratch / "run")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield _links(process)
    finally:
        process.terminate()
        process.wait(60)


def _links(process: subprocess.Popen[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    said: list[str] = []
    for line in process.stdout or ():
        said.append(line)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
        if match := LINK.search(plain):
            found[match["node"]] = match["address"]
        if len(found) == 2:
            return found
    raise SystemExit(f"the demonstration ended before it named its consoles:\n{''.join(said)}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
