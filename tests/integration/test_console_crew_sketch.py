"""What a crew's page shows of its order's scene: the boxes of a camera on a neutral ground, or what
a sensor reads. No picture ever.
"""

import re

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.phone_files import kept_files
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
COLOURS = """(canvas) => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const seen = new Set();
  for (let i = 0; i < pixels.length; i += 4 * 97) seen.add(pixels.slice(i, i + 3).join());
  return seen.size;
}"""


@pytest.fixture
def phone():
    crews = FakeCrewScreen(crew_screen.seen())
    console = ThreadedConsole(
        district_app(FakeDistrictScreen(district_screen.busy_district()), crews)
    )
    console.crews, console.page = crews, console.url + "/crew/riverside-1"
    yield console
    console.stop()


def show(phone, view):
    phone.crews.views["riverside-1"] = view
    phone.do(phone.crews.poke)


@pytest.mark.parametrize(
    ("lang", "title", "said"),
    [("en", "At the scene", "4 × person · drawn from"), ("zh", "现场情况", "4 × 行人 · 由目标框")],
)
def test_what_a_camera_saw_is_drawn_and_described(phone, pages, lang, title, said):
    page = pages.open(f"{phone.page}?lang={lang}", **PHONE)
    expect(page.locator("#sketch-title")).to_have_text(title)
    expect(page.locator("#sketch-note")).to_contain_text(said)
    expect(page.locator("#sketch-reading")).to_be_hidden()
    canvas = page.locator("#sketch-boxes")
    expect(canvas).to_have_attribute("aria-label", re.compile("4 × "))
    assert canvas.evaluate(COLOURS) > 5
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("img:not([src^='/shared/'])").count() == 0
    show(phone, crew_screen.seen(people=2))
    expect(canvas).to_have_attribute("aria-label", re.compile("2 × "))
    assert pages.errors == []


@pytest.mark.parametrize(
    ("lang", "limit", "unit", "said"),
    [
        ("en", 1.2, "m", "reads 1.45 m, limit 1.2 m"),
        ("en", None, "m", "reads 1.45 m"),
        ("en", 1.2, "", "reads 1.45, limit 1.2"),
        ("zh", 1.2, "m", "读数 1.45 m，限值 1.2 m"),
        ("zh", 0.0, "", "读数 1.45，限值 0"),
    ],
)
def test_what_a_sensor_reads_stands_there_with_its_unit_and_limit(
    phone, pages, lang, limit, unit, said
):
    show(phone, crew_screen.measured(1.45, limit, unit=unit))
    page = pages.open(f"{phone.page}?lang={lang}", **PHONE)
    expect(page.locator("#sketch-reading")).to_have_text(said)
    expect(page.locator("#sketch-note")).to_have_text(re.compile(r"\d\d:\d\d"))
    expect(page.locator("#sketch-boxes")).to_be_hidden()
    assert pages.lowest_contrast(page)["ratio"] >= 4.5


def test_it_is_there_without_a_network_and_gone_with_the_order(phone, pages):
    page = pages.open(f"{phone.page}?lang=en", **PHONE)
    canvas = page.locator("#sketch-boxes")
    expect(canvas).to_have_attribute("aria-label", re.compile("4 × "))
    kept_files(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#kept")).to_be_visible()
    expect(canvas).to_have_attribute("aria-label", re.compile("4 × "))
    assert canvas.evaluate(COLOURS) > 5
    page.context.set_offline(False)
    show(phone, crew_screen.crew_view("accepted"))
    expect(page.locator("#sketch")).to_be_hidden()
    show(phone, crew_screen.seen("issued"))
    expect(page.locator("#ring")).to_be_visible()
    expect(page.locator("#sketch")).to_be_hidden()  # it is read on the way
    page.locator("[data-action=accept]").tap()
    expect(page.locator("#ring")).to_be_hidden()
    expect(canvas).to_be_visible()
    assert canvas.evaluate(COLOURS) > 5
