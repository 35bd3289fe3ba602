"""Handing over between shifts, in a real browser: a note and one's cases, taken by a colleague."""

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.domain.console import HandOver, ShiftVerb

pytestmark = pytest.mark.browser


def handed(number, person="", taken_by=""):
    return HandOver(
        hand_over=f"shift-{number}",
        actor="Wang Fang",
        person=person,
        at=1_750_000_000_000_000,
        text="two pumps are out <b>until noon</b>",
        incidents=("inc-riverside-12", "inc-riverside-9"),
        taken_by=taken_by,
    )


@pytest.fixture
def desk():
    screen = FakeDistrictScreen(district_screen.busy_district())
    api = FakeDistrictApi(screen)
    console = ThreadedConsole(district_app(screen, FakeCrewScreen(crew_screen.crew_view()), api))
    console.screen, console.api = screen, api
    yield console
    console.stop()


def opened(desk, pages, name="Li Wei"):
    page = pages.open(f"{desk.url}/healthz")
    page.evaluate("name => localStorage.setItem('citybrain-operator', name)", name)
    page.goto(f"{desk.url}/?lang=en")
    expect(page.locator(".row")).to_have_count(5)
    return page


def test_ones_cases_are_handed_over_with_a_note(desk, pages):
    page = opened(desk, pages)
    page.locator("#shift").click()
    expect(page.locator("#shift-none")).to_be_visible()
    page.locator("#shift-person").fill("Chen Bo")
    page.locator("#shift-text").fill("gate 4 is locked")
    page.locator("#shift-send").click()
    expect(page.locator("#shift-dialog")).to_be_hidden()
    (action,) = desk.screen.actions
    assert (action.verb, action.person) == (ShiftVerb.HAND_OVER, "Chen Bo")
    assert (action.operator, action.text) == ("Li Wei", "gate 4 is locked")
    assert pages.errors == []


def test_what_waits_for_me_is_counted_read_as_text_and_taken(desk, pages):
    desk.api.handed = (handed(1), handed(2, person="Chen Bo"), handed(3, taken_by="Li Wei"))
    page = opened(desk, pages)
    expect(page.locator("#shift-count")).to_have_text("1")
    page.locator("#shift").click()
    expect(page.locator("#shift-list li")).to_have_count(2)
    first = page.locator("#shift-list li").first
    expect(first).to_contain_text("Wang Fang, ")
    expect(first).to_contain_text("2 cases")
    expect(first.locator(".words")).to_have_text("two pumps are out <b>until noon</b>")
    page.locator("[data-take=shift-1]").click()
    expect(page.locator("#shift-count")).to_have_text("")
    (action,) = desk.screen.actions
    assert (action.verb, action.hand_over) == (ShiftVerb.TAKE_OVER, "shift-1")
    assert pages.errors == []
