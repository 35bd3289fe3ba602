"""Texts that nobody expects: a note of a megabyte, and a name of another writing direction."""

import pytest
from consoles import city_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCityScreen, FakeDistrictScreen
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.services.city import city_service
from citybrain.ids import CountingIds
from citybrain.structs import replace
from coordinator.web.app import build

pytestmark = pytest.mark.browser
PASTE = """(field, length) => {
  const data = new DataTransfer();
  data.setData("text/plain", "x".repeat(length));
  const options = { clipboardData: data, bubbles: true, cancelable: true };
  return field.dispatchEvent(new ClipboardEvent("paste", options));
}"""
# where parts of a text stand, from the left
PLACES = """(node, parts) => {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let text = walker.nextNode(); text; text = walker.nextNode())
    for (const part of parts) {
      const at = text.data.indexOf(part);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + part.length);
      found.push([part, range.getBoundingClientRect().left]);
    }
  return Object.fromEntries(found);
}"""
PUMP = "مضخة ٣"


@pytest.fixture
def desk():
    screen = FakeDistrictScreen(district_screen.busy_district())
    console = ThreadedConsole(district_app(screen, None, FakeDistrictApi(screen)))
    console.screen = screen
    yield console
    console.stop()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "this field holds 4,000 characters; the last 996,001 are not in it"),
        ("zh", "此栏最多 4,000 个字符，末尾 996,001 个未填入"),
    ],
)
def test_a_note_of_a_megabyte_is_cut_with_a_word(desk, pages, lang, said):
    page = pages.open(f"{desk.url}/?lang={lang}")
    page.locator(".row").first.click()
    field = page.locator("#d-note")
    field.fill("!")
    field.evaluate("field => field.setSelectionRange(1, 1)")
    field.evaluate(PASTE, 1_000_000)
    expect(page.locator(".toast-bad")).to_contain_text(said)
    assert pages.errors == []


def test_what_fits_a_field_is_pasted_without_a_word(desk, pages):
    page = pages.open(f"{desk.url}/?lang=en")
    page.locator(".row").first.click()
    field = page.locator("#d-note")
    field.fill("y" * 3_000)
    field.evaluate("field => field.setSelectionRange(0, 3000)")  # it takes the place of that
    field.evaluate(PASTE, 4_000)
    page.locator("#search").evaluate(PASTE, 200)
    assert page.locator(".toast").count() == 0


@pytest.fixture
def wall():
    busy = city_screen.busy_city(city_screen.plan())
    units = tuple(replace(one, name=PUMP) for one in busy.units)
    screen = FakeCityScreen(replace(busy, units=units))
    console = ThreadedConsole(build((city_service(screen, CountingIds()),), clock=CLOCK))
    yield console
    console.stop()


def test_a_name_that_is_written_from_the_right_turns_nothing_round_beside_it(wall, pages):
    page = pages.open(f"{wall.url}/?lang=en", width=2560, height=1200)
    why = page.locator("#plan-orders .reason").first
    expect(why).to_contain_text(PUMP)
    why.evaluate("node => (node.style.whiteSpace = 'nowrap')")  # so that left is before
    at = why.evaluate(PLACES, ["next best", PUMP, "+5.8", "(Hillside)"])
    assert at["next best"] < at[PUMP] < at["(Hillside)"] < at["+5.8"]
