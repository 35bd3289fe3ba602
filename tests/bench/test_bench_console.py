"""How fast a console shows what was pushed: a change in a queue of 10,000 to its row, units that
move to the map of the city, marks that move on a map of 20,000.
"""

import time

import pytest
from bench_rows import row
from consoles import city_screen, district_screen, reports
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCityScreen, FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from rigs.chromium import FLAGS, find_chromium

from citybrain.api.services.city import city_service
from citybrain.ids import CountingIds
from citybrain.structs import replace
from coordinator.web.app import build

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
        if rows == 10_000:
            row(
                "event to its row in the browser, 10,000 open",
                goal="p99 < 1 s, <= 4 KB a change",
                ours=f"p99 {share(waits, 0.99):.0f} ms, {max(sizes)} bytes",
                held=share(waits, 0.99) < GOAL_MS and max(sizes) <= 4_096,
            )
        assert load_ms < 3 * GOAL_MS
        assert share(waits, 0.99) < 3 * GOAL_MS
        assert max(sizes) <= 4_096


def map_case(browser, objects, moving):
    """`moving` of `objects` units move at once: ms from the city to the map in the browser, which
    draws the five hundred that its window may hold."""
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
    console = ThreadedConsole(build((city_service(screen, CountingIds()),), clock=reports.CLOCK))
    try:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        began = time.perf_counter()
        page.goto(console.url + "/?lang=en")
        page.wait_for_selector("#plan-orders li", timeout=60_000)
        load_ms = 1e3 * (time.perf_counter() - began)
        page.evaluate(HEAR)
        waits, sizes = [], []
        for n in range(PUSHES):
            before = page.evaluate("heard.length")
            for i in range(n, len(units), max(1, len(units) // moving)):
                units[i] = replace(units[i], place=reports.near(units[i].place, 25, 25))
            screen.value = replace(base, units=tuple(units))
            at_ms = 1e3 * time.time()
            console.do(screen.poke)
            page.wait_for_function("n => heard.length > n", arg=before, timeout=30_000)
            heard = page.evaluate("heard.at(-1)")
            waits.append(heard["at"] - at_ms)
            sizes.append(heard["bytes"])
        page.close()
        return load_ms, waits, sizes
    finally:
        console.stop()


def test_a_move_of_units_to_the_map(browser):
    for objects, moving in ((9, 3), (5_000, 50), (5_000, 500)):
        load_ms, waits, sizes = map_case(browser, objects, moving)
        print(
            f"\ncity, {objects} units, {moving} move: loaded {load_ms:.0f} ms,"
            f" map p50 {share(waits, 0.5):.0f} p95 {share(waits, 0.95):.0f} ms,"
            f" message p50 {share(sizes, 0.5)} bytes"
        )
        assert load_ms < 10 * GOAL_MS


# Marks of one kind over the whole window of the desk's map, of which some move; the promise is kept
# once the frame after them was drawn.
MARKS = """async ([marks, clusters]) => {
  const { deskMap } = await import("/static/queue.js");
  const { MarkerLayer } = await import("/shared/map/marker_layer.js");
  const { incidentMark, unitMark } = await import("/shared/map/case_marks.js");
  const { map } = deskMap;
  const bounds = map.getBounds();
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const within = (low, high) => low + random() * (high - low);
  const near = () => (random() - 0.5) * 1e-4;
  let items = Array.from({ length: marks }, (_, n) => ({
    id: `mark-${n}`,
    state: ["available", "en_route", "on_scene"][n % 3],
    severity: ["Minor", "Moderate", "Severe"][n % 3],
    heading_deg: n % 2 ? n % 360 : undefined,
    place: {
      latitude: within(bounds.getSouth(), bounds.getNorth()),
      longitude: within(bounds.getWest(), bounds.getEast()),
    },
  }));
  const look = clusters ? incidentMark : unitMark;
  const markerOf = (item) => ({ ...look(item), tooltip: () => item.id });
  window.benchLayer = new MarkerLayer(map, { markerOf, clusters });
  benchLayer.draw(items);
  let next = 0;
  window.benchMoves = (moves) => new Promise((drawn) => requestAnimationFrame(() => {
    items = items.slice();
    for (let k = 0; k < moves; k++) {
      const n = (next++ * 7919) % marks;
      const { latitude, longitude } = items[n].place;
      const place = { latitude: latitude + near(), longitude: longitude + near() };
      items[n] = { ...items[n], place };
    }
    benchLayer.draw(items);
    requestAnimationFrame(() => requestAnimationFrame(drawn));
  }));
  await benchMoves(0);
}"""
FRAMES_A_SECOND = 60
MOVING = 1_000  # marks a second
FRAME_GOAL_MS = 20
FRAMES = 60


def frame_costs(page, marks, moves, *, clusters):
    """CPU ms of the page's main thread for each frame with `moves`, scripts, layout and paint: the
    thread's own time, for the wall's is that of whatever else the machine does."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent_ms():
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1e3 * next(one["value"] for one in metrics if one["name"] == "TaskDuration")

    page.evaluate(MARKS, [marks, clusters])
    costs = []
    for _ in range(FRAMES):
        before = spent_ms()
        page.evaluate("moves => benchMoves(moves)", moves)
        costs.append(spent_ms() - before)
    page.evaluate("benchLayer.draw([])")
    session.detach()
    return costs


def test_marks_that_move_on_the_desks_map(browser):
    """Issue 12's number: 20,000 marks of which 1,000 move a second, at most 20 ms a frame at p95.
    Of units, which never stand together, the map asks for 500 at most: 20,000 marks that stand
    alone, half a second a frame, are more than any page can come to."""
    screen = FakeDistrictScreen(district_screen.busy_district())
    console = ThreadedConsole(district_app(screen, FakeCrewScreen()))
    a_frame = round(MOVING / FRAMES_A_SECOND)
    cases = (
        ("units, none moves", 500, 0, False),
        ("units", 500, a_frame, False),
        ("cases in clusters, none moves", 20_000, 0, True),
        ("cases in clusters", 20_000, a_frame, True),
        ("cases in clusters, moves come ten times a second", 20_000, MOVING // 10, True),
    )
    print(f"\n{'marks on the map':50} {'marks':>7} {'moves a frame':>14}   p50 ms   p95 ms")
    try:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(console.url + "/?lang=en")
        page.wait_for_selector(".row", timeout=60_000)
        found = {}
        for what, marks, moves, clusters in cases:
            costs = frame_costs(page, marks, moves, clusters=clusters)
            found[what] = p95 = share(costs, 0.95)
            print(f"{what:50} {marks:7} {moves:14} {share(costs, 0.5):8.1f} {p95:8.1f}")
        page.close()
    finally:
        console.stop()
    p95 = found["cases in clusters"]
    row(
        "a frame of the map, 20,000 marks, 1,000 move a second",
        goal=f"p95 <= {FRAME_GOAL_MS} ms of its thread",
        ours=f"p95 {p95:.1f} ms",
        held=p95 <= FRAME_GOAL_MS,
    )
    assert p95 < 3 * FRAME_GOAL_MS
