"""Boxes that are not believed stand above the queue, and one that waits is allowed by a press."""

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import CLOCK, FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.domain.console import AgentStanding, AgentVerb
from citybrain.structs import replace

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=alert(1)>"
ALLOW = {"en": "Allow its new outbox", "zh": "允许新发件箱"}
NOT_JOINED = {"en": "has not joined this city", "zh": "尚未入网"}


@pytest.fixture
def shown():
    screen = FakeDistrictScreen(district_screen.busy_district())
    api = FakeDistrictApi(screen)
    console = ThreadedConsole(district_app(screen, FakeCrewScreen(crew_screen.crew_view()), api))

    def show(*standings):
        api.standings = standings
        screen.value = replace(screen.value)
        console.do(screen.poke)

    yield console, api, show
    console.stop()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_box_that_waits_is_shown_and_allowed_by_a_named_person(shown, pages, lang):
    console, api, show = shown
    page = pages.open(f"{console.url}/?lang={lang}")
    page.evaluate("localStorage.setItem('citybrain-operator', 'Li Na')")
    rows = page.locator("#standings li")
    expect(page.locator("#rows .row").first).to_be_visible()
    expect(page.locator("#standings")).to_be_hidden()
    show(
        AgentStanding(agent="box-old", standing="not_enrolled"),
        AgentStanding(agent="box-x1", standing="outbox_waits", since=CLOCK.now()),
        AgentStanding(agent=MARKUP, standing="revoked", since=CLOCK.now()),
    )
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text(NOT_JOINED[lang])
    expect(rows.nth(0).locator("button")).to_be_hidden()
    expect(rows.nth(2)).to_contain_text(MARKUP)
    rows.nth(1).get_by_role("button", name=ALLOW[lang]).click()
    expect(page.locator("#toasts")).to_contain_text("box-x1")
    (action,) = api.agent_actions
    assert (action.agent, action.verb, action.operator) == (
        "box-x1",
        AgentVerb.ALLOW_OUTBOX,
        "Li Na",
    )
    show()
    expect(page.locator("#standings")).to_be_hidden()
    assert pages.errors == []
