"""What stands in a line stays in it: the desk's bar with the city down, in both languages, on a
laptop; and what a phone says for some seconds covers neither the case nor the buttons.
"""

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.clock import later
from citybrain.domain.console import LinkStatus
from citybrain.structs import replace

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
DOWN = LinkStatus(
    name="city", up=False, since=later(CLOCK.now(), -7_300), backlog=12_345, problem="certificate"
)
BROKER = LinkStatus(
    name="broker", up=False, since=later(CLOCK.now(), -7_300), backlog=0, problem="connection"
)
# what of a bar stands in more than one line, or outside the page
BROKEN = """(bar) => {
  const said = [...bar.querySelectorAll("button, h1, time, li > :last-child, .chip")];
  const lines = (one) => one.clientHeight / parseFloat(getComputedStyle(one).lineHeight);
  return [
    ...said.filter((one) => one.offsetParent && lines(one) > 2.4).map((one) => one.textContent),
    ...(document.documentElement.scrollWidth > innerWidth ? ["the page is too wide"] : []),
  ];
}"""
TOASTS = """async (count) => {
  const { toast } = await import("/shared/actions.js");
  for (let i = 0; i < count; i++) toast(`The case is over (${i})`, i % 2 ? "bad" : "good");
}"""
OVERLAPS = """(toasts) => {
  const names = ["#kind", "#place", "#number", "#accept-clock", ".bar", "#buttons"];
  return names.filter((name) => {
    const one = document.querySelector(name);
    const [a, b] = [one.getBoundingClientRect(), toasts.getBoundingClientRect()];
    return one.offsetParent && a.bottom > b.top && b.bottom > a.top;
  });
}"""


@pytest.fixture
def desk():
    busy = district_screen.busy_district()
    screen = FakeDistrictScreen(replace(busy, links=(DOWN, BROKER)))
    console = ThreadedConsole(district_app(screen, None, FakeDistrictApi(screen)))
    yield console
    console.stop()


@pytest.mark.parametrize("width", [1280, 1440])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_bar_of_a_district_that_is_cut_off_is_one_line(desk, pages, lang, width):
    page = pages.open(f"{desk.url}/?lang={lang}", width=width, height=800)
    city = page.locator("#links li").first
    expect(city).to_be_visible()
    bar = page.locator(".bar")
    assert bar.evaluate(BROKEN) == []
    assert bar.bounding_box()["height"] <= 60
    assert "12" in city.get_attribute("title")  # the whole of it, where a part is cut off
    assert city.get_attribute("title") == city.locator("span").last.text_content()


@pytest.fixture
def phone():
    crews = FakeCrewScreen(crew_screen.crew_view("accepted"))
    screen = FakeDistrictScreen(district_screen.busy_district())
    console = ThreadedConsole(district_app(screen, crews))
    console.crews = crews
    yield console
    console.stop()


@pytest.mark.parametrize("stage", ["accepted", "issued"])
@pytest.mark.parametrize("count", [1, 4])
def test_what_a_phone_says_for_seconds_covers_neither_the_case_nor_its_buttons(
    phone, pages, stage, count
):
    phone.crews.views["riverside-1"] = crew_screen.crew_view(stage)
    page = pages.open(f"{phone.url}/crew/riverside-1?lang=en", **PHONE)
    expect(page.locator("#kind")).to_be_visible()
    page.evaluate(TOASTS, count)
    toasts = page.locator("#toasts")
    expect(toasts.locator(".toast")).to_have_count(count)
    assert toasts.evaluate(OVERLAPS) == []
    for button in page.locator("#buttons button").all():
        expect(button).to_be_in_viewport()
    toasts.locator(".toast-close").last.tap()
    expect(toasts.locator(".toast")).to_have_count(count - 1)
