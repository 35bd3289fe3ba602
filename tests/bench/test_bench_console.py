"""How fast a console shows what was pushed: a change in a queue of 10,000 to its row; the city's
map against a bare event stream in a page that draws nothing.
"""

import json
import time

import pytest
from consoles import city_screen, district_screen, reports
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCityScreen, FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from rigs.chromium import FLAGS, find_chromium

from citybrain.structs import replace

pytestmark = [pytest.mark.bench, pytest.mark.browser]
PUSHES = 30
CHANGES = 100
GOAL_MS = 1_000
HEAR = """() => {
  window.heard = [];
  document.addEventListener("drawn", ({ detail }) => {
    requestAnimationFrame(() => setTimeout(() => {
      heard.push({ at: performance.timeOrigin + performance.now(), bytes: detail.bytes });
    }));
  });
}"""
BARE = """() => {
  window.bare = [];
  const now = () => (performance.timeOrigin + performance.now()) * 1000;
  new EventSource("/live").onmessage = (event) => {
    const received = now();
    bare.push(received - JSON.parse(event.data).at);
  };
}"""
LISTEN = """() => {
  window.times = { drawn: [], frame: [], draw: [] };
  const now = () => (performance.timeOrigin + performance.now()) * 1000;
  document.addEventListener("drawn", (event) => {
    const { at, ms } = event.detail;
    const drawn = now();
    times.draw.push(ms);
    times.drawn.push(drawn - at);
    requestAnimationFrame(() => setTimeout(() => times.frame.push(now() - at)));
  });
}"""


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield running
        running.close()


def share(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def measure(browser, app, screen, ready, change):
    """Push `PUSHES` changes and read the page's own figures: µs from the making of a snapshot to
    its bare receipt, to drawn, and to the frame after."""
    console = ThreadedConsole(app)
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
            before = page.evaluate("times.frame.length")
            change(n)
            console.do(screen.poke)
            page.wait_for_function("n => times.frame.length > n", arg=before, timeout=30_000)
        times = page.evaluate("times") | {"bare": bare.evaluate("bare")}
        bare.close()
        page.close()
        return load_ms, times
    finally:
        console.stop()


def line(title, size, load_ms, times):
    bare, drawn, frame = (share(times[name], 0.5) / 1000 for name in ("bare", "drawn", "frame"))
    drawn95, in_page = share(times["drawn"], 0.95) / 1000, share(times["draw"], 0.5)
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
    """One of `rows` incidents changes: ms from the district to the row in the browser."""
    base = district_screen.busy_district()
    screen = FakeDistrictScreen(replace(base, queue=district_screen.many_incidents(rows)))
    console = ThreadedConsole(district_app(screen, FakeCrewScreen()))
    try:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(console.url + "/?lang=en")
        page.wait_for_selector(".row", timeout=60_000)
        load_ms = page.evaluate("performance.now()")
        page.wait_for_timeout(500)  # the detail of the first row has come, too
        page.evaluate(HEAR)
        began = []
        for n in range(CHANGES):
            queue = list(screen.value.queue)
            report = replace(queue[n % len(queue[:10])].report, events=1000 + n)
            queue[n % len(queue[:10])] = replace(queue[n % len(queue[:10])], report=report)
            screen.value = replace(screen.value, queue=tuple(queue))
            began.append(time.time() * 1000)
            console.do(screen.poke)
            page.wait_for_function("n => heard.length > n", arg=n, timeout=30_000)
        heard = page.evaluate("heard")
        held = page.evaluate("document.querySelectorAll('.row').length")
        page.close()
    finally:
        console.stop()
    waits = [one["at"] - then for one, then in zip(heard, began, strict=True)]
    return load_ms, waits, [one["bytes"] for one in heard], held


def test_a_change_of_the_queue_to_its_row(browser):
    """Issue 9's numbers: a first page within 1 s, a row within 1 s at p99, 4 KB a change."""
    for rows in (5, 1_000, 10_000):
        load_ms, waits, sizes, held = queue_case(browser, rows)
        cells = (
            f"queue, {rows:6} rows",
            f"first page {load_ms:6.0f} ms",
            f"event to row p50 {share(waits, 0.5):6.0f} p99 {share(waits, 0.99):6.0f} ms",
            f"{max(sizes)} bytes a change",
            f"{held} rows in the page",
        )
        print(" | ".join(cells))
        # three times as much is allowed: the machine is not this test's alone
        assert load_ms < 3 * GOAL_MS
        assert share(waits, 0.99) < 3 * GOAL_MS
        assert max(sizes) <= 4_096


def map_case(browser, objects, moving):
    from coordinator.web.app import build

    base = city_screen.busy_city(city_screen.plan())
    places = list(reports.CENTRES)
    units = [
        reports.unit(
            n,
            ("available", "en_route", "on_scene")[n % 3],
            places[n % 3],
            unit=f"{places[n % 3]}-{n}",
            place=reports.near(
                reports.CENTRES[places[n % 3]][1], (n * 37) % 2600 - 1300, (n * 91) % 2600 - 1300
            ),
        )
        for n in range(objects)
    ]
    screen = FakeCityScreen(replace(base, units=tuple(units)))

    def change(n):
        for i in range(n, len(units), len(units) // moving):
            units[i] = replace(units[i], place=reports.near(units[i].place, 25, 25))
        screen.value = replace(base, units=tuple(units))

    size = len(json.dumps(_plain(screen)))
    load_ms, times = measure(browser, build(screen), screen, "#plan-orders li", change)
    return line(f"city, {objects} objects, {moving} move", size, load_ms, times)


def _plain(screen):
    from citybrain import canonical_json

    return json.loads(canonical_json.encode(screen.snapshot()))


def test_push_to_drawn(browser):
    lines = [
        map_case(browser, 9, 3),
        map_case(browser, 5000, 500),
    ]
    print("\n" + "\n".join(lines))
    assert all("drawn" in text for text in lines)
