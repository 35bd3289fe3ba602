"""The map of a town under the city's screen, in a real browser: streets are drawn in the page's own
colours and language, their source is named, nothing foreign is asked, and without the script that
draws them the page has the ground that it always had."""

import shutil

import pytest
from consoles import city_screen
from consoles.fake_screens import FakeCityScreen
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect
from small_town import write_town

from citybrain.api.services.city import city_service
from citybrain.ids import CountingIds
from citybrain.map_script import SCRIPT_FILE
from citybrain.web.base_map import BaseMap
from coordinator.web.app import build
from maps.build import build_map
from maps.fetching import fetch_all
from models.errors import ModelNotFetchedError
from models.progress import SilentProgress

pytestmark = pytest.mark.browser

# how many pixels of the tiles have one of the colours given, by colour
COLOURS = """(wanted) => {
  const counts = Object.fromEntries(wanted.map((colour) => [colour, 0]));
  const numbers = new Map(wanted.map((colour) => [parseInt(colour.slice(1), 16), colour]));
  for (const tile of document.querySelectorAll("#map .leaflet-tile-pane canvas")) {
    if (!tile.width) continue;
    const { data } = tile.getContext("2d").getImageData(0, 0, tile.width, tile.height);
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 255) continue;
      const colour = numbers.get((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      if (colour) counts[colour] += 1;
    }
  }
  return counts;
}"""
STREET, EARTH, WATER, PARK = "#3c4b58", "#121920", "#10293a", "#14241d"
LIGHT_EARTH = "#e2dfda"  # of the light flavour of the script
GROUND, LINES = "#0f151b", "#18212a"  # of the grid that is drawn without a map
REMEMBER_TEXTS = """() => {
  window.drawnTexts = [];
  const draw = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    window.drawnTexts.push(text);
    return draw.call(this, text, ...rest);
  };
}"""


def wait_for(page, colour, pixels):
    """Until so many pixels have that colour; looked at four times a second, for it is dear."""
    wanted = f"([colour, least]) => ({COLOURS})([colour])[colour] >= least"
    page.wait_for_function(wanted, arg=[colour, pixels], polling=250, timeout=60_000)


class Silent:
    """Shows nothing."""

    def reading(self, features: int) -> None: ...
    def cutting(self, blocks: int, of: int) -> None: ...


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    """The drawing script, from the cache or fetched into it."""
    try:
        (found,) = fetch_all(
            None, tmp_path_factory.mktemp("script"), files=(), progress=SilentProgress()
        )
    except ModelNotFetchedError as error:
        pytest.skip(f"registry: {error}")
    return found.path


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    extract, out = write_town(folder / "town.osm.pbf"), folder / "town.pmtiles"
    build_map(extract, out, min_zoom=2, max_zoom=14, progress=Silent())
    return out


@pytest.fixture
def city(town, tmp_path, monkeypatch):
    """The city's screen over the town's map; the script is in neither place yet."""
    monkeypatch.setenv("CITYBRAIN_CACHE", str(tmp_path / "cache"))
    map_file = tmp_path / town.name
    shutil.copyfile(town, map_file)
    screen = FakeCityScreen(city_screen.busy_city(city_screen.plan()))
    service = city_service(screen, CountingIds())
    name = {"en": "Three Rivers", "zh": "三江市"}
    app = build((service,), clock=CLOCK, name=name, base_map=BaseMap(map_file))
    console = ThreadedConsole(app)
    yield console
    console.stop()


@pytest.fixture
def mapped(city, tmp_path, script):
    """The same, with the script beside the map."""
    shutil.copyfile(script, tmp_path / SCRIPT_FILE)
    return city


def test_streets_and_water_are_drawn_and_their_source_is_named(mapped, pages):
    page = pages.open(mapped.url + "/?lang=en")
    wait_for(page, STREET, 100)
    drawn = page.evaluate(COLOURS, [EARTH, WATER, PARK])
    assert drawn[EARTH] > 10_000
    assert drawn[WATER] > 100
    assert drawn[PARK] > 100
    source = page.locator("#map .map-source")
    expect(source).to_be_visible()
    expect(source).to_have_text("© OpenStreetMap")
    expect(source).to_have_attribute("href", "https://www.openstreetmap.org/copyright")
    assert (pages.errors, pages.hosts) == ([], {"127.0.0.1"})
    assert pages.unlabelled(page) == []


def test_names_are_in_the_language_of_the_page_and_follow_it(mapped, pages):
    page = pages.open(mapped.url + "/?lang=en")
    wait_for(page, STREET, 100)
    page.evaluate(REMEMBER_TEXTS)
    page.locator("[data-lang=zh]").click()
    page.wait_for_function("() => window.drawnTexts.includes('高路')", timeout=60_000)
    page.locator("[data-lang=en]").click()
    page.wait_for_function("() => window.drawnTexts.includes('High Road')", timeout=60_000)
    assert pages.errors == []


def test_a_light_page_has_light_streets(mapped, pages):
    page = pages.open(mapped.url + "/?lang=en")
    wait_for(page, STREET, 100)
    page.locator("[popovertarget=look]").click()
    page.locator("[data-look=theme][value=light]").check()
    wait_for(page, LIGHT_EARTH, 10_000)
    assert pages.errors == []


def test_a_map_goes_on_beyond_its_deepest_zoom_and_on_a_phone(mapped, pages):
    page = pages.open(mapped.url + "/?lang=en", width=390, height=844)
    wait_for(page, STREET, 100)
    for _ in range(4):
        page.locator(".leaflet-control-zoom-in").click()
        page.wait_for_timeout(300)  # of Leaflet's own movement
    wait_for(page, EARTH, 10_000)
    expect(page.locator("#map .map-source")).to_be_visible()
    assert pages.errors == []


def test_without_the_script_the_ground_is_neutral_and_nothing_is_said(city, pages):
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator(".place-name").first).to_be_visible()
    wait_for(page, GROUND, 10_000)
    drawn = page.evaluate(COLOURS, [LINES, EARTH, STREET])
    assert drawn[LINES] > 100
    assert (drawn[EARTH], drawn[STREET]) == (0, 0)
    expect(page.locator(".map-source")).to_have_count(0)
    assert pages.errors == []
