"""The district's queue in a real browser: order, clocks, live changes, every action by keyboard,
refusals in words, both languages, a lost connection.
"""

import re

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.resources.incident import contribution_message
from citybrain.domain.report import Reporter
from citybrain.structs import replace
from citybrain.vocabulary import OperatorVerb

pytestmark = pytest.mark.browser

COLOURS = """(canvas) => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const seen = new Set();
  for (let i = 0; i < pixels.length; i += 4 * 97) seen.add(pixels.slice(i, i + 3).join());
  return seen.size;
}"""


@pytest.fixture
def queue():
    screen = FakeDistrictScreen(district_screen.busy_district())
    api = FakeDistrictApi(screen)
    app = district_app(screen, FakeCrewScreen(crew_screen.crew_view()), api)
    console = ThreadedConsole(app)
    console.screen, console.api, console.app = screen, api, app
    yield console
    console.stop()


def show(queue, value):
    queue.screen.value = value
    queue.do(queue.screen.poke)


def signed(page, name="Li Wei"):
    page.evaluate("name => localStorage.setItem('citybrain-operator', name)", name)


def test_rows_stand_in_priority_order_with_words_clocks_and_what_they_wait_for(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator(".row")).to_have_count(5)
    kinds = page.locator(".row .kind").all_inner_texts()
    assert kinds == [
        "Waterlogging",
        "Crowding",
        "Street occupation",
        "Loitering",
        "Illegal parking",
    ]
    first = page.locator(".row").first
    expect(first.locator(".sub")).to_contain_text("Severe · opened · waits for the city")
    expect(first.locator(".who")).to_have_text("city")
    expect(first.locator(".clock-late")).to_have_text(re.compile(r"^−00:\d\d$"))
    expect(page.locator(".row").nth(1).locator(".clock-soon")).to_have_text(
        re.compile(r"^00:\d\d$")
    )
    expect(page.locator(".row").nth(2).locator(".clock-running")).to_have_text(
        re.compile(r"^0[56]:\d\d$")
    )
    assert (pages.errors, pages.hosts) == ([], {"127.0.0.1"})


def test_clocks_run_in_the_page_between_pushes(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    clock = page.locator(".row").nth(1).locator(".clock")
    expect(clock).not_to_be_empty()
    seen = clock.inner_text()
    expect(clock).not_to_have_text(seen, timeout=4000)


def test_a_new_incident_appears_in_its_place_without_a_reload_and_the_choice_stays(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    page.locator(".row").nth(2).click()
    page.evaluate("window.here = 1")
    fresh = district_screen.queue_entry(
        23, priority=99, kind="crowding", severity="Extreme", stage="reported", waits_for="person"
    )
    show(queue, replace(queue.screen.value, queue=(*queue.screen.value.queue, fresh)))
    expect(page.locator(".row").first).to_have_attribute("data-key", "inc-riverside-23")
    expect(page.locator(".row[aria-selected=true] .kind")).to_have_text("Street occupation")
    expect(page.locator("#detail-title")).to_have_text("Street occupation")
    assert page.evaluate("window.here") == 1


@pytest.mark.parametrize(
    ("kind", "shown"), [("lifts.trapped", "lifts.trapped"), ("lifts.<b>x</b>", "lifts.<b>x</b>")]
)
def test_a_kind_that_no_table_knows_is_shown_as_it_is(queue, pages, kind, shown):
    page = pages.open(queue.url + "/?lang=zh")
    row = district_screen.queue_entry(23, priority=99, kind=kind, stage="reported")
    show(queue, replace(queue.screen.value, queue=(*queue.screen.value.queue, row)))
    expect(page.locator(".row .kind").first).to_have_text(shown)
    page.locator(".row").first.click()
    expect(page.locator("#detail-title")).to_have_text(shown)


def test_an_unchanged_row_keeps_its_element(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator(".row")).to_have_count(5)
    page.evaluate("document.querySelector('[data-key=inc-riverside-9]').mark = 1")
    show(
        queue,
        replace(
            queue.screen.value,
            queue=(
                district_screen.queue_entry(40, priority=95),
                *reversed(queue.screen.value.queue),
            ),
        ),
    )
    expect(page.locator(".row")).to_have_count(6)
    assert page.evaluate("document.querySelector('[data-key=inc-riverside-9]').mark") == 1


def test_the_keyboard_alone_leads_from_alarm_to_crew(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator(".row")).to_have_count(5)
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.locator("#operator-input").fill("Li Wei")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Open · Crowding #15: done")
    page.keyboard.press("k")
    page.keyboard.press("a")
    expect(page.locator("#pick-dialog button[data-unit]").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".toast").nth(1)).to_contain_text("Assign · Waterlogging #12: done")
    opened, assigned = queue.screen.actions
    assert (opened.verb, opened.incident, opened.operator) == (
        OperatorVerb.OPEN,
        "inc-riverside-15",
        "Li Wei",
    )
    assert (assigned.verb, assigned.incident, assigned.unit) == (
        OperatorVerb.ASSIGN,
        "inc-riverside-12",
        "riverside-6",
    )
    assert re.fullmatch(r"[0-9a-f]{16}", opened.request)
    assert opened.request != assigned.request


def test_units_are_suggested_free_first_and_nearest_first(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    signed(page)
    page.locator("#d-actions [data-verb=assign]").click()
    offers = page.locator("#pick-list button[data-unit]")
    expect(offers).to_have_count(6)
    assert [offers.nth(i).get_attribute("data-unit") for i in range(2)] == [
        "riverside-5",
        "riverside-6",
    ]
    assert offers.nth(0).is_enabled()
    assert offers.nth(2).is_disabled()
    expect(offers.nth(0)).to_contain_text(re.compile(r"\d(\.\d)? (km|m) (north|south|east|west)"))


def test_rejecting_needs_a_reason_and_sends_it(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator(".row")).to_have_count(5)
    signed(page)
    page.keyboard.press("r")
    expect(page.locator("#reason-dialog")).to_be_visible()
    assert page.locator("#reason-send").is_disabled()
    page.locator("#reason-presets button").first.click()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("done")
    (action,) = queue.screen.actions
    assert (action.verb, action.reason) == (OperatorVerb.REJECT, "False alarm")


def test_turning_back_sends_nothing(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator(".row")).to_have_count(5)
    signed(page)
    for key in ("r", "c", "a"):
        page.keyboard.press(key)
        expect(page.locator("dialog[open]")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        page.evaluate(
            "new Promise((frame) => requestAnimationFrame(() => setTimeout(frame)))"
        )  # the dialog's own close event has run
    assert queue.screen.actions == []


def test_a_refusal_is_shown_in_words_of_the_language(queue, pages):
    queue.screen.refusal = ("busy", "Patrol 5 is en_route.")
    page = pages.open(queue.url + "/?lang=zh")
    expect(page.locator(".row")).to_have_count(5)
    signed(page, "李伟")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(".toast-bad")).to_contain_text(
        "未执行：该队伍已有任务 — Patrol 5 is en_route."
    )


def test_a_verb_that_the_stage_does_not_allow_is_refused_before_it_is_sent(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator(".row")).to_have_count(5)
    signed(page)
    page.keyboard.press("v")
    expect(page.locator(".toast-bad")).to_contain_text(
        "that does not follow from this stage (opened)"
    )
    assert queue.screen.actions == []


def test_the_language_switches_in_place_and_stays_after_a_reload(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    page.locator(".row").nth(3).click()
    page.evaluate("window.here = 1")
    page.locator("[data-lang=zh]").click()
    expect(page.locator("#detail-title")).to_have_text("徘徊滞留")
    expect(page.locator(".row .kind").first).to_have_text("道路积水")
    expect(page.locator("#queue-title")).to_have_text("队列")
    assert page.evaluate("window.here") == 1
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    page.reload()
    expect(page.locator("#queue-title")).to_have_text("队列")
    assert pages.errors == []


def test_evidence_is_drawn_as_boxes_and_described(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator("#d-no-scene")).to_be_visible()  # a sensor's event has none
    page.locator(".row").nth(1).click()
    scene = page.locator("#d-scene")
    expect(scene).to_have_attribute(
        "aria-label", re.compile(r"Neutral scene: 3 × person\. No picture leaves")
    )
    colours = scene.evaluate(COLOURS)
    assert colours > 5
    assert page.locator("img[src]:not([src^='/shared/'])").count() == 0


def test_a_case_that_only_people_reported_has_no_evidence_to_show(queue, pages):
    now = queue.screen.value.at
    call = contribution_message(
        type_="person",
        source="Li Na",
        verified_by="call_back",
        since=now,
        received_at=now,
        reporter=Reporter.CITIZEN,
        text="a crowd at the gate",
    )
    first, *others = queue.screen.value.queue
    queue.api.contributions[first.report.incident] = [call]
    show(queue, replace(queue.screen.value, queue=(replace(first, evidence=None), *others)))
    page = pages.open(queue.url + "/?lang=en")
    page.locator(f"[data-key={first.report.incident}]").click()
    expect(page.locator("#d-sources")).to_contain_text("a crowd at the gate")
    expect(page.locator("#d-evidence")).to_be_hidden()
    page.locator(".row").nth(1).click()
    expect(page.locator("#d-scene")).to_be_visible()


def test_a_rule_that_is_called_like_a_reason_is_shown_as_a_rule(queue, pages):
    first, *others = queue.screen.value.queue
    begun = replace(first.history[0], reason="stuck")
    entry = replace(first, rule="stuck", history=(begun, *first.history[1:]))
    show(queue, replace(queue.screen.value, queue=(entry, *others)))
    page = pages.open(queue.url + "/?lang=zh")
    page.locator(f"[data-key={first.report.incident}]").click()
    expect(page.locator("#d-history")).to_contain_text("规则 stuck")
    expect(page.locator("#d-history")).not_to_contain_text("读数停滞")


@pytest.mark.parametrize(("lang", "text"), [("en", "rule High water"), ("zh", "规则 高水位")])
def test_a_rule_of_a_pack_is_shown_by_its_words(queue, pages, lang, text):
    first, *others = queue.screen.value.queue
    begun = replace(first.history[0], reason="high-water")
    entry = replace(first, rule="high-water", history=(begun, *first.history[1:]))
    show(queue, replace(queue.screen.value, queue=(entry, *others)))
    page = pages.open(f"{queue.url}/?lang={lang}")
    page.locator(f"[data-key={first.report.incident}]").click()
    for part in ("#d-history", "#d-sources", "#d-caption"):
        expect(page.locator(part)).to_contain_text(text)


def test_units_cameras_links_and_counts_stand_beside_the_queue(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator("#units li")).to_have_count(6)
    expect(page.locator("#units li").first).to_contain_text("en route")
    sources = page.locator("#sources li")
    expect(sources.nth(0)).to_contain_text("observed")
    expect(sources.nth(1)).to_contain_text(re.compile("degraded.*too dark"))
    expect(sources.nth(2)).to_contain_text(re.compile("blind.*no signal"))
    expect(page.locator("#sources")).to_contain_text("offline")
    expect(page.locator("#links li").first).to_contain_text(re.compile(r"city down .* 14 wait"))
    expect(page.locator("#counts")).to_contain_text("1,284events")


def test_an_empty_queue_explains_itself(queue, pages):
    show(queue, district_screen.empty_district())
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator("#empty-title")).to_have_text("Nothing waits.")
    expect(page.locator("#empty")).to_contain_text("Nothing here needs a refresh")
    expect(page.locator("#detail-none")).to_be_visible()


def test_ended_incidents_are_hidden_and_can_be_shown(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator("#queue-counts")).to_have_text("5 live · 2 ended")
    page.locator("#toggle-ended").click()
    expect(page.locator(".row")).to_have_count(7)
    expect(page.locator(".row.is-ended")).to_have_count(2)


def test_a_lost_connection_is_shown_and_the_page_comes_back_by_itself(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator(".row")).to_have_count(5)
    port = queue.port
    queue.stop()
    expect(page.locator("#connection-lost")).to_contain_text("Connection lost")
    assert pages.seems_alive(page) == []
    screen = FakeDistrictScreen(district_screen.empty_district())
    again = ThreadedConsole(district_app(screen, FakeCrewScreen()), port=port)
    try:
        expect(page.locator("#connection-lost")).to_be_hidden(timeout=15_000)
        expect(page.locator("#empty-title")).to_have_text("Nothing waits.")
        expect(page.locator("#controls")).to_be_enabled()
    finally:
        again.stop()


def test_an_action_without_a_network_is_tried_again_with_the_same_request(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator(".row")).to_have_count(5)
    signed(page)
    bodies = []

    def first_fails(route):
        bodies.append(route.request.post_data_json)
        route.abort() if len(bodies) == 1 else route.continue_()

    page.route("**/api/v1/actions", first_fails)
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(".toast-good")).to_be_visible()
    assert len({body["request_id"] for body in bodies}) == 1
    assert len(bodies) == 2
    assert len(queue.screen.actions) == 1


def test_everything_to_press_has_a_name_and_shows_its_focus(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator(".row")).to_have_count(5)
    unlabelled = pages.unlabelled(page)
    assert unlabelled == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_text_stands_out_from_its_ground(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    expect(page.locator(".row")).to_have_count(5)
    worst = pages.lowest_contrast(page)
    assert worst["ratio"] >= 4.5, worst
