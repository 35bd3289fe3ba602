"""Units beside the queue in a real browser: who gets no order and why, who is not heard of."""

import re

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.domain.unit import UnitStatus
from citybrain.structs import replace
from citybrain.vocabulary import Duty, OutCause

pytestmark = pytest.mark.browser


@pytest.fixture
def queue():
    screen = FakeDistrictScreen(district_screen.busy_district())
    app = district_app(screen, FakeCrewScreen(crew_screen.crew_view()), FakeDistrictApi(screen))
    console = ThreadedConsole(app)
    console.screen = screen
    yield console
    console.stop()


def test_who_gets_no_order_and_who_is_silent_stands_there_with_what_can_be_done(queue, pages):
    status = UnitStatus(
        duty=Duty.OUT_OF_SERVICE,
        since=1,
        by="riverside-3",
        cause=OutCause.UNIT_OUT,
        reason="flat tyre",
    )
    first, *others = district_screen.busy_district().units
    units = [replace(first, overdue="arrive"), *others]
    units[2] = replace(units[2], status=status)
    queue.screen.value = replace(district_screen.busy_district(), units=tuple(units))
    queue.do(queue.screen.poke)
    page = pages.open(queue.url + "/?lang=en")
    out, late = page.locator("#units li").nth(2), page.locator("#units li").nth(0)
    expect(out.locator(".end")).to_have_text("out of service")
    expect(out.locator(".under")).to_have_text(re.compile("^flat tyre · since .* · pump$"))
    expect(late).to_contain_text("should be there")
    expect(page.locator("#units button:visible")).to_have_text(["Take its order back", "Ready"])
    out.locator(".unit-verb").click()
    page.locator("#operator-input").fill("Li Na")
    page.locator("#operator-input").press("Enter")
    page.locator("#reason-send").click()
    expect(page.locator(".toast-good")).to_be_visible()
    (action,) = queue.screen.actions
    assert (action.unit, action.verb, action.operator) == ("riverside-3", "ready", "Li Na")
