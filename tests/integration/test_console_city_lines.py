"""The arrows on the city's map: those of the plan or the order that is pointed at, by pointer or by
key, and all of them only where somebody asks for that."""

import pytest
from consoles import city_screen
from consoles.fake_api import CLOCK
from consoles.fake_screens import FakeCityScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.services.city import city_service
from citybrain.geo import Point
from citybrain.ids import CountingIds
from citybrain.structs import replace
from coordinator.web.app import build

pytestmark = pytest.mark.browser

VIOLET = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let inked = 0;
  for (let i = 0; i < data.length; i += 4)
    inked += data[i] === 0xb9 && data[i + 1] === 0xa2 && data[i + 2] === 0xff;
  return inked;
}"""


@pytest.fixture
def page(pages):
    screen = FakeCityScreen(city_screen.busy_city(city_screen.plan()))
    console = ThreadedConsole(build((city_service(screen, CountingIds()),), clock=CLOCK))
    shown = pages.open(console.url + "/?lang=en")
    expect(shown.locator("#issue")).to_be_focused()
    shown.mouse.move(5, 5)
    shown.evaluate("document.activeElement.blur()")
    arrows(shown, 0)
    yield shown
    assert pages.errors == []
    console.stop()


def arrows(page, count):
    expect(page.locator("#map")).to_have_attribute("data-lines", str(count))


def violet(page):
    """How much of the map has the colour of what is proposed, once it was drawn."""
    page.evaluate("() => new Promise((go) => requestAnimationFrame(() => setTimeout(go, 60)))")
    return page.locator("#map .leaflet-overlay-pane canvas").evaluate(VIOLET)


def test_a_plan_that_waits_shows_where_its_units_go_while_it_is_pointed_at(page):
    without = violet(page)
    page.locator("#issue").focus()
    arrows(page, 2)
    assert violet(page) > without + 100
    page.evaluate("document.activeElement.blur()")
    arrows(page, 0)
    page.locator("#plan-title").hover()
    arrows(page, 2)


def test_an_arrow_stands_for_the_order_under_the_pointer(page):
    page.locator("#plan-orders li").nth(0).hover()
    arrows(page, 1)
    page.locator("#orders li").nth(0).hover()
    arrows(page, 1)
    page.locator("#orders li").nth(3).hover()  # it has ended: nobody goes
    arrows(page, 0)
    page.locator("#plan-orders li").nth(1).hover()
    arrows(page, 1)
    page.locator("h1").hover()
    arrows(page, 0)


def test_an_arrow_stands_for_the_order_that_has_the_focus(page):
    page.locator("#plan-orders li").nth(1).focus()
    arrows(page, 1)
    page.keyboard.press("Tab")
    expect(page.locator("#orders li").nth(0)).to_be_focused()
    arrows(page, 1)
    page.locator("#plan-title").hover()  # the pointer is heard first
    arrows(page, 2)
    page.locator("h1").hover()
    arrows(page, 1)


def test_every_arrow_is_shown_at_a_key_and_put_away_by_it(page):
    box = page.get_by_label("every arrow")
    expect(box).not_to_be_checked()
    page.keyboard.press("a")
    expect(box).to_be_checked()
    arrows(page, 5)
    box.click()
    expect(box).not_to_be_checked()
    page.locator("h1").hover()
    arrows(page, 0)
    page.keyboard.press("a")  # from the box as from anywhere
    expect(box).to_be_checked()
    arrows(page, 5)


# the cases of what is pointed at lie in the map's window

FAR = Point(lat=30.30, lon=103.55)  # 50 km outside of every district's area


@pytest.fixture
def far(pages):
    """A plan whose second case lies far outside."""
    plan = city_screen.plan()
    first, second = plan.orders
    task = replace(second.task, place=FAR)
    shown = replace(plan, orders=(first, replace(second, task=task)))
    screen = FakeCityScreen(city_screen.busy_city(shown))
    console = ThreadedConsole(build((city_service(screen, CountingIds()),), clock=CLOCK))
    page = pages.open(console.url + "/?lang=en", width=1440, height=900)
    expect(page.locator("#issue")).to_be_focused()
    yield page
    assert pages.errors == []
    console.stop()


def window(page):
    """What the map shows, as south, west, north and east."""
    return page.locator("#map").get_attribute("data-window")


def shows(page, place, *, is_shown=True):
    page.wait_for_function(
        """([lat, lon, isShown]) => {
          const [south, west, north, east] = map.dataset.window.split(",").map(Number);
          return (south < lat && lat < north && west < lon && lon < east) === isShown;
        }""",
        arg=[place.lat, place.lon, is_shown],
    )


def test_a_plan_that_waits_has_all_its_cases_on_the_map(far):
    shows(far, FAR)


def test_the_officers_window_comes_back_when_nothing_is_pointed_at(far):
    far.mouse.move(5, 5)
    shows(far, FAR)
    far.evaluate("document.activeElement.blur()")
    shows(far, FAR, is_shown=False)
    far.locator("#plan-orders li").nth(1).hover()
    shows(far, FAR)
    far.locator("#plan-orders li").nth(0).hover()  # near: the window stays as it is
    shows(far, FAR)
    far.locator("h1").hover()
    shows(far, FAR, is_shown=False)


def test_whoever_moves_the_map_meanwhile_is_left_where_he_is(far):
    shows(far, FAR)
    far.locator("#map .leaflet-control-zoom-in").click()
    before = window(far)
    far.locator("#map .leaflet-control-zoom-in").click()
    far.wait_for_function("(before) => map.dataset.window !== before", arg=before)
    moved = window(far)
    far.evaluate("document.activeElement.blur()")
    far.mouse.move(5, 5)
    arrows(far, 0)
    assert window(far) == moved
    far.keyboard.press("f")
    shows(far, FAR, is_shown=False)
