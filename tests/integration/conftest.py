"""Fixtures: a real Chromium, pages that record their errors, and a disk that can be filled."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from rigs.chromium import FLAGS, NoChromiumError, find_chromium


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """A Chromium; without one the test fails and says how to get it."""
    try:
        return find_chromium()
    except NoChromiumError as missing:
        pytest.fail(str(missing), pytrace=False)


# how long a page may take to what a test expects: far more than it does, beside two other workers
BROWSER_MS = 30_000


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[object]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=BROWSER_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
        yield running
        running.close()


SEEMS_ALIVE = """() => {
  const buttons = [...document.querySelectorAll("main button")];
  const lamps = [...document.querySelectorAll(".lamp")].filter((lamp) => lamp.checkVisibility());
  if (!buttons.length) return ["no button at all"];
  const grey = (lamp) => {
    const [r, g, b] = getComputedStyle(lamp).backgroundColor.match(/[\\d.]+/g).map(Number);
    return Math.max(r, g, b) - Math.min(r, g, b) < 40;
  };
  const outside = (lamp) => !lamp.closest("main"); // what is in it is drawn without colours
  const filter = getComputedStyle(document.querySelector("main")).filter;
  return [
    ...buttons.filter((button) => !button.matches(":disabled")).map((button) => button.outerHTML),
    ...lamps.filter((lamp) => outside(lamp) && !grey(lamp)).map((lamp) => lamp.outerHTML),
    ...(filter === "grayscale(1)" ? [] : [filter]),
  ];
}"""
UNLABELLED = """() => {
  const selector = "button, a, input:not([type=hidden]), textarea, [role=listbox], [role=option]";
  const isLabelled = (n) => n.textContent.trim() || n.ariaLabel || n.title || n.labels?.length;
  return [...document.querySelectorAll(selector)]
    .filter((n) => !isLabelled(n))
    .map((n) => n.outerHTML);
}"""
# what Chromium says of a machine that changes its links, as tests of broken links do beside this
# one: pages load again by themselves (test_console_whole)
NETWORK_CHANGED = "net::ERR_NETWORK_CHANGED"
CONTRAST = """() => {
  const parse = (text) => {
    const numbers = text.replace(/^color\\(\\S+/, "").match(/[\\d.]+/g).map(Number);
    const full = text.startsWith("color(") ? 255 : 1; // what was mixed is given as shares
    return [...numbers.slice(0, 3).map((one) => one * full), numbers[3] ?? 1];
  };
  const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const channel = (v) => linear(v / 255);
  const luminance = ([r, g, b]) =>
    0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const skipped = ".sr, .skip, [disabled], [aria-disabled=true], .is-ended, .is-void";
  const hasText = (node) =>
    [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
  const background = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour[3] > 0.9) return colour;
    }
    return [12, 17, 22, 1];
  };
  let worst = { ratio: 99, text: "" };
  let checked = 0;
  for (const node of document.querySelectorAll("body *")) {
    if (!hasText(node) || !node.offsetParent || node.closest(skipped)) continue;
    checked += 1;
    const own = luminance(parse(getComputedStyle(node).color));
    const [low, high] = [own, luminance(background(node))].sort((x, y) => x - y);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < worst.ratio) worst = { ratio, text: node.textContent.trim().slice(0, 40) };
  }
  return { ...worst, checked };
}"""


class Pages:
    """Opens pages in clean contexts; records their errors and every host that they asked."""

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
            "console",
            lambda message: self._add_error(message.text) if message.type == "error" else None,
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

    def _add_error(self, text: str) -> None:
        if NETWORK_CHANGED not in text:
            self.errors.append(text)

    def unlabelled(self, page: object) -> list[str]:
        """The controls without an accessible name."""
        return page.evaluate(UNLABELLED)

    def seems_alive(self, page: object) -> list[str]:
        """Buttons that can be pressed, lamps with a colour, on a page that should have lost its
        link."""
        return page.evaluate(SEEMS_ALIVE)

    def lowest_contrast(self, page: object) -> dict:
        """The text with the lowest WCAG contrast: its ratio, and how many texts were checked."""
        # in the middle of a fade every text is faint
        page.wait_for_function(
            "() => document.getAnimations().every((a) => a.playState !== 'running')"
        )
        worst = page.evaluate(CONTRAST)
        assert worst["checked"] > 5, "too little text was checked"
        return worst

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def pages(browser: object) -> Iterator[Pages]:
    opened = Pages(browser)
    yield opened
    opened.close()


class TinyDisk:
    """A file system of its own, in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave no byte."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (65_536, 4_096, 1):
                try:
                    while file.write(b"x" * size):
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        self._filler.unlink()


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[TinyDisk]:
    """Sixteen MiB to write to. Mounting takes a privilege: without it the test is skipped."""
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
            "privilege: a full disk is tested on a tmpfs of its own, and this user may not mount "
            f"one ({mounted.stderr.strip()}): run as root, CAP_SYS_ADMIN"
        )
    yield TinyDisk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
