"""A page of which a file did not come, as when the machine changes its network while it loads: it
says so and is loaded again, on every screen."""

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

SAID = {"en": "This page did not come whole.", "zh": "页面未完整载入"}


@pytest.fixture(scope="module")
def city():
    screen = FakeCityScreen(city_screen.busy_city(city_screen.plan()))
    console = ThreadedConsole(build((city_service(screen, CountingIds()),), clock=CLOCK))
    yield console.url
    console.stop()


@pytest.fixture(scope="module")
def district():
    screen = FakeDistrictScreen(district_screen.busy_district())
    app = district_app(screen, FakeCrewScreen(crew_screen.crew_view()), FakeDistrictApi(screen))
    console = ThreadedConsole(app)
    yield console.url
    console.stop()


def cut(page, pattern, *, times):
    """Let the first requests for `pattern` fail, as a change of the network does."""
    seen = []

    def route(one):
        seen.append(one.request.url)
        one.abort("failed") if len(seen) <= times else one.continue_()

    page.route(pattern, route)
    return seen


@pytest.mark.parametrize(
    "pattern",
    ["**/shared/keyed_list.js", "**/static/city.js", "**/leaflet/leaflet.js", "**/city.css"],
)
def test_a_page_whose_file_did_not_come_is_loaded_again(city, pages, pattern):
    page = pages.open("about:blank")
    seen = cut(page, pattern, times=1)
    page.goto(city + "/?lang=en")
    expect(page.locator("#issue")).to_have_attribute("aria-disabled", "false")
    expect(page.locator("#not-whole")).to_be_hidden()
    assert len(seen) == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_page_that_does_not_come_whole_says_so(city, pages, lang):
    page = pages.open("about:blank")
    cut(page, "**/shared/connection.js", times=1000)
    page.goto(f"{city}/?lang={lang}")
    expect(page.locator("#not-whole")).to_be_visible()
    expect(page.locator("#not-whole")).to_contain_text(SAID[lang])


@pytest.mark.parametrize(
    ("path", "drawn"), [("/", ".row"), ("/crew/riverside-1", "[data-action=accept]")]
)
def test_a_districts_pages_are_loaded_again_too(district, pages, path, drawn):
    page = pages.open("about:blank", service_workers="block")
    seen = cut(page, "**/shared/i18n.js", times=1)
    page.goto(district + path)
    expect(page.locator(drawn).first).to_be_visible()
    expect(page.locator("#not-whole")).to_have_count(0)
    assert len(seen) >= 2


def test_a_page_whose_scripts_never_ran_says_so(city, pages):
    page = pages.open(city + "/?lang=en", java_script_enabled=False)
    note = page.locator("#not-whole")
    expect(note).to_be_hidden()
    note.evaluate("n => n.getAnimations().forEach((one) => one.finish())")  # as after its wait
    expect(note).to_be_visible()
