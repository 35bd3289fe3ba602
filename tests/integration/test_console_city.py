"""The city's one screen in a real browser: what is to be decided, why each unit goes, one key to
issue, refusals, both languages, the map without a network.
"""

import re

import pytest
from consoles import city_screen, reports
from consoles.fake_screens import FakeCityScreen
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.services.city import city_service
from citybrain.clock import later
from citybrain.domain.plan import PlanStage
from citybrain.errors import QueueFullError
from citybrain.ids import CountingIds
from citybrain.structs import replace
from coordinator.web.app import build

pytestmark = pytest.mark.browser

INKED = """(canvas) => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let inked = 0;
  for (let i = 3; i < pixels.length; i += 4) inked += pixels[i] > 0;
  return inked;
}"""


@pytest.fixture
def city():
    screen = FakeCityScreen(city_screen.busy_city(city_screen.plan()))
    console = ThreadedConsole(
        build(
            (city_service(screen, CountingIds()),),
            clock=CLOCK,
            name={"en": "Three Rivers", "zh": "三江市"},
        )
    )
    console.screen = screen
    yield console
    console.stop()


def show(city, value):
    city.screen.value = value
    city.do(city.screen.poke)


def signed(page):
    page.evaluate("localStorage.setItem('citybrain-operator', 'Wang Fang')")


def armed(page):
    expect(page.locator("#issue")).to_have_attribute("aria-disabled", "false")


def test_what_needs_a_decision_stands_on_top_with_cost_and_proof(city, pages):
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#band-head")).to_have_text("A plan waits: 2 orders")
    expect(page.locator("#band-why")).to_contain_text(
        "1 across districts · weighted delay 21 min · proved best"
    )
    size = page.locator("#band-head").evaluate("n => parseFloat(getComputedStyle(n).fontSize)")
    assert size >= 40  # readable from four metres
    assert (pages.errors, pages.hosts) == ([], {"127.0.0.1"})


def test_every_order_says_why_this_unit_and_what_the_next_best_would_cost(city, pages):
    page = pages.open(city.url + "/?lang=en")
    orders = page.locator("#plan-orders li")
    expect(orders).to_have_count(2)
    expect(orders.nth(0)).to_contain_text("Pump 3")
    expect(orders.nth(0)).to_contain_text("lent by Old Town")
    expect(orders.nth(0)).to_contain_text(
        "travels 4 min · weighted delay 11 min · cover that is missed there 0.7 min"
        " · next best Pump 3 (Hillside): +5.8 min"
    )
    expect(orders.nth(0)).to_contain_text("350 m north of Mill Bridge · Riverside")
    expect(orders.nth(1)).to_contain_text("no other unit can")
    expect(page.locator("#unassigned")).to_contain_text(
        "Illegal parking #5 · tow — no unit can do this"
    )


def test_a_gap_that_is_not_closed_is_shown_in_percent(city, pages):
    show(city, city_screen.busy_city(replace(city_screen.plan(), cost=1100.0, bound=1000.0)))
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#band-why")).to_contain_text("at most 10 % above the best possible")


def test_one_key_issues_the_plan(city, pages):
    page = pages.open(city.url + "/?lang=en")
    signed(page)
    armed(page)
    expect(page.locator("#issue")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast-good")).to_contain_text("Issue #1: done")
    (action,) = city.screen.actions
    assert (action.plan, action.issue, action.officer) == ("plan-city-1", True, "Wang Fang")


def test_a_key_meant_for_one_plan_does_not_issue_the_next(city, pages):
    page = pages.open(city.url + "/?lang=en")
    signed(page)
    armed(page)
    page.evaluate(
        "const facts = document.querySelector('#plan-facts');"
        "new MutationObserver(() => facts.textContent.startsWith('#2')"
        " && document.querySelector('#issue').click())"
        ".observe(facts, {childList: true, characterData: true, subtree: true})"
    )
    show(city, city_screen.busy_city(city_screen.plan(2)))
    expect(page.locator("#plan-facts")).to_contain_text("#2")
    armed(page)
    assert city.screen.actions == []


def test_rejecting_a_plan_needs_a_reason(city, pages):
    page = pages.open(city.url + "/?lang=zh")
    signed(page)
    armed(page)
    page.keyboard.press("r")
    expect(page.locator("#reason-dialog")).to_be_visible()
    page.locator("#reason-text").fill("等待水泵")
    page.keyboard.press("Enter")
    expect(page.locator(".toast-good")).to_be_visible()
    (action,) = city.screen.actions
    assert (action.issue, action.reason) == (False, "等待水泵")


def test_a_stale_plan_is_refused_in_words(city, pages):
    city.screen.refusal = ("plan_stale", "")
    page = pages.open(city.url + "/?lang=zh")
    signed(page)
    armed(page)
    page.locator("#issue").click()
    expect(page.locator(".toast-bad")).to_contain_text("未执行：情况已变化")


def test_an_issue_that_finds_no_room_is_sent_again_by_the_page(city, pages):
    city.screen.raises = QueueFullError("full")
    page = pages.open(city.url + "/?lang=en")
    signed(page)
    armed(page)
    with page.expect_response("**/api/v1/actions") as first:
        page.locator("#issue").click()
    assert (first.value.status, first.value.headers["retry-after"]) == (503, "1")
    city.screen.raises = None
    expect(page.locator(".toast-good")).to_be_visible()
    assert len({action.request for action in city.screen.actions}) == 1


def test_acknowledgements_run_in_after_the_issue(city, pages):
    page = pages.open(city.url + "/?lang=en")
    issued = city_screen.busy_city(city_screen.plan(1, PlanStage.ISSUED))
    orders = [
        city_screen.order_line(
            12, "oldtown-3", "oldtown", "inc-riverside-12", "riverside", "issued", stage
        )
        for stage in ("issued", "accepted")
    ]
    orders = [replace(one, plan="plan-city-1") for one in orders]
    # made long ago: an officer took time to decide
    made, issued_at = later(CLOCK.now(), -900), later(CLOCK.now(), -5)
    decided = replace(issued.plans[0], made_at=made, issued_at=issued_at)
    issued = replace(issued, plans=(decided,))
    show(city, replace(issued, orders=(orders[0],)))
    expect(page.locator("#band-head")).to_have_text("Issued: 0 of 2 crews have accepted")
    show(city, replace(issued, orders=(orders[1],)))
    expect(page.locator("#band-head")).to_have_text("Issued: 1 of 2 crews have accepted")
    expect(page.locator("#issue")).to_be_hidden()


def test_orders_show_how_far_they_are_and_why_they_ended(city, pages):
    page = pages.open(city.url + "/?lang=en")
    orders = page.locator("#orders li")
    expect(orders).to_have_count(4)
    expect(orders.nth(0)).to_contain_text("Old Town → Riverside")
    expect(orders.nth(0).locator(".steps")).to_have_attribute("aria-label", "step 5 of 7: en route")
    expect(orders.nth(2)).to_contain_text("asking both owners")
    expect(orders.nth(3)).to_contain_text("withdrawn · cannot: vehicle trouble")


def test_a_quiet_city_explains_itself_and_a_planner_without_ray_says_so(city, pages):
    show(
        city,
        replace(city_screen.quiet_city(), planner="in-process", planner_reason="ray_is_starting"),
    )
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#band-head")).to_have_text("Calm: nobody waits for the city.")
    expect(page.locator("#planner")).to_have_text("planning in-process · Ray is starting")
    expect(page.locator("#no-orders")).to_be_visible()


def test_enter_issues_the_plan_after_another_button_was_pressed_by_hand(city, pages):
    page = pages.open(city.url + "/?lang=en")
    signed(page)
    armed(page)
    page.locator("[data-lang=zh]").click()
    page.keyboard.press("Enter")
    expect(page.locator(".toast-good")).to_be_visible()
    assert len(city.screen.actions) == 1
    page.keyboard.press("Tab")  # who goes by keys alone keeps the focus
    expect(page.locator(":focus")).to_have_count(1)


@pytest.mark.parametrize(
    ("lang", "head", "why"),
    [
        ("en", "Cut off: Old Town", r"Nothing has been heard from there for \d+ s. It works on"),
        ("zh", "失联：Old Town", r"已 \d+ 秒没有消息。"),
    ],
)
def test_a_quiet_city_is_not_calm_while_a_district_is_cut_off(city, pages, lang, head, why):
    quiet = city_screen.quiet_city()
    lines = tuple(
        replace(line, seen_at=later(CLOCK.now(), -12)) if line.district == "oldtown" else line
        for line in quiet.districts
    )
    show(city, replace(quiet, districts=lines))
    page = pages.open(f"{city.url}/?lang={lang}")
    expect(page.locator("#band-head")).to_have_text(head)
    expect(page.locator("#band-why")).to_have_text(re.compile(why))
    expect(page.locator("#band")).to_have_class(re.compile("is-cut-off"))
    show(city, quiet)
    expect(page.locator("#band")).not_to_have_class(re.compile("is-cut-off"))
    assert pages.errors == []


def test_a_city_without_districts_says_how_to_start_one(city, pages):
    show(city, replace(city_screen.quiet_city(), districts=(), units=()))
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#no-districts")).to_contain_text("citybrain district run --config")


def test_the_map_draws_incidents_units_and_bows_without_any_tile_server(city, pages):
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator(".place-name")).to_have_text(["Hillside", "Old Town", "Riverside"])
    inked = page.locator("#map .leaflet-overlay-pane canvas").evaluate(INKED)
    assert inked > 10_000
    assert pages.hosts == {"127.0.0.1"}


def test_a_districts_name_is_text_on_the_map_and_never_html(city, pages):
    first, *others = city.screen.value.districts
    show(
        city,
        replace(city.screen.value, districts=(replace(first, name="<i>Hillside</i>"), *others)),
    )
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator(".place-name").filter(has_text="<i>")).to_have_text("<i>Hillside</i>")


def test_the_language_switches_in_place(city, pages):
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("h1")).to_have_text("Three Rivers")
    page.locator("[data-lang=zh]").click()
    expect(page.locator("h1")).to_have_text("三江市")
    expect(page.locator("#band-head")).to_have_text("方案待下达：2 项任务")
    expect(page.locator("#plan-orders li").first).to_contain_text("行程 4 分")
    assert pages.errors == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_fits_a_laptop_and_everything_has_a_name(city, pages, lang):
    page = pages.open(f"{city.url}/?lang={lang}", width=1280, height=720)
    armed(page)
    assert page.evaluate(
        "[document.documentElement.scrollWidth <= 1280,"
        " document.documentElement.scrollHeight <= 720]"
    ) == [True, True]
    assert pages.unlabelled(page) == []
    worst = pages.lowest_contrast(page)
    assert worst["ratio"] >= 4.5, worst


def many_units(count):
    """Units on a grid around the centre of Riverside, names as hostile as names may be."""
    _, centre = reports.CENTRES["riverside"]
    return tuple(
        reports.unit(
            1,
            unit=f"riverside-{n:05}",
            name=f"<img src=x onerror=alert({n})>",
            place=reports.near(centre, 30.0 * (n % 40) - 600, 30.0 * (n // 40) - 600),
        )
        for n in range(count)
    )


def test_a_map_draws_what_its_window_holds_and_says_how_many_it_leaves_out(city, pages):
    show(city, replace(city_screen.busy_city(), units=many_units(1_600)))
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#map-more")).to_have_text(
        "505 of 1,605 in view are drawn; zoom in for the others"
    )
    page.locator("[data-lang=zh]").click()
    expect(page.locator("#map-more")).to_contain_text("视野内共 1,605 个")
    box = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    for _ in range(12):
        page.mouse.wheel(0, -400)
        page.wait_for_timeout(60)
    expect(page.locator("#map-more")).to_be_hidden(timeout=15_000)
    page.keyboard.press("f")
    expect(page.locator("#map-more")).to_be_visible(timeout=15_000)
    assert pages.errors == []


def test_a_plan_of_many_orders_shows_more_at_a_press(city, pages):
    (first, *_) = city_screen.plan().orders
    orders = tuple(replace(first, order=f"ord-city-{n}") for n in range(250))
    show(city, city_screen.busy_city(replace(city_screen.plan(), orders=orders)))
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#plan-orders li")).to_have_count(100)
    expect(page.locator("#plan-more")).to_have_text("show more of 150 further orders")
    page.locator("#plan-more").click()
    expect(page.locator("#plan-orders li")).to_have_count(200)
    page.locator("#plan-more").click()
    expect(page.locator("#plan-orders li")).to_have_count(250)
    expect(page.locator("#plan-more")).to_be_hidden()


def test_a_list_of_orders_is_a_window_that_says_how_many_are_outside(city, pages):
    lines = tuple(
        city_screen.order_line(
            n, "oldtown-1", "oldtown", "inc-riverside-15", "riverside", "issued", "en_route"
        )
        for n in range(1, 61)
    )
    show(city, replace(city_screen.busy_city(), orders=lines))
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#orders li")).to_have_count(40)
    expect(page.locator("#orders-more")).to_have_text("and 20 more")
    show(city, replace(city_screen.busy_city(), orders=lines[:3]))
    expect(page.locator("#orders li")).to_have_count(3)
    expect(page.locator("#orders-more")).to_be_hidden()


def test_a_lost_connection_is_shown_and_what_was_missed_comes_back(city, pages):
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#band-head")).to_have_text("A plan waits: 2 orders")
    armed(page)
    signed(page)
    city.stop()
    expect(page.locator("#connection-lost")).to_be_visible(timeout=15_000)
    assert pages.seems_alive(page) == []
    page.locator("body").press("Enter")
    expect(page.locator(".toast-bad")).to_contain_text("no network; nothing was sent")
    again = ThreadedConsole(
        build((city_service(city.screen, CountingIds()),), clock=CLOCK), port=city.port
    )
    try:
        city.screen.value = city_screen.busy_city(city_screen.plan(7))
        again.do(city.screen.poke)
        expect(page.locator("#plan-facts")).to_contain_text("#7", timeout=15_000)
        expect(page.locator("#connection-lost")).to_be_hidden()
        expect(page.locator("#issue")).to_be_enabled()
        assert city.screen.actions == []
    finally:
        again.stop()
