"""A file of a case is taken back from the desk's menu: for good, at the second press."""

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import CLOCK, FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.services.attachments import attachment_message
from citybrain.vocabulary import OperatorVerb

pytestmark = pytest.mark.browser

FIRST = "inc-riverside-12"


def file(n, name, state="kept"):
    return attachment_message(
        attachment=f"file-riverside-{n}",
        name=name,
        media_type="image/jpeg",
        size=48_213,
        sha256="0f" * 32,
        actor="Li Na",
        at=CLOCK.now(),
        state=state,
    )


@pytest.fixture
def desk():
    screen = FakeDistrictScreen(district_screen.busy_district())
    api = FakeDistrictApi(screen)
    api.attachments[FIRST] = [
        file(1, "face.jpg"),
        file(2, "<b>bridge</b>.jpg"),
        file(3, "gone.jpg", "redacted"),
    ]
    console = ThreadedConsole(district_app(screen, FakeCrewScreen(crew_screen.crew_view()), api))
    console.screen, console.api = screen, api
    yield console
    console.stop()


def opened(desk, pages, lang="en"):
    page = pages.open(f"{desk.url}/?lang={lang}&incident={FIRST}")
    page.evaluate("localStorage.setItem('citybrain-operator', 'Li Wei')")
    expect(page.locator(".row")).to_have_count(5)
    expect(page.locator("#d-files li")).to_have_count(3)
    page.keyboard.press(".")
    return page


def redact(page):
    page.locator("#d-menu [data-verb=redact]").click()
    expect(page.locator("#verb-dialog")).to_be_visible()
    return page.locator("#verb-dialog [value=ok]")


def test_a_file_is_taken_back_at_the_second_press(desk, pages):
    page = opened(desk, pages)
    send = redact(page)
    offered = page.locator("#verb-attachment option").all_inner_texts()
    assert [one.split(" · ")[0] for one in offered] == ["face.jpg", "<b>bridge</b>.jpg"]
    send.click()
    expect(send).to_have_text("Send")  # a reason is needed first
    page.locator("#verb-reason").fill("shows a face")
    send.click()
    expect(send).to_have_text("Take it away for good")
    assert desk.screen.actions == []
    worst = pages.lowest_contrast(page)
    assert worst["ratio"] >= 4.5, worst
    send.click()
    expect(page.locator(".toast-good")).to_contain_text("Take back a file")
    (action,) = desk.screen.actions
    assert (action.verb, action.attachment) == (OperatorVerb.REDACT, "file-riverside-1")
    assert (action.operator, action.reason) == ("Li Wei", "shows a face")
    assert pages.errors == []


def test_another_file_is_asked_for_twice_again(desk, pages):
    page = opened(desk, pages, "zh")
    send = redact(page)
    page.locator("#verb-reason").fill("有人脸")
    send.click()
    expect(send).to_have_text("确认永久删除")
    page.locator("#verb-attachment").select_option("file-riverside-2")
    expect(send).to_have_text("提交")
    page.keyboard.press("Escape")
    expect(page.locator("#verb-dialog")).to_be_hidden()
    assert desk.screen.actions == []


def test_the_next_verb_of_the_menu_is_sent_at_one_press(desk, pages):
    page = opened(desk, pages)
    send = redact(page)
    page.locator("#verb-reason").fill("shows a face")
    send.click()
    page.locator("#verb-dialog [data-dismiss]").click()
    page.keyboard.press(".")
    page.locator("#d-menu [data-verb=set_severity]").click()
    send.click()
    expect(page.locator(".toast-good")).to_be_visible()
    assert [action.verb for action in desk.screen.actions] == [OperatorVerb.SET_SEVERITY]


def test_a_case_without_a_file_to_take_back_does_not_offer_it(desk, pages):
    gone = [file(n, f"{n}.jpg", "redacted") for n in (4, 5, 6)]
    desk.api.attachments[FIRST] = gone
    desk.do(desk.screen.poke)
    page = opened(desk, pages)
    expect(page.locator("#d-menu [data-verb=give]")).to_be_visible()
    expect(page.locator("#d-menu [data-verb=redact]")).to_have_count(0)


@pytest.mark.parametrize(("may", "count"), [("give redact", 1), ("give", 0)])
def test_only_whose_role_has_it_is_offered_it(desk, pages, may, count):
    page = pages.open("about:blank")
    page.add_init_script(
        "new MutationObserver(() => document.body && (document.body.dataset.may = "
        f"'{may}')).observe(document, {{childList: true, subtree: true}})"
    )
    page.goto(f"{desk.url}/?lang=en&incident={FIRST}")
    expect(page.locator("#d-files li")).to_have_count(3)
    page.keyboard.press(".")
    expect(page.locator("#d-menu [data-verb=give]")).to_be_visible()
    expect(page.locator("#d-menu [data-verb=redact]")).to_have_count(count)
