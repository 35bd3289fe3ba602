"""A crew's phone is called: it rings, shakes and counts down until the order is answered, stays
awake while there is one, and says what of this works here.
"""

import re

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.structs import replace

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
# what a page does to its phone, recorded: a browser in a test has neither motor nor screen
RECORDED = """
window.rung = []; window.shaken = []; window.locks = [];
document.addEventListener("rung", ({ detail }) => rung.push(detail));
navigator.vibrate = (pattern) => shaken.push(pattern) > 0;
Object.defineProperty(navigator, "wakeLock", { value: { request: async (kind) => {
  const lock = new EventTarget();
  lock.released = false;
  lock.release = async () => { lock.released = true; lock.dispatchEvent(new Event("release")); };
  locks.push(lock);
  return lock;
} } });
"""
HELD = "() => locks.filter((lock) => !lock.released).length"


@pytest.fixture
def phone():
    crews = FakeCrewScreen(crew_screen.crew_view(None, state="available"))
    console = ThreadedConsole(
        district_app(FakeDistrictScreen(district_screen.busy_district()), crews)
    )
    console.crews = crews
    console.page = console.url + "/crew/riverside-1"
    yield console
    console.stop()


def opened(phone, pages, lang="en"):
    """The page of a crew without an order, before anybody has pressed it."""
    page = pages.open("about:blank", **PHONE)
    page.add_init_script(RECORDED)
    page.goto(f"{phone.page}?lang={lang}")
    expect(page.locator("#free")).to_be_visible()
    return page


def show(phone, view):
    phone.crews.views["riverside-1"] = view
    phone.do(phone.crews.poke)


def rings(page):
    return page.evaluate("rung.length")


def test_a_new_order_fills_the_screen_rings_and_counts_down_until_it_is_accepted(phone, pages):
    page = opened(phone, pages)
    page.locator("#try-ring").tap()
    page.wait_for_function("() => rung.length === 1")
    show(phone, crew_screen.crew_view())
    expect(page.locator("#accept-clock")).to_have_text(re.compile(r"^0[01]:\d\d$"))
    page.wait_for_function("() => rung.length >= 3", timeout=12_000)
    ring = page.evaluate("rung.at(-1)")
    assert ring == {"severity": "Severe", "sounded": True, "shaken": True}
    assert [400, 150, 400, 150, 400] in page.evaluate("shaken")
    before = page.locator("#accept-clock").inner_text()
    expect(page.locator("#accept-clock")).not_to_have_text(before)
    box = page.locator("#order").bounding_box()
    bar = page.locator(".bar").bounding_box()  # another language can be had meanwhile too
    assert (box["x"], box["width"]) == (0, 390)
    assert box["y"] == pytest.approx(bar["y"] + bar["height"], abs=1)
    for hidden in ("#map", "#duty", "#share", "#phone"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollHeight") <= 844
    page.locator("[data-action=accept]").tap()
    expect(page.locator("#ring")).to_be_hidden()
    stopped = rings(page)
    show(phone, crew_screen.crew_view("accepted"))
    expect(page.locator("#map")).to_be_visible()
    page.wait_for_timeout(4500)
    assert rings(page) == stopped
    assert page.evaluate("shaken.at(-1)") == 0
    assert pages.errors == []


def test_an_order_that_the_crew_cannot_do_is_silent_once_the_reason_is_said(phone, pages):
    page = opened(phone, pages, "zh")
    show(phone, crew_screen.crew_view())
    page.locator("[data-action=cannot]").tap()
    begun = rings(page)
    page.wait_for_function("(n) => rung.length > n", arg=begun, timeout=12_000)
    page.locator("#reason-presets button", has_text="道路不通").tap()
    page.locator("#reason-send").tap()
    expect(page.locator("#ring")).to_be_hidden()
    expect(page.locator("#buttons button")).to_have_count(0)


def test_an_order_that_is_taken_back_or_overtaken_rings_no_more_and_the_next_one_does(phone, pages):
    page = opened(phone, pages)
    show(phone, crew_screen.crew_view(assignment_number=7))
    expect(page.locator("#ring-silent")).to_be_visible()  # until somebody presses the page
    page.locator("#kind").tap()
    expect(page.locator("#ring-silent")).to_be_hidden()
    expect(page.locator("#ring")).to_be_visible()
    show(phone, crew_screen.crew_view(None, state="available"))
    expect(page.locator("#free")).to_be_visible()
    silent = rings(page)
    page.wait_for_timeout(4500)
    assert rings(page) == silent
    show(phone, crew_screen.crew_view(assignment_number=5))
    expect(page.locator("#void")).to_be_visible()
    assert rings(page) == silent
    show(phone, crew_screen.crew_view(assignment_number=8))
    page.wait_for_function("(n) => rung.length > n", arg=silent)


@pytest.mark.parametrize(
    ("lang", "late"), [("en", "The time to accept is over"), ("zh", "接单时限已过")]
)
def test_when_the_time_to_accept_is_over_it_says_so_and_still_takes_the_answer(
    phone, pages, lang, late
):
    page = opened(phone, pages, lang)
    view = crew_screen.crew_view()
    show(phone, replace(view, order=replace(view.order, accept_by=None)))
    expect(page.locator("#accept-note")).to_contain_text(late)
    expect(page.locator("#accept-clock")).to_be_hidden()
    assert pages.lowest_contrast(page)["ratio"] >= 4.5
    page.locator("[data-action=accept]").tap()
    expect(page.locator(".toast-good")).to_be_visible()


def test_the_screen_stays_on_while_there_is_an_order_and_again_after_it_was_out_of_sight(
    phone, pages
):
    page = opened(phone, pages)
    assert page.evaluate(HELD) == 0
    show(phone, crew_screen.crew_view("en_route"))
    page.wait_for_function("() => locks.length === 1")
    page.evaluate("locks[0].release()")  # the browser does so to a page that is out of sight
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function("() => locks.length === 2")
    assert page.evaluate(HELD) == 1
    show(phone, crew_screen.crew_view(None, state="available"))
    expect(page.locator("#free")).to_be_visible()
    assert page.evaluate(HELD) == 0


@pytest.mark.parametrize(
    ("lang", "press", "awake"),
    [
        ("en", "a browser is silent until it is pressed", "Needs a secure connection"),
        ("zh", "浏览器在首次按压前保持静音", "需要安全连接"),
    ],
)
def test_it_says_what_works_on_this_phone_and_what_to_do(phone, pages, lang, press, awake):
    page = pages.open("about:blank", **PHONE)
    page.add_init_script(
        "delete Navigator.prototype.wakeLock; delete Navigator.prototype.vibrate;"
        " Object.defineProperty(window, 'isSecureContext', { value: false });"
    )
    page.goto(f"{phone.page}?lang={lang}")
    lines = page.locator("#phone-list")
    expect(lines).to_be_visible()  # there is something to do
    expect(lines).to_contain_text(press)
    expect(lines).to_contain_text(awake)
    expect(page.locator("#phone-list .is-missing")).to_have_count(3)
    page.locator("#try-ring").tap()
    expect(lines).not_to_contain_text(press)
    assert pages.unlabelled(page) == []
    assert pages.lowest_contrast(page)["ratio"] >= 4.5
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert pages.errors == []
