"""The district's queue in a real browser with 10,000 incidents: only a window of them is in the
page, whatever is scrolled, pressed or lost; and what a stranger wrote stays text.
"""

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.resources.incident import contribution_message
from citybrain.domain.report import ForeignCase, Reporter
from citybrain.structs import replace

pytestmark = pytest.mark.browser
COUNT = 10_000
ROWS_MAX = 120  # in the page: a window of 100, and what a moment of two windows may add
HEAR = """() => {
  window.heard = [];
  document.addEventListener("drawn", ({ detail }) => heard.push(detail.bytes));
}"""
SCROLLED = """(part) => {
  const rows = document.getElementById("rows");
  rows.scrollTop = part * (rows.scrollHeight - rows.clientHeight);
}"""
SCROLL_TOP = "document.getElementById('rows').scrollTop"
SEEN = """() => {
  const box = document.getElementById("rows").getBoundingClientRect();
  return [...document.querySelectorAll(".row")]
    .filter((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return top < box.bottom - 1 && bottom > box.top + 1;
    })
    .map((row) => row.dataset.key);
}"""


class Console:
    """A served district with many incidents, that can go and come back on its port."""

    def __init__(self) -> None:
        base = district_screen.busy_district()
        over = tuple(
            district_screen.queue_entry(90_000 + n, due_s=None, stage="closed", waits_for="")
            for n in (1, 2)
        )
        queue = (*district_screen.many_incidents(COUNT), *over)
        self.screen = FakeDistrictScreen(replace(base, queue=queue))
        self.api = FakeDistrictApi(self.screen)
        self.crews = FakeCrewScreen(crew_screen.crew_view())
        self.served = ThreadedConsole(district_app(self.screen, self.crews, self.api))
        self.url = self.served.url

    def change(self, number: int, **changes: object) -> None:
        self._set(number, **changes)
        self.served.do(self.screen.poke)

    def go(self) -> None:
        self.served.stop()

    def come_back(self, api: FakeDistrictApi | None = None) -> None:
        app = district_app(self.screen, self.crews, api or self.api)
        self.served = ThreadedConsole(app, port=self.served.port)

    def change_while_away(self, number: int, **changes: object) -> None:
        self._set(number, **changes)
        self.api.refresh()

    def _set(self, number: int, **changes: object) -> None:
        queue = list(self.screen.value.queue)
        report = replace(queue[number].report, **changes)
        queue[number] = replace(queue[number], report=report)
        self.screen.value = replace(self.screen.value, queue=tuple(queue))


@pytest.fixture
def console():
    served = Console()
    yield served
    served.served.stop()


def opened(console, pages):
    page = pages.open(console.url + "/?lang=en")
    expect(page.locator(".row").first).to_have_attribute("data-key", "inc-riverside-0")
    expect(page.locator("#queue-counts")).to_have_text("10,000 live · 2 ended")
    expect(page.locator("#map-more")).to_contain_text("The worst 200 of 10,000 cases here")
    page.evaluate(HEAR)
    return page


def rows_seen(page):
    """The numbers of the rows that can be seen, once there are enough of them."""
    page.wait_for_function(f"() => ({SEEN})().length >= 8")
    return [int(key.rpartition("-")[2]) for key in page.evaluate(SEEN)]


APPLY = """async ({ pages, delta }) => {
  const { apply } = await import("/shared/changes.js");
  const made = apply(apply(undefined, pages), delta);
  return { keys: made.keys, values: [...made.values.values()], total: made.total,
    entered: made.entered };
}"""


def test_the_documents_example_of_a_difference(console, pages):
    page = opened(console, pages)
    rows = [("A", "pier"), ("B", "bikes"), ("C", "lane"), ("D", "stall")]
    made = page.evaluate(
        APPLY,
        {
            "pages": {
                "page": {
                    "total": 5,
                    "offset": 0,
                    "rows": [{"key": key, "unit": name} for key, name in rows],
                }
            },
            "delta": {
                "delta": {
                    "total": 6,
                    "removed": ["D"],
                    "placed": [{"index": 0, "key": "E"}, {"index": 3, "key": "A"}],
                    "rows": [
                        {"key": "E", "unit": "lift"},
                        {"key": "C", "unit": "lane, pump there"},
                    ],
                }
            },
        },
    )
    assert made == {
        "keys": ["E", "B", "C", "A"],
        "values": ["lift", "bikes", "lane, pump there", "pier"],
        "total": 6,
        "entered": ["E"],
    }


def test_rows_outside_the_window_are_not_in_the_page_wherever_it_is_scrolled(console, pages):
    page = opened(console, pages)
    for part in (0.0, 0.001, 0.3, 0.5, 1.0, 0.25, 0.0):
        page.evaluate(SCROLLED, part)
        page.wait_for_function(
            f"(n) => ({SEEN})().some((key) => Math.abs(key.split('-')[2] - n) < 30)",
            arg=part * (COUNT - 1),
        )
        seen = rows_seen(page)
        assert seen == list(range(seen[0], seen[0] + len(seen))), "in order, without a hole"
        assert page.locator(".row").count() <= ROWS_MAX
    assert seen[0] == 0
    assert pages.errors == []


def test_the_tabs_are_seen_whatever_there_is_of_rows(console, pages):
    page = opened(console, pages)
    tab = page.locator("#tabs [role=tab]").last
    expect(tab).to_have_text("All10,000")
    seen = page.locator("#tabs").bounding_box()
    assert seen["height"] >= tab.bounding_box()["height"] > 20


def test_the_scroll_bar_stands_for_all_rows(console, pages):
    page = opened(console, pages)
    height = page.evaluate("document.getElementById('rows').scrollHeight")
    row = page.locator(".row").first.bounding_box()["height"]
    assert height == pytest.approx(COUNT * row, rel=0.01)
    last = page.locator(".row").first
    expect(last).to_have_attribute("aria-setsize", str(COUNT))
    expect(last).to_have_attribute("aria-posinset", "1")


def test_the_keyboard_walks_out_of_the_window_and_the_choice_survives_a_scroll(console, pages):
    page = opened(console, pages)
    for _ in range(130):
        page.keyboard.press("j")
    expect(page.locator(".row[aria-selected=true]")).to_have_attribute(
        "data-key", "inc-riverside-130"
    )
    assert 130 in rows_seen(page)
    page.evaluate(SCROLLED, 0.7)
    page.wait_for_function(f"() => ({SEEN})().some((key) => key.split('-')[2] > 6000)")
    expect(page.locator("#d-number")).to_contain_text("#130 ")
    page.keyboard.press("k")
    expect(page.locator(".row[aria-selected=true]")).to_have_attribute(
        "data-key", "inc-riverside-129"
    )
    expect(page.locator("#d-number")).to_contain_text("#129 ")
    assert 129 in rows_seen(page)


def test_a_change_costs_one_row_and_none_if_it_is_not_in_a_window(console, pages):
    page = opened(console, pages)
    console.change(3, events=77)
    expect(page.locator("[data-key=inc-riverside-3] .sub")).to_contain_text("77 events")
    page.wait_for_function("() => heard.length >= 1")  # a clock may have run out, too
    console.change(5_000, events=78)
    console.change(4, events=79)
    expect(page.locator("[data-key=inc-riverside-4] .sub")).to_contain_text("79 events")
    heard = page.evaluate("heard")
    assert len(heard) <= 5
    assert max(heard) <= 4_096, heard


def test_a_row_above_moves_the_list_and_not_what_is_looked_at(console, pages):
    page = opened(console, pages)
    page.evaluate(SCROLLED, 0.4)
    page.wait_for_function(f"() => ({SEEN})().some((key) => key.split('-')[2] > 3000)")
    seen = rows_seen(page)
    top = page.evaluate(SCROLL_TOP)
    fresh = district_screen.queue_entry(88_888, priority=3.0 * COUNT, kind="crowding")
    console.screen.value = replace(console.screen.value, queue=(*console.screen.value.queue, fresh))
    console.served.do(console.screen.poke)
    page.wait_for_function(f"(top) => ({SCROLL_TOP}) > top", arg=top)
    assert rows_seen(page) == seen


def test_the_choice_stays_where_it_is_when_a_row_comes_in_above(console, pages):
    page = opened(console, pages)
    page.locator("[data-key=inc-riverside-5]").click()
    fresh = district_screen.queue_entry(77_777, priority=2.0 * COUNT, kind="crowding")
    console.screen.value = replace(console.screen.value, queue=(*console.screen.value.queue, fresh))
    console.served.do(console.screen.poke)
    expect(page.locator(".row").first).to_have_attribute("data-key", "inc-riverside-77777")
    expect(page.locator(".row[aria-selected=true]")).to_have_attribute(
        "data-key", "inc-riverside-5"
    )
    expect(page.locator("#queue-counts")).to_have_text("10,001 live · 2 ended")


def test_ended_incidents_stand_behind_all_others(console, pages):
    page = opened(console, pages)
    page.locator("#toggle-ended").click()
    page.wait_for_function(
        "() => document.querySelector('.row').getAttribute('aria-setsize') === '10002'"
    )
    page.evaluate(SCROLLED, 1.0)
    expect(page.locator(".row.is-ended")).to_have_count(2)
    page.locator("#toggle-ended").click()
    expect(page.locator(".row.is-ended")).to_have_count(0)
    assert rows_seen(page)[-1] == COUNT - 1


def test_whoever_was_away_gets_the_difference(console, pages):
    page = opened(console, pages)
    console.go()
    expect(page.locator("#connection-lost")).to_be_visible()
    console.change_while_away(2, events=81)
    console.change_while_away(2, events=82)
    console.come_back()
    expect(page.locator("#connection-lost")).to_be_hidden(timeout=15_000)
    expect(page.locator("[data-key=inc-riverside-2] .sub")).to_contain_text("82 events")
    # a page would be tens of thousands of bytes
    assert max(page.evaluate("heard")) <= 8_192, "no page came, though versions were missed"


def test_after_a_restart_the_page_comes_whole(console, pages):
    page = opened(console, pages)
    console.go()
    expect(page.locator("#connection-lost")).to_be_visible()
    console.change_while_away(2, events=83)
    console.come_back(FakeDistrictApi(console.screen, epoch="next"))
    expect(page.locator("#connection-lost")).to_be_hidden(timeout=15_000)
    expect(page.locator("[data-key=inc-riverside-2] .sub")).to_contain_text("83 events")
    assert max(page.evaluate("heard")) > 20_000, "another life of the node: a whole page"


HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>&amp;'


def test_what_a_stranger_wrote_is_text_and_no_markup(console, pages):
    now = console.screen.value.at
    call = contribution_message(
        type_="person",
        source=HOSTILE,
        verified_by="call_back",
        since=now,
        received_at=now,
        reporter=Reporter.CITIZEN,
        text=HOSTILE,
        contact=f"555 0100 {HOSTILE}",
    )
    case = contribution_message(
        type_="foreign_system",
        source="hotline/7",
        verified_by="named_person",
        since=now,
        received_at=now,
        text="in their words",
        case=ForeignCase(system=HOSTILE, case="7", url="javascript:window.hit=1"),
    )
    console.api.contributions["inc-riverside-0"] = [call, case]
    units = console.screen.value.units
    console.screen.value = replace(
        console.screen.value, units=(replace(units[0], name=HOSTILE), *units[1:])
    )
    console.served.do(console.screen.poke)
    page = opened(console, pages)
    sources = page.locator("#d-sources")
    expect(sources).to_contain_text(HOSTILE)
    expect(sources).to_contain_text(f"call back 555 0100 {HOSTILE}")
    expect(sources.locator("li")).to_have_count(2)
    assert sources.locator("a, img, script").count() == 0
    expect(page.locator("#units li").first).to_contain_text(HOSTILE)
    assert page.evaluate("window.hit") is None
    assert pages.errors == []


def test_a_call_is_entered_and_its_incident_chosen(console, pages):
    page = opened(console, pages)
    page.evaluate("localStorage.setItem('citybrain-operator', 'Li Wei')")
    page.keyboard.press("n")
    expect(page.locator("#report-kind")).to_have_value("")  # no kind that nobody chose
    page.locator("#report-kind").select_option("crowding")
    page.locator("#report-latitude").fill("30.5")
    page.locator("#report-longitude").fill("104.25")
    page.locator("#report-text").fill("a crowd at the gate")
    page.locator("#report-contact").fill("555 0100")
    page.locator("#report-dialog .primary").click()
    expect(page.locator(".toast-good")).to_contain_text("Report · Crowding: done")
    (report,) = console.screen.actions
    assert (report.kind, report.contact, report.taken_by) == ("crowding", "555 0100", "Li Wei")
    assert (report.place.lat, report.place.lon) == (30.5, 104.25)
    assert (report.text, report.reporter) == ("a crowd at the gate", Reporter.CITIZEN)


def test_long_lists_beside_the_queue_are_windows_too(console, pages):
    units = tuple(
        replace(console.screen.value.units[4], unit=f"riverside-{n:04}") for n in range(1_000)
    )
    (agent, *_) = console.screen.value.agents
    sources = tuple(replace(agent.sources[0], source=f"cam-{n:04}") for n in range(700))
    agents = (replace(agent, sources=sources),)
    console.screen.value = replace(console.screen.value, units=units, agents=agents)
    console.served.do(console.screen.poke)
    page = opened(console, pages)
    expect(page.locator("#units-count")).to_have_text("1000 of 1000 free")
    for name, last in (("units", "riverside-0999"), ("sources", "box-a1/cam-0699")):
        rows = page.locator(f"#{name} li")
        expect(rows.first).to_be_visible()
        assert rows.count() <= ROWS_MAX
        page.evaluate(
            "(id) => { const node = document.getElementById(id);"
            " node.scrollTop = node.scrollHeight; }",
            f"{name}-scroll",
        )
        expect(page.locator(f"#{name} [data-key='{last}']")).to_be_visible()
        assert rows.count() <= ROWS_MAX
    page.evaluate("localStorage.setItem('citybrain-operator', 'Li Wei')")
    page.locator("#d-actions [data-verb=assign]").click()
    expect(page.locator("#pick-list button")).to_have_count(100)
    expect(page.locator("#pick-more")).to_have_text("and 900 more, further away")
