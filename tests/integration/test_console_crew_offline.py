"""A crew's phone without a network: answers wait in it, in order, and each is sent once."""

import re

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.vocabulary import CrewAction

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
NO_STORAGE = """Object.defineProperty(window, "localStorage", { get() {
  throw new DOMException("denied", "SecurityError");
} });"""
THREE = [CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE]


@pytest.fixture
def phone():
    crews = FakeCrewScreen(crew_screen.crew_view())
    console = ThreadedConsole(
        district_app(FakeDistrictScreen(district_screen.busy_district()), crews)
    )
    console.crews = crews
    console.page = console.url + "/crew/riverside-1"
    yield console
    console.stop()


def answer_three(page):
    for action in THREE:
        button = page.locator(f"[data-action={action.value}]")
        expect(button).to_be_enabled()
        button.tap()
    expect(page.locator("#pending-list li")).to_have_count(3)


def test_three_answers_without_a_network_are_sent_in_order_and_once(phone, pages):
    page = pages.open(phone.page + "?lang=en", **PHONE)
    expect(page.locator("#ring")).to_be_visible()
    page.context.set_offline(True)
    answer_three(page)
    expect(page.locator("#pending-text")).to_have_text(
        re.compile(r"^3 answers wait for the network, since \d\d:\d\d\.")
    )
    expect(page.locator("#pending-list b")).to_have_text(["Accept", "On our way", "Arrived"])
    expect(page.locator("#stage")).to_have_text("on scene")
    assert phone.crews.actions == []
    page.context.set_offline(False)
    expect(page.locator("#pending")).to_be_hidden()
    page.wait_for_timeout(2500)
    answers = phone.crews.actions
    assert [answer.action for answer in answers] == THREE
    assert len({answer.request for answer in answers}) == 3


def test_they_outlive_a_reload_and_keep_their_requests(phone, pages):
    page = pages.open(phone.page + "?lang=zh", **PHONE)
    page.route("**/answers", lambda route: route.abort())
    answer_three(page)
    kept = page.evaluate("JSON.parse(localStorage['citybrain-answers-v2-riverside-1'])")
    page.reload()
    expect(page.locator("#pending-text")).to_contain_text("3 条答复")
    expect(page.locator("#stage")).to_have_text("已到场")
    page.unroute("**/answers")
    expect(page.locator("#pending")).to_be_hidden()
    sent = [answer.request for answer in phone.crews.actions]
    assert sent == [one["body"]["request_id"] for one in kept]


def test_an_answer_to_an_order_that_was_overtaken_is_said_to_be_void(phone, pages):
    page = pages.open(phone.page + "?lang=en", **PHONE)
    page.route("**/answers", lambda route: route.abort())
    page.locator("[data-action=accept]").tap()
    expect(page.locator("#pending-text")).to_contain_text("1 answer waits")
    phone.crews.views["riverside-1"] = crew_screen.crew_view(assignment_number=9)
    phone.do(phone.crews.poke)
    expect(page.locator("#pending-list .is-gone")).to_contain_text("void: a newer order")
    expect(page.locator("#ring")).to_be_visible()  # the newer one is not answered
    phone.crews.refusal = ("old_assignment_number", "")
    page.unroute("**/answers")
    expect(page.locator(".toast-bad")).to_contain_text("Accept (void)")
    expect(page.locator("#pending")).to_be_hidden()


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "This browser keeps nothing"), ("zh", "此浏览器不保存数据")]
)
def test_a_phone_without_storage_says_so_and_works_in_memory(phone, pages, lang, told):
    page = pages.open("about:blank", **PHONE)
    page.add_init_script(NO_STORAGE)
    page.goto(f"{phone.page}?lang={lang}")
    expect(page.locator("#ring")).to_be_visible()
    page.context.set_offline(True)
    answer_three(page)
    expect(page.locator("#pending-memory")).to_contain_text(told)
    expect(page.locator("#phone-list")).to_contain_text(told)
    page.context.set_offline(False)
    expect(page.locator("#pending")).to_be_hidden()
    assert [answer.action for answer in phone.crews.actions] == THREE


def test_the_answer_that_an_older_page_kept_is_sent(phone, pages):
    page = pages.open("about:blank", **PHONE)
    page.add_init_script(
        """localStorage["citybrain-answer-v1-riverside-1"] = JSON.stringify({
          title: "Accept",
          body: { request_id: "old-1", order: "ord-riverside-37", assignment_number: 7,
            answer: "accept" },
        });"""
    )
    page.goto(phone.page + "?lang=en")
    expect(page.locator(".toast-good")).to_contain_text("Accept: done")
    assert [answer.request for answer in phone.crews.actions] == ["old-1"]
    assert page.evaluate("localStorage['citybrain-answer-v1-riverside-1']") is None


def test_a_session_that_has_ended_costs_no_answer(phone, pages):
    page = pages.open(phone.page + "?lang=en", **PHONE)
    problem = '{"type": "/problems/not_signed_in", "status": 401, "reason": "not_signed_in"}'
    page.route(
        "**/answers",
        lambda route: route.fulfill(
            status=401, content_type="application/problem+json", body=problem
        ),
    )
    page.locator("[data-action=accept]").tap()
    expect(page.locator("#pending")).to_be_visible()
    page.unroute("**/answers")
    expect(page.locator(".toast-good")).to_be_visible()
    assert len(phone.crews.actions) == 1
