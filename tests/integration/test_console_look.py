"""Pages in the light and with large text, in a real browser: legible, kept in this browser, and the
same for every page of it.
"""

import pytest
from consoles import city_screen, crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCityScreen, FakeCrewScreen, FakeDistrictScreen
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.services.city import city_service
from citybrain.ids import CountingIds
from coordinator.web.app import build

pytestmark = pytest.mark.browser
GROUND = "getComputedStyle(document.body).backgroundColor"
STILL = {"reduced_motion": "reduce"}  # a button that fades is faint for a moment
OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def district():
    screen = FakeDistrictScreen(district_screen.busy_district())
    crews = FakeCrewScreen(crew_screen.crew_view())
    console = ThreadedConsole(district_app(screen, crews, FakeDistrictApi(screen)))
    console.crew = next(iter(crews.views))
    yield console
    console.stop()


@pytest.fixture
def city():
    screen = FakeCityScreen(city_screen.busy_city(city_screen.plan()))
    service = city_service(screen, CountingIds())
    name = {"en": "Three Rivers", "zh": "三江市"}
    console = ThreadedConsole(build((service,), clock=CLOCK, name=name))
    yield console
    console.stop()


def chosen(page, look, value):
    page.locator("[popovertarget=look]").click()
    page.locator(f"[data-look={look}][value={value}]").check()
    page.keyboard.press("Escape")


def test_the_desk_is_legible_in_the_light_and_stays_so(district, pages):
    page = pages.open(district.url + "/?lang=en", **STILL)
    expect(page.locator(".row")).to_have_count(5)
    dark = page.evaluate(GROUND)
    chosen(page, "theme", "light")
    assert page.evaluate(GROUND) != dark
    assert pages.lowest_contrast(page)["ratio"] >= 4.5, pages.lowest_contrast(page)
    page.reload()
    expect(page.locator(".row")).to_have_count(5)
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.goto(f"{district.url}/crew/{district.crew}?lang=en")
    assert page.evaluate(GROUND) != dark, "of this browser, not of one page"
    assert pages.lowest_contrast(page)["ratio"] >= 4.5, pages.lowest_contrast(page)
    assert pages.errors == []


def test_the_citys_screen_is_legible_in_the_light(city, pages):
    page = pages.open(city.url + "/?lang=zh", **STILL)
    expect(page.locator("#band")).to_be_visible()
    chosen(page, "theme", "light")
    assert pages.lowest_contrast(page)["ratio"] >= 4.5, pages.lowest_contrast(page)
    assert pages.errors == []


@pytest.mark.parametrize("width", [1280, 1440])
def test_large_text_leaves_the_desk_as_wide_as_it_is(district, pages, width):
    page = pages.open(district.url + "/?lang=en", width=width)
    expect(page.locator(".row")).to_have_count(5)
    before = page.locator(".row").first.bounding_box()["height"]
    chosen(page, "size", "large")
    assert page.locator(".row").first.bounding_box()["height"] > before
    assert page.evaluate(OVERFLOW) is False
    assert pages.errors == []


SMALLEST = """() => Math.min(...[...document.querySelectorAll("main *, header *")]
  .filter((node) => node.offsetParent && [...node.childNodes].some(
    (child) => child.nodeType === 3 && child.textContent.trim()))
  .map((node) => parseFloat(getComputedStyle(node).fontSize)))"""


def test_the_smallest_type_of_a_wall_of_4k_has_24_pixels(city, pages):
    page = pages.open(city.url + "/?lang=en", width=3840, height=2160)
    expect(page.locator("#band")).to_be_visible()
    expect(page.locator(".place-name").first).to_be_visible()
    assert page.evaluate(SMALLEST) >= 24
    assert page.evaluate(OVERFLOW) is False
    laptop = pages.open(city.url + "/?lang=en", width=1280, height=720)
    expect(laptop.locator("#band")).to_be_visible()
    assert 10 <= laptop.evaluate(SMALLEST) < 15
    assert pages.errors == []
