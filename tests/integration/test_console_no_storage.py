"""A browser that refuses a page its storage: people work all the same, and the page goes on in
memory. The crew's page has tests of its own for it."""

import pytest
from consoles import city_screen, crew_screen, district_screen
from consoles.fake_api import CLOCK, FakeDistrictApi, district_app
from consoles.fake_screens import FakeCityScreen, FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.services.city import city_service
from citybrain.ids import CountingIds
from coordinator.web.app import build

pytestmark = pytest.mark.browser

NO_STORAGE = """Object.defineProperty(window, "localStorage", { get() {
  throw new DOMException("denied", "SecurityError");
} });"""


@pytest.fixture
def queue():
    screen = FakeDistrictScreen(district_screen.busy_district())
    app = district_app(screen, FakeCrewScreen(crew_screen.crew_view()), FakeDistrictApi(screen))
    console = ThreadedConsole(app)
    console.screen = screen
    yield console
    console.stop()


def opened(pages, url):
    page = pages.open("about:blank")
    page.add_init_script(NO_STORAGE)
    page.goto(url + "/?lang=en")
    return page


def give_name(page, name):
    page.locator("#operator-input").fill(name)
    page.keyboard.press("Enter")


def test_an_operator_works_a_case(queue, pages):
    page = opened(pages, queue.url)
    expect(page.locator(".row")).to_have_count(5)
    page.keyboard.press("j")
    page.keyboard.press("a")
    give_name(page, "Li Wei")
    expect(page.locator(".toast-good")).to_be_visible()
    expect(page.locator("#operator")).to_have_text("Li Wei")
    page.keyboard.press("a")
    expect(page.locator(".toast-good")).to_have_count(2)  # who he is was asked once
    assert [action.operator for action in queue.screen.actions] == ["Li Wei", "Li Wei"]
    assert pages.errors == []


def test_filters_and_the_tone_hold_until_the_page_is_left(queue, pages):
    page = opened(pages, queue.url)
    page.locator("[data-chip=Minor]").click()
    page.locator("#keep-view").click()
    expect(page.locator(".kept")).to_have_count(1)
    page.locator(".kept button").last.click()
    expect(page.locator(".kept")).to_have_count(0)
    before = page.locator("#tone").get_attribute("aria-pressed")
    page.locator("#tone").click()
    expect(page.locator("#tone")).not_to_have_attribute("aria-pressed", before)
    assert pages.errors == []


def test_a_duty_officer_issues_a_plan(pages):
    screen = FakeCityScreen(city_screen.busy_city(city_screen.plan()))
    console = ThreadedConsole(build((city_service(screen, CountingIds()),), clock=CLOCK))
    try:
        page = opened(pages, console.url)
        expect(page.locator("#issue")).to_have_attribute("aria-disabled", "false")
        page.locator("#issue").click()
        give_name(page, "Wang Fang")
        expect(page.locator(".toast-good")).to_contain_text("Issue #1: done")
        assert [action.officer for action in screen.actions] == ["Wang Fang"]
        assert pages.errors == []
    finally:
        console.stop()
