"""The operator's desk in a real browser: tabs, search, chips and kept views; several cases at once;
the map; the tone; one press for a false alarm.
"""

import re

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.domain.console import Unwitnessed
from citybrain.structs import replace
from citybrain.vocabulary import Disposition, OperatorVerb

pytestmark = pytest.mark.browser
RUNG = """() => {
  window.rung = [];
  document.addEventListener("rung", ({ detail }) => rung.push(detail.severity));
}"""


@pytest.fixture
def desk():
    screen = FakeDistrictScreen(district_screen.busy_district())
    api = FakeDistrictApi(screen)
    console = ThreadedConsole(district_app(screen, FakeCrewScreen(crew_screen.crew_view()), api))
    console.screen = screen
    yield console
    console.stop()


def opened(desk, pages, query="lang=en", name="Li Wei"):
    page = pages.open(f"{desk.url}/?{query}")
    page.evaluate("name => localStorage.setItem('citybrain-operator', name)", name)
    return page


def tab(page, name):
    return page.get_by_role("tab", name=re.compile(f"^{name}"))


def test_each_tab_has_the_cases_that_wait_for_one_party_with_their_count(desk, pages):
    page = opened(desk, pages)
    expect(page.locator(".row")).to_have_count(5)
    for name, wanted in (
        ("Needs me", ["Crowding"]),
        ("Crews", ["Street occupation", "Loitering"]),
        ("City", ["Waterlogging"]),
        ("Watch", ["Illegal parking"]),
    ):
        expect(tab(page, name)).to_have_text(f"{name}{len(wanted)}")
        tab(page, name).click()
        expect(page.locator(".row .kind")).to_have_text(wanted)
    expect(page).to_have_title("(1) · Riverside · District queue")
    assert pages.errors == []


@pytest.mark.parametrize("width", [1280, 1440])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_row_shows_its_clock_and_who_has_it_whatever_else_it_says(desk, pages, width, lang):
    first = desk.screen.value.queue[0]
    report = replace(first.report, escalated=True, unstable=True)
    dark = Unwitnessed(state="offline", source="cam-1", reason="", since=report.opened_at)
    row = replace(first, report=report, unwitnessed=dark)
    desk.screen.value = replace(desk.screen.value, queue=(row, *desk.screen.value.queue[1:]))
    page = pages.open(f"{desk.url}/?lang={lang}", width=width)
    expect(page.locator(".row")).to_have_count(5)
    shown = page.locator(".row").first
    box = shown.bounding_box()
    for part in (".kind", ".clock", ".who"):
        inner = shown.locator(part).bounding_box()
        assert inner["x"] + inner["width"] <= box["x"] + box["width"], part
    flag = shown.locator(".chip.is-violet")
    expect(flag).to_have_attribute("title", flag.inner_text())


def test_a_search_and_chips_narrow_the_queue_and_the_address_says_so(desk, pages):
    page = opened(desk, pages)
    expect(page.locator(".row")).to_have_count(5)
    page.keyboard.press("/")
    page.keyboard.type("loiter")
    expect(page.locator(".row")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".row")).to_have_count(5)
    page.locator("[data-chip=Severe]").click()
    expect(page.locator(".row")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"severity=Severe"))
    again = opened(desk, pages, query="lang=en&severity=Severe&q=crowd")
    expect(again.locator(".row")).to_have_count(1)
    expect(again.locator("#search")).to_have_value("crowd")
    again.locator("[data-chip=clear]").click()
    expect(again.locator(".row")).to_have_count(5)
    assert pages.errors == []


def test_words_that_nothing_has_say_so_and_not_that_nothing_waits(desk, pages):
    page = opened(desk, pages, query="lang=en&q=nowhere")
    expect(page.locator("#empty-title")).to_have_text("Nothing waits here.")
    expect(page.locator("#empty-help")).to_be_hidden()
    expect(tab(page, "All")).to_have_text("All5")


def test_a_view_is_kept_under_the_words_that_say_it(desk, pages):
    page = opened(desk, pages)
    tab(page, "Crews").click()
    page.locator("[data-chip=Minor]").click()
    page.locator("#keep-view").click()
    page.locator("[data-chip=clear]").click()
    tab(page, "All").click()
    expect(page.locator(".row")).to_have_count(5)
    page.get_by_role("button", name="Crews, Minor", exact=True).click()
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_role("button", name="Forget the view Crews, Minor").click()
    expect(page.locator("#kept-views .pill")).to_have_count(0)
    assert pages.errors == []


def test_one_verb_for_several_cases_has_an_outcome_for_each(desk, pages):
    page = opened(desk, pages)
    rows = page.locator(".row")
    expect(rows).to_have_count(5)
    page.keyboard.press("x")
    rows.nth(2).click(modifiers=["Control"])
    expect(page.locator("#bulk-count")).to_have_text("2 cases chosen")
    page.locator("#bulk-verbs [data-verb=close]").click()
    page.locator("#reason-text").fill("after the storm")
    page.locator("#reason-send").click()
    expect(page.locator(".toast")).to_contain_text("Close: 2 of 2 done")
    expect(page.locator("#bulk")).to_be_hidden()
    acted = [(one.incident, one.verb, one.operator, one.reason) for one in desk.screen.actions]
    assert acted == [
        ("inc-riverside-12", OperatorVerb.CLOSE, "Li Wei", "after the storm"),
        ("inc-riverside-9", OperatorVerb.CLOSE, "Li Wei", "after the storm"),
    ]
    assert len({one.request for one in desk.screen.actions}) == 2


def test_one_verb_for_several_cases_is_sent_again_with_the_same_requests(desk, pages):
    page = opened(desk, pages)
    rows = page.locator(".row")
    expect(rows).to_have_count(5)
    page.keyboard.press("x")
    rows.nth(2).click(modifiers=["Control"])
    sent = []

    def answer_is_lost(route):
        sent.append([one["request_id"] for one in route.request.post_data_json["actions"]])
        if len(sent) == 1:
            route.fetch()  # it arrives, and nobody hears what came of it
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/actions-on-many", answer_is_lost)
    page.locator("#bulk-verbs [data-verb=close]").click()
    page.locator("#reason-text").fill("after the storm")
    page.locator("#reason-send").click()
    expect(page.locator(".toast")).to_contain_text("Close: 2 of 2 done")
    first, second = sent
    assert first == second
    assert len({one.request for one in desk.screen.actions}) == 2


def test_a_request_for_many_that_is_refused_as_a_whole_says_why(desk, pages):
    page = opened(desk, pages)
    expect(page.locator(".row")).to_have_count(5)
    page.keyboard.press("x")
    page.route(
        "**/api/v1/actions-on-many",
        lambda route: route.fulfill(
            status=403,
            content_type="application/problem+json",
            json={"status": 403, "reason": "not_permitted", "detail": "no role"},
        ),
    )
    page.locator("#bulk-verbs [data-verb=close]").click()
    page.locator("#reason-text").fill("after the storm")
    page.locator("#reason-send").click()
    expect(page.locator(".toast-bad")).to_contain_text("0 of 1 done")
    expect(page.locator(".toast-bad")).to_contain_text("your role may not do that")
    expect(page.locator("#bulk-count")).to_have_text("1 case chosen")


def test_what_a_verb_does_not_fit_stays_chosen_and_is_named(desk, pages):
    page = opened(desk, pages)
    rows = page.locator(".row")
    expect(rows).to_have_count(5)
    page.keyboard.press("x")
    rows.nth(2).click(modifiers=["Control"])
    page.locator("#bulk-verbs [data-verb=defer]").click()
    page.locator("#reason-text").fill("after the storm")
    page.locator("#reason-send").click()
    expect(page.locator(".toast")).to_contain_text("Defer: 1 of 2 done · #9: ")
    expect(page.locator("#bulk-count")).to_have_text("1 case chosen")


def test_shift_chooses_all_between(desk, pages):
    page = opened(desk, pages)
    rows = page.locator(".row")
    rows.nth(1).click()
    rows.nth(3).click(modifiers=["Shift"])
    expect(page.locator("#bulk-count")).to_have_text("3 cases chosen")
    expect(page.locator(".row.is-picked")).to_have_count(3)
    page.locator("#bulk-clear").click()
    expect(page.locator(".row.is-picked")).to_have_count(0)


@pytest.mark.parametrize(
    ("row", "verb"),
    [(1, OperatorVerb.REJECT), (2, OperatorVerb.REJECT), (4, OperatorVerb.REJECT)],
)
def test_a_false_alarm_is_one_press_at_every_stage(desk, pages, row, verb):
    page = opened(desk, pages)
    page.locator(".row").nth(row).click()
    page.locator("#d-actions [data-verb=false_alarm]").click()
    expect(page.locator(".toast")).to_contain_text("False alarm")
    (action,) = desk.screen.actions
    assert (action.verb, action.disposition) == (verb, Disposition.FALSE_ALARM)
    assert action.reason == "False alarm"


def test_the_map_shows_cases_units_and_cameras_and_a_press_chooses(desk, pages):
    page = opened(desk, pages)
    expect(page.locator(".row")).to_have_count(5)
    page.evaluate(NAME_THE_MAP)
    page.wait_for_function(SHOWN, arg=[5, 6, 4])
    place = page.evaluate(PLACE_OF, "inc-riverside-9")
    page.locator("#map").click(position=place)
    expect(page.locator("#detail-title")).to_have_text("Street occupation")
    expect(page).to_have_url(re.compile(r"incident=inc-riverside-9"))
    assert pages.errors == []


NAME_THE_MAP = """async () => {
  ({ deskMap: window.deskMap } = await import("/static/queue.js"));
}"""
# not async: a promise would count as seen
SHOWN = """([cases, units, sources]) => {
  const { map_incidents: a, map_units: b, map_sources: c } = deskMap.layers;
  return a.size === cases && b.size === units && c.size === sources;
}"""
PLACE_OF = """async (id) => {
  const { deskMap } = await import("/static/queue.js");
  const { layer } = deskMap.layers.map_incidents.markers.get(id);
  const { x, y } = deskMap.map.latLngToContainerPoint(layer.getLatLng());
  return { x, y };
}"""


def comes_in(desk, page, **changes):
    """A new case that rings."""
    given = {"kind": "crowding", "severity": "Extreme", "stage": "reported", **changes}
    fresh = district_screen.queue_entry(40, due_s=60, **given)
    now = replace(fresh.report, opened_at=desk.screen.value.at)
    queue = (replace(fresh, report=now), *desk.screen.value.queue)
    desk.screen.value = replace(desk.screen.value, queue=queue)
    desk.do(desk.screen.poke)
    expect(page.locator("#alarm-text")).to_contain_text("New: Crowding #40")


def test_a_new_case_rings_until_somebody_has_seen_it(desk, pages):
    page = opened(desk, pages)
    expect(page.locator(".row")).to_have_count(5)
    page.evaluate(RUNG)
    comes_in(desk, page, priority=99)
    page.wait_for_function("() => rung.length >= 2", timeout=12_000)
    assert set(page.evaluate("rung")) == {"Extreme"}
    page.locator("#alarm-ok").click()
    expect(page.locator("#alarm")).to_be_hidden()
    assert pages.errors == []


def test_a_new_case_that_is_over_rings_no_more(desk, pages):
    page = opened(desk, pages)
    expect(page.locator(".row")).to_have_count(5)
    comes_in(desk, page, priority=99)
    desk.screen.value = replace(desk.screen.value, queue=desk.screen.value.queue[1:])
    desk.do(desk.screen.poke)
    expect(page.locator("#alarm")).to_be_hidden()
    assert pages.errors == []


def test_a_press_while_it_rings_lands_where_it_was_meant(desk, pages):
    page = opened(desk, pages)
    expect(page.locator(".row")).to_have_count(5)
    top = page.locator("#rows").bounding_box()["y"]
    comes_in(desk, page, priority=99)
    assert page.locator("#rows").bounding_box()["y"] == top, "the list moves under no hand"
    row = page.locator(".row").nth(3)
    row.hover()
    page.mouse.down()
    expect(page.locator("#alarm")).to_be_hidden()
    page.mouse.up()
    expect(row).to_have_attribute("aria-selected", "true")
    assert pages.errors == []


def test_what_comes_in_takes_the_focus_from_no_button(desk, pages):
    page = opened(desk, pages)
    expect(page.locator(".row")).to_have_count(5)
    page.keyboard.press("x")
    for button in ("[data-chip=Minor]", "#bulk-verbs [data-verb=close]"):
        page.locator(button).focus()
        queue = desk.screen.value.queue
        desk.screen.value = replace(desk.screen.value, queue=(*queue[:1], *queue[2:]))
        desk.do(desk.screen.poke)
        expect(tab(page, "All")).to_have_text(f"All{len(queue) - 3}")  # two of them are over
        expect(page.locator(button)).to_be_focused()
    page.locator("[data-chip=Minor]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-chip=Minor]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-chip=Minor]")).to_be_focused()
