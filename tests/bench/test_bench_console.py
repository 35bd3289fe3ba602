"""How fast a console shows what was pushed, against a bare event stream in a page that draws nothing; a thousand rows, five thousand map objects."""

import importlib.util
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytestmark = [pytest.mark.bench, pytest.mark.browser]
PUSHES = 30
BARE = """() => {
  window.bare = [];
  const now = () => (performance.timeOrigin + performance.now()) * 1000;
  new EventSource("/live").onmessage = (event) => {
    const heard = now();
    bare.push(heard - JSON.parse(event.data).at);
  };
}"""
LISTEN = """() => {
  window.seen = { drawn: [], frame: [], draw: [] };
  const now = () => (performance.timeOrigin + performance.now()) * 1000;
  document.addEventListener("drawn", (event) => {
    const { at, ms } = event.detail;
    const drawn = now();
    seen.draw.push(ms);
    seen.drawn.push(drawn - at);
    requestAnimationFrame(() => setTimeout(() => seen.frame.push(now() - at)));
  });
}"""


def load(name):
    known = f"console_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            known, Path(__file__).parents[1] / "web" / f"{name}.py"
        )
        sys.modules[known] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[known])
    return sys.modules[known]


snapshots, fakes = load("snapshots"), load("fakes")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.fail("no Chromium: run `make system`", pytrace=False)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        yield running
        running.close()


def share(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def measure(browser, app, screen, ready, change):
    """Push `PUSHES` changes and read the page's own figures: µs from the picture's making to bare receipt, drawn, and the frame after."""
    console = fakes.Console(app)
    try:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(console.url + "/?lang=en")
        page.wait_for_selector(ready, timeout=60_000)
        load_ms = page.evaluate("performance.now()")
        bare = browser.new_page()
        bare.goto(console.url + "/healthz")
        bare.evaluate(BARE)
        page.bring_to_front()
        page.evaluate(LISTEN)
        for n in range(PUSHES):
            before = page.evaluate("seen.frame.length")
            change(n)
            console.do(screen.poke)
            page.wait_for_function("n => seen.frame.length > n", arg=before, timeout=30_000)
        seen = page.evaluate("seen") | {"bare": bare.evaluate("bare")}
        bare.close()
        page.close()
        return load_ms, seen
    finally:
        console.stop()


def line(title, size, load_ms, seen):
    bare, drawn, frame = (share(seen[name], 0.5) / 1000 for name in ("bare", "drawn", "frame"))
    drawn95, in_page = share(seen["drawn"], 0.95) / 1000, share(seen["draw"], 0.5)
    cells = (
        f"{title:32}{size / 1024:6.0f} KiB",
        f"loaded {load_ms:6.0f} ms",
        f"bare stream p50 {bare:6.1f} ms",
        f"drawn p50 {drawn:6.1f} p95 {drawn95:6.1f} ms",
        f"next frame p50 {frame:6.1f} ms",
        f"in page p50 {in_page:6.1f} ms",
        f"drawn : bare {drawn / bare:5.2f}",
    )
    return " | ".join(cells)


def queue_case(browser, rows):
    from district_node.web.app import build

    base = snapshots.busy_district()
    kinds = ("crowding", "waterlogging", "loitering", "illegal_parking", "street_occupation")
    many = tuple(
        snapshots.queue_row(
            n,
            priority=float(1000 - n),
            kind=kinds[n % 5],
            severity=("Severe", "Moderate", "Minor")[n % 3],
        )
        for n in range(1, rows + 1)
    )
    screen = fakes.DistrictFake(replace(base, rows=many))

    def change(n):
        fresh = snapshots.queue_row(5000 + n, priority=2000.0 + n)
        at = n % rows
        screen.value = replace(
            base, rows=(*many[:at], replace(many[at], priority=1500.0), *many[at + 1 :], fresh)
        )

    size = len(json.dumps(_plain(screen)))
    load_ms, seen = measure(browser, build(screen, fakes.CrewFake()), screen, ".row", change)
    return line(f"queue, {rows} rows, 2 change", size, load_ms, seen)


def map_case(browser, objects, moving):
    from coordinator.web.app import build

    base = snapshots.busy_city(snapshots.plan())
    places = list(snapshots.CENTRES)
    units = [
        snapshots.unit(
            n,
            ("available", "en_route", "on_scene")[n % 3],
            places[n % 3],
            unit=f"{places[n % 3]}-{n}",
            place=snapshots.near(
                snapshots.CENTRES[places[n % 3]][1], (n * 37) % 2600 - 1300, (n * 91) % 2600 - 1300
            ),
        )
        for n in range(objects)
    ]
    screen = fakes.CityFake(replace(base, units=tuple(units)))

    def change(n):
        for i in range(n, len(units), len(units) // moving):
            units[i] = replace(units[i], place=snapshots.near(units[i].place, 25, 25))
        screen.value = replace(base, units=tuple(units))

    size = len(json.dumps(_plain(screen)))
    load_ms, seen = measure(browser, build(screen), screen, "#plan-orders li", change)
    return line(f"city, {objects} objects, {moving} move", size, load_ms, seen)


def _plain(screen):
    from citybrain import canonical_json

    return json.loads(canonical_json.encode(screen.snapshot()))


def test_push_to_drawn(browser):
    lines = [
        queue_case(browser, 5),
        queue_case(browser, 1000),
        map_case(browser, 9, 3),
        map_case(browser, 5000, 500),
    ]
    print("\n" + "\n".join(lines))
    assert all("drawn" in text for text in lines)
