"""Boxes that are not believed stand above the queue: one that waits is allowed by a press, and one
that is gone for good is forgotten.
"""

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import CLOCK, FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.domain.console import AgentStanding, AgentVerb, Outcome
from citybrain.structs import replace

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=alert(1)>"
ALLOW = {"en": "Allow its new outbox", "zh": "允许新发件箱"}
FORGET = {"en": "Forget it", "zh": "移除终端"}
COUNTS_ONCE = {"en": "what it sent before counts once", "zh": "已上报的内容不会重复计入"}
OPEN_CASE = {"en": "a case of it is open: close that first", "zh": "尚有相关案件未结：请先结案"}
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
    expect(rows.nth(0).locator("button")).to_have_text(FORGET[lang])
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


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_box_that_is_gone_is_forgotten_after_a_second_look_with_a_reason(shown, pages, lang):
    console, api, show = shown
    page = pages.open(f"{console.url}/?lang={lang}")
    page.evaluate("localStorage.setItem('citybrain-operator', 'Li Na')")
    rows, dialog = page.locator("#standings li"), page.locator("#reason-dialog")
    show(
        AgentStanding(agent="box-late", standing="expired", since=CLOCK.now()),
        AgentStanding(agent=MARKUP, standing="revoked", since=CLOCK.now()),
    )
    expect(rows.nth(0).locator("button")).to_be_hidden()
    press = rows.nth(1).get_by_role("button", name=FORGET[lang])
    press.click()
    expect(dialog).to_contain_text(COUNTS_ONCE[lang])
    expect(dialog).to_contain_text(MARKUP)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert api.agent_actions == [], "who turns back has said nothing"
    press.click()
    page.locator("#reason-text").fill("the crossing was rebuilt")
    page.locator("#reason-send").click()
    expect(page.locator("#toasts .toast-good")).to_contain_text(FORGET[lang])
    (action,) = api.agent_actions
    assert (action.agent, action.verb, action.operator, action.reason) == (
        MARKUP,
        AgentVerb.FORGET,
        "Li Na",
        "the crossing was rebuilt",
    )
    assert pages.errors == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_a_box_is_not_forgotten_for_is_said(shown, pages, lang):
    console, api, show = shown
    detail = "Case R-1130-07 rests on box-x1 and is open. Close it first."
    api.agent_refusal = Outcome(request="r-1", done=False, reason="open_case", detail=detail)
    page = pages.open(f"{console.url}/?lang={lang}")
    page.evaluate("localStorage.setItem('citybrain-operator', 'Li Na')")
    show(AgentStanding(agent="box-x1", standing="revoked", since=CLOCK.now()))
    page.locator("#standings li").get_by_role("button", name=FORGET[lang]).click()
    page.locator("#reason-send").click()
    toast = page.locator("#toasts .toast-bad")
    expect(toast).to_contain_text(OPEN_CASE[lang])
    expect(toast).to_contain_text("R-1130-07")
    assert pages.errors == []
