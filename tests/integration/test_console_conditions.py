"""What is wrong with a node itself stands in red above everything, in both languages, as long as it
lasts."""

import pytest
from consoles import city_screen, crew_screen, district_screen
from consoles.fake_api import CLOCK, FakeDistrictApi, district_app
from consoles.fake_screens import FakeCityScreen, FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.services.city import city_service
from citybrain.conditions import Condition, ConditionCode
from citybrain.ids import CountingIds
from citybrain.structs import replace
from coordinator.web.app import build

pytestmark = pytest.mark.browser

FULL = Condition(code=ConditionCode.DISK_FULL, since=CLOCK.now(), detail="not for screens")
WORDS = {"en": "The disk is full", "zh": "磁盘已满"}


@pytest.fixture(params=["district", "city"])
def shown(request):
    if request.param == "city":
        screen = api = FakeCityScreen(city_screen.busy_city(city_screen.plan()))
        app = build((city_service(screen, CountingIds()),), clock=CLOCK)
    else:
        screen = FakeDistrictScreen(district_screen.busy_district())
        api = FakeDistrictApi(screen)
        app = district_app(screen, FakeCrewScreen(crew_screen.crew_view()), api)
    console = ThreadedConsole(app)

    def show(*conditions):
        api.conditions = conditions
        screen.value = replace(screen.value)
        console.do(screen.poke)

    yield console, show
    console.stop()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_full_disk_is_a_red_banner_until_there_is_room(shown, pages, lang):
    console, show = shown
    page = pages.open(f"{console.url}/?lang={lang}")
    banner = page.locator("#conditions")
    expect(page.locator("#connection-lost")).to_be_hidden()
    expect(banner).to_be_hidden()
    show(FULL)
    expect(banner).to_be_visible()
    expect(banner).to_contain_text(WORDS[lang])
    expect(banner).not_to_contain_text("not for screens")
    red, green, blue = banner.evaluate(
        "n => getComputedStyle(n).backgroundColor.match(/\\d+/g).map(Number)"
    )
    assert red > 2 * max(green, blue)
    page.locator(f"[data-lang={'en' if lang == 'zh' else 'zh'}]").click()
    expect(banner).to_contain_text(WORDS["en" if lang == "zh" else "zh"])
    show()
    expect(banner).to_be_hidden()
    assert pages.errors == []


@pytest.mark.parametrize(
    ("lang", "ahead_s", "words"),
    [
        ("en", 12, "its clock is 12 s ahead"),
        ("zh", -600, "时钟慢 600 秒"),
        ("en", 4, ""),
    ],
)
def test_a_box_whose_clock_is_off_by_seconds_says_so_in_its_row(pages, lang, ahead_s, words):
    screen = FakeDistrictScreen(district_screen.busy_district())
    api = FakeDistrictApi(screen)
    agent = screen.value.agents[0].agent
    api.skews_us = {agent: ahead_s * 1_000_000}
    screen.poke()
    console = ThreadedConsole(district_app(screen, FakeCrewScreen(crew_screen.crew_view()), api))
    try:
        page = pages.open(f"{console.url}/?lang={lang}")
        row = page.locator("#sources li", has_text=agent).first
        expect(row).to_be_visible()
        if words:
            expect(row).to_contain_text(words)
        else:
            expect(row).not_to_contain_text("clock")
        assert pages.errors == []
    finally:
        console.stop()


@pytest.mark.parametrize(("lang", "said"), [("en", "not heard"), ("zh", "无法接收")])
def test_without_a_broker_no_camera_is_said_to_see(pages, lang, said):
    screen = FakeDistrictScreen(district_screen.busy_district())
    links = screen.value.links
    down = tuple(replace(link, up=False) if link.name == "broker" else link for link in links)
    screen.value = replace(screen.value, links=down)
    console = ThreadedConsole(district_app(screen, FakeCrewScreen(crew_screen.crew_view())))
    try:
        page = pages.open(f"{console.url}/?lang={lang}")
        expect(page.locator("#sources li").first).to_contain_text(said)
        expect(page.locator("#sources .lamp.is-up")).to_have_count(0)
        screen.value = replace(screen.value, links=links)
        console.do(screen.poke)
        expect(page.locator("#sources .lamp.is-up").first).to_be_visible()
        assert pages.errors == []
    finally:
        console.stop()
