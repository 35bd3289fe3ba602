"""The districts on the city's screen, the worst on top: who is cut off and since when, and how many
cameras see nothing.
"""

import re

import pytest
from consoles import city_screen
from consoles.fake_screens import FakeCityScreen
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.services.city import city_service
from citybrain.ids import CountingIds
from citybrain.structs import replace
from coordinator.web.app import build

pytestmark = pytest.mark.browser


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


def test_the_district_table_shows_who_is_offline_and_for_how_long(city, pages):
    page = pages.open(city.url + "/?lang=en")
    offline = page.locator("#districts tr").nth(0)
    expect(offline).to_contain_text("Old Town")
    expect(offline).to_contain_text(re.compile(r"as of \d\d:\d\d, \d+ s ago.*offline"))
    expect(page.locator("#districts tr").nth(1)).to_contain_text("online")


def test_a_district_says_how_many_of_its_cameras_see_nothing(city, pages):
    page = pages.open(city.url + "/?lang=en")
    rows = page.locator("#districts tr")
    riverside = rows.filter(has_text="Riverside").locator(".cameras")
    expect(riverside.locator(".is-dark")).to_have_text(
        "2 blind · 4 unknown · 1 degraded · 1 of 6 boxes offline"
    )
    expect(riverside).to_contain_text("24")
    hillside = rows.filter(has_text="Hillside").locator(".cameras")
    expect(hillside).to_have_text("not reported")
    page.locator("[data-lang=zh]").click()
    expect(riverside.locator(".is-dark")).to_have_text(
        "2 台失明 · 4 台未知 · 1 台受限 · 6 台终端中 1 台离线"
    )
    assert pages.errors == []


def test_a_district_that_is_cut_off_keeps_what_it_said_last_in_grey(city, pages):
    page = pages.open(city.url + "/?lang=en")
    rows = page.locator("#districts tr")
    cut_off = rows.filter(has_text="Old Town")
    expect(cut_off).to_have_class("is-stale")
    expect(cut_off.locator(".cameras")).to_contain_text("1 blind")
    grey = "n => getComputedStyle(n).color"
    faint = cut_off.locator("td").nth(2).evaluate(grey)
    live = rows.filter(has_text="Riverside")
    assert cut_off.locator(".is-dark").evaluate(grey) == faint
    assert cut_off.locator(".as-of").evaluate(grey) != faint
    assert live.locator(".is-dark").evaluate(grey) != faint


def test_of_districts_that_nobody_waits_in_the_one_with_most_cameras_dark_is_first(city, pages):
    names = ("oldtown", "riverside", "hillside")
    dark = dict(zip(names, (0, 3, 1), strict=True))
    quiet = city_screen.quiet_city()
    lines = tuple(
        replace(
            one, sources=city_screen.cameras(one.district, 12, cameras_blind=dark[one.district])
        )
        for one in quiet.districts
    )
    show(city, replace(quiet, districts=lines))
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#districts tr td:first-child")).to_have_text(
        ["Riverside", "Hillside", "Old Town"]
    )
