"""The verbs of a case that ask for more than a reason, in a real browser: another kind, place,
severity or person, the same case as another, a unit that comes next or leaves a lesser case.
"""

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.vocabulary import OperatorVerb, Severity

pytestmark = pytest.mark.browser


@pytest.fixture
def desk():
    screen = FakeDistrictScreen(district_screen.busy_district())
    api = FakeDistrictApi(screen)
    console = ThreadedConsole(district_app(screen, FakeCrewScreen(crew_screen.crew_view()), api))
    console.screen = screen
    yield console
    console.stop()


def opened(desk, pages, lang="en"):
    page = pages.open(f"{desk.url}/?lang={lang}")
    page.evaluate("localStorage.setItem('citybrain-operator', 'Li Wei')")
    expect(page.locator(".row")).to_have_count(5)
    expect(page.locator("#detail-title")).not_to_be_empty()
    return page


def chosen_from_the_menu(page, verb):
    page.locator("#d-more").click()
    page.locator(f"#d-menu [data-verb={verb}]").click()


def sent(page):
    page.locator("#verb-dialog [value=ok]").click()
    expect(page.locator(".toast").last).to_be_visible()


def test_a_severity_is_set_from_the_menu_by_keyboard(desk, pages):
    page = opened(desk, pages)
    page.keyboard.press(".")
    expect(page.locator("#d-menu [data-verb=set_severity]")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#verb-severity").select_option("Minor")
    page.locator("#verb-reason").fill("the pump works again")
    sent(page)
    (action,) = desk.screen.actions
    assert (action.verb, action.severity) == (OperatorVerb.SET_SEVERITY, Severity.MINOR)
    assert (action.operator, action.reason) == ("Li Wei", "the pump works again")
    assert pages.errors == []


def test_a_case_is_the_same_as_one_that_is_named_by_its_number(desk, pages):
    page = opened(desk, pages)
    chosen_from_the_menu(page, "merge")
    expect(page.locator("#verb-title")).to_have_text("Same as … · #12")
    assert page.locator("#verb-other-known option").count() == 4
    page.locator("#verb-other").fill("#15")
    sent(page)
    (action,) = desk.screen.actions
    assert (action.verb, action.other) == (OperatorVerb.MERGE, "#15")


def test_a_case_moves_to_where_the_map_is_pressed(desk, pages):
    page = opened(desk, pages)
    chosen_from_the_menu(page, "relocate")
    before = page.locator("#verb-latitude").input_value()
    ground = page.locator("#verb-dialog .place-map")
    ground.click(position={"x": 60, "y": 30})
    expect(page.locator("#verb-latitude")).not_to_have_value(before)
    latitude = float(page.locator("#verb-latitude").input_value())
    sent(page)
    (action,) = desk.screen.actions
    assert action.verb == OperatorVerb.RELOCATE
    assert action.place.lat == pytest.approx(latitude)
    assert latitude > float(before), "north of the middle"
    assert pages.errors == []


def test_another_kind_and_another_person(desk, pages):
    page = opened(desk, pages, lang="zh")
    chosen_from_the_menu(page, "reclassify")
    page.locator("#verb-kind").select_option("street_occupation")
    sent(page)
    chosen_from_the_menu(page, "give")
    page.locator("#verb-person").fill("王芳")
    sent(page)
    kinds = [(one.verb, one.kind, one.person) for one in desk.screen.actions]
    assert kinds == [
        (OperatorVerb.RECLASSIFY, "street_occupation", ""),
        (OperatorVerb.GIVE, None, "王芳"),
    ]


def test_turning_back_sends_nothing(desk, pages):
    page = opened(desk, pages)
    chosen_from_the_menu(page, "give")
    page.keyboard.press("Escape")
    expect(page.locator("#verb-dialog")).to_be_hidden()
    assert desk.screen.actions == []


def test_a_busy_unit_comes_next_or_now_and_what_would_wait_is_read_first(desk, pages):
    page = opened(desk, pages)
    page.locator("#d-actions [data-verb=assign]").click()
    page.locator("[data-next=riverside-1]").click()
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator(".toast")).to_have_count(1)
    desk.screen.refusal = ("preempts", "R-1130-03 would wait 12 min.")
    page.locator("#d-actions [data-verb=assign]").click()
    page.locator("[data-now=riverside-1]").click()
    expect(page.locator("#reason-title")).to_have_text("A less severe case would wait")
    expect(page.locator("#reason-subject")).to_have_text("R-1130-03 would wait 12 min.")
    desk.screen.refusal = None
    page.locator("#reason-send").click()
    expect(page.locator(".toast")).to_have_count(2)
    asked = [(one.unit, one.next, one.preempt) for one in desk.screen.actions]
    assert asked == [
        ("riverside-1", True, False),
        ("riverside-1", False, False),
        ("riverside-1", False, True),
    ]


def test_a_call_is_entered_where_the_map_was_pressed(desk, pages):
    page = opened(desk, pages)
    page.locator("#map").click(button="right", position={"x": 200, "y": 150})
    expect(page.locator("#report-dialog")).to_be_visible()
    latitude = float(page.locator("#report-latitude").input_value())
    page.locator("#report-kind").select_option("waterlogging")
    page.locator("#report-text").fill("knee-deep at the bus stop")
    page.locator("#report-dialog [value=ok]").click()
    expect(page.locator(".toast")).to_be_visible()
    (report,) = desk.screen.actions
    assert report.place.lat == pytest.approx(latitude)
    assert report.text == "knee-deep at the bus stop"
    assert pages.errors == []


@pytest.mark.parametrize(
    ("code", "sentence", "shown"),
    [
        ("nothing_to_undo", "The two are apart again already.", "没有可撤销的操作，或已过时限"),
        ("no_such_person", "Nobody signs in here as Ann.", "本处没有此人登录 — Nobody signs in"),
    ],
)
def test_a_refusal_is_said_in_chinese(desk, pages, code, sentence, shown):
    desk.screen.refusal = (code, sentence)
    page = opened(desk, pages, "zh")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(".toast-bad")).to_contain_text(shown)
    is_english = sentence in page.locator(".toast-bad").inner_text()
    assert is_english == (code == "no_such_person")  # it names somebody


def test_a_name_that_nothing_has_is_not_sent_with_another_place(desk, pages):
    page = opened(desk, pages)
    page.keyboard.press("n")
    page.locator("#report-kind").select_option("waterlogging")
    words = page.locator("#report-words")
    words.fill("the third bridge")
    page.locator("#report-dialog [value=ok]").click()
    expect(page.locator("#report-dialog")).to_be_visible()
    assert words.evaluate("(field) => field.validationMessage").startswith("Nothing here has that")
    option = page.locator("#report-words + datalist option").first
    words.fill(option.get_attribute("value"))
    assert words.evaluate("(field) => field.validity.valid")
    words.fill("the third bridge")
    page.locator("#report-latitude").fill("30.5")
    expect(words).to_have_value("")
    page.locator("#report-dialog [value=ok]").click()
    expect(page.locator(".toast")).to_be_visible()
    (report,) = desk.screen.actions
    assert report.place.lat == 30.5
    assert pages.errors == []
