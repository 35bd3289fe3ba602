"""From the city's screen to the case on its district's own pages."""

import pytest
from consoles import city_screen
from consoles.fake_api import CLOCK
from consoles.fake_screens import FakeCityScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.services.city import city_service
from citybrain.ids import CountingIds
from coordinator.web.app import build

pytestmark = pytest.mark.browser

CONSOLES = {
    "riverside": "https://queue.riverside.example:8443",
    "hillside": "javascript:alert(1)",  # no configuration lets this through
}


@pytest.fixture
def page(pages):
    screen = FakeCityScreen(city_screen.busy_city(city_screen.plan()), CONSOLES)
    console = ThreadedConsole(build((city_service(screen, CountingIds()),), clock=CLOCK))
    yield pages.open(console.url + "/?lang=en")
    assert pages.errors == []
    console.stop()


def test_a_case_leads_to_its_districts_page_in_a_tab_of_its_own(page):
    link = page.locator("#orders li").nth(0).get_by_role("link", name="Crowding #15")
    address = "https://queue.riverside.example:8443/?incident=inc-riverside-15"
    expect(link).to_have_attribute("href", address)
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    planned = page.locator("#plan-orders li").nth(0).get_by_role("link", name="Waterlogging #12")
    expect(planned).to_have_attribute("href", address.replace("-15", "-12"))


def test_a_district_leads_to_its_pages(page):
    link = page.locator("#districts").get_by_role("link")
    expect(link).to_have_text(["Riverside"])
    expect(link).to_have_attribute("href", "https://queue.riverside.example:8443/")


def test_what_has_no_address_of_the_web_is_no_link(page):
    expect(page.locator("#orders li")).to_have_count(4)
    expect(page.locator("#districts tr")).to_have_count(3)
    hrefs = page.locator("main a[target]").evaluate_all("links => links.map((link) => link.href)")
    assert {href.split("/?")[0].rstrip("/") for href in hrefs} == {CONSOLES["riverside"]}


def test_a_link_is_reached_by_the_tab_key(page):
    order = page.locator("#orders li").nth(0)
    order.focus()
    page.keyboard.press("Tab")
    expect(order.get_by_role("link")).to_be_focused()
    expect(page.locator("#map")).to_have_attribute("data-lines", "1")  # it is still pointed at
