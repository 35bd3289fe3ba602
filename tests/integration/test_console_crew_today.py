"""What a crew's page shows of the day: the order under way and those that ended, with where, when
and how, in both languages and without a network.
"""

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.phone_files import kept_files
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
DAY_S = 86_400.0


@pytest.fixture
def phone():
    crews = FakeCrewScreen(crew_screen.busy_day())
    console = ThreadedConsole(
        district_app(FakeDistrictScreen(district_screen.busy_district()), crews)
    )
    console.crews, console.page = crews, console.url + "/crew/riverside-1"
    yield console
    console.stop()


def where_it_is_noon():
    """A time zone in which nothing that is near to now was yesterday."""
    west = CLOCK.now() // 3_600_000_000 % 24 - 12
    return f"Etc/GMT{west:+}"


def show(phone, view):
    phone.crews.views["riverside-1"] = view
    phone.do(phone.crews.poke)


@pytest.mark.parametrize(
    ("lang", "title", "stages", "place", "why"),
    [
        ("en", "Today", ["on scene", "done", "refused", "withdrawn"], "the East Gate", "Road"),
        ("zh", "今日任务", ["已到场", "已完成", "已拒绝", "已撤回"], "东门", "Road"),
    ],
)
def test_the_order_under_way_stands_first_and_each_other_says_how_it_ended(
    phone, pages, lang, title, stages, place, why
):
    page = pages.open(f"{phone.page}?lang={lang}", **PHONE)
    expect(page.locator("#today-title")).to_have_text(title)
    lines = page.locator("#today-list li")
    expect(lines.locator(".chip")).to_have_text(stages)
    expect(lines.nth(1)).to_contain_text(f"R-1130-01 · {place}")
    expect(lines.nth(2)).to_contain_text(why)
    expect(lines.nth(0)).to_contain_text("oldtown")  # whom it helps
    assert pages.lowest_contrast(page)["ratio"] >= 4.5
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    show(phone, crew_screen.busy_day(None, state="available"))
    expect(lines.locator(".chip")).to_have_text(stages[1:])
    assert pages.errors == []


def test_what_ended_before_midnight_says_so_and_what_is_a_day_old_is_gone(phone, pages):
    ended = crew_screen.ended_order
    view = crew_screen.busy_day(None, state="available", ended=[ended(1, -10), ended(2, -DAY_S)])
    phone.crews.views["riverside-1"] = view
    page = pages.open(f"{phone.page}?lang=en", **PHONE, timezone_id=where_it_is_noon())
    expect(page.locator("#today-list li")).to_have_count(1)
    expect(page.locator("#today-list li")).not_to_contain_text("yesterday")
    view = crew_screen.busy_day(None, state="available", ended=[ended(3, 60 - DAY_S)])
    show(phone, view)
    expect(page.locator("#today-list li")).to_contain_text("– yesterday")


def test_it_is_there_without_a_network_and_nothing_where_there_was_no_order(phone, pages):
    page = pages.open(f"{phone.page}?lang=en", **PHONE)
    expect(page.locator("#today-list li")).to_have_count(4)
    kept_files(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#kept")).to_be_visible()
    expect(page.locator("#today-list li")).to_have_count(4)
    page.context.set_offline(False)
    show(phone, crew_screen.crew_view(None, state="available"))
    expect(page.locator("#free")).to_be_visible()
    expect(page.locator("#today")).to_be_hidden()


def test_an_order_that_rings_has_the_screen_to_itself(phone, pages):
    show(phone, crew_screen.busy_day("issued"))
    page = pages.open(f"{phone.page}?lang=en", **PHONE)
    expect(page.locator("#ring")).to_be_visible()
    expect(page.locator("#today")).to_be_hidden()
