"""A crew's phone in a real browser: the order and the way, the buttons of each step, a dead spot,
an order that a newer one has overtaken.
"""

import re

import pytest
from api_values import NEXT_ORDER
from consoles import crew_screen, district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.domain.unit import UnitStatus
from citybrain.errors import CityBrainError, NodeStoppingError, QueueFullError, StoreFullError
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, Duty, OutCause, RefusalClass

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


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


def show(phone, view):
    phone.crews.views["riverside-1"] = view
    phone.do(phone.crews.poke)


def test_the_order_the_way_and_the_button_fit_on_a_phone(phone, pages):
    page = pages.open(phone.page + "?lang=en", **PHONE)
    expect(page.locator("#kind")).to_have_text("Waterlogging")
    expect(page.locator("#severity")).to_have_text("Severe")
    expect(page.locator("#distance")).to_have_text(re.compile(r"^\d\.\d km$"))
    expect(page.locator("#bearing")).to_have_text("east")
    expect(page.locator("#go")).to_have_attribute(
        "href", re.compile(r"^geo:30\.\d{6},104\.\d{6}\?q=")
    )
    accept = page.locator("[data-action=accept]")
    assert accept.bounding_box()["height"] >= 60
    assert accept.bounding_box()["y"] + accept.bounding_box()["height"] <= 844
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert (pages.errors, pages.hosts) == ([], {"127.0.0.1"})


def test_pressing_sends_the_answer_for_this_order_and_the_next_step_comes_by_itself(phone, pages):
    page = pages.open(phone.page + "?lang=en", **PHONE)
    page.locator("[data-action=accept]").tap()
    expect(page.locator(".toast-good")).to_contain_text("Accept: done")
    (answer,) = phone.crews.actions
    assert (answer.unit, answer.order, answer.assignment_number, answer.action) == (
        "riverside-1",
        "ord-riverside-37",
        7,
        CrewAction.ACCEPT,
    )
    show(phone, crew_screen.crew_view("accepted"))
    expect(page.locator("#buttons button")).to_have_text(["On our way", "Arrived", "Cannot"])
    show(phone, crew_screen.crew_view("on_scene", state="on_scene"))
    steps = ["Done", "Nothing here", "Worse than reported", "Cannot"]
    expect(page.locator("#buttons button")).to_have_text(steps)


def test_cannot_needs_a_reason(phone, pages):
    page = pages.open(phone.page + "?lang=zh", **PHONE)
    page.locator("[data-action=cannot]").tap()
    assert page.locator("#reason-send").is_disabled()
    page.locator("#reason-presets button", has_text="道路不通").tap()
    page.locator("#reason-send").tap()
    expect(page.locator(".toast-good")).to_be_visible()
    (answer,) = phone.crews.actions
    assert (answer.action, answer.reason) == (CrewAction.CANNOT, "道路不通")
    assert answer.reason_class is RefusalClass.CASE_NOT


def test_cannot_says_what_each_reason_means_for_the_unit(phone, pages):
    page = pages.open(phone.page + "?lang=en", **PHONE)
    page.locator("[data-action=cannot]").tap()
    for preset, means in {
        "Held up by another matter": "for a quarter of an hour",
        "Wrong equipment": "that needs this equipment",
        "Vehicle trouble": "until you say that you are ready",
    }.items():
        page.locator("#reason-presets button", has_text=preset).tap()
        expect(page.locator("#reason-subject")).to_contain_text(means)
    page.locator("#reason-send").tap()
    expect(page.locator(".toast-good")).to_be_visible()
    (answer,) = phone.crews.actions
    assert (answer.reason, answer.reason_class) == ("Vehicle trouble", RefusalClass.UNIT_OUT)


@pytest.mark.parametrize(
    ("lang", "title", "line"),
    [
        ("en", "Next", "Minor · R-1130-08 · the East Gate"),
        ("zh", "下一任务", "轻微 · R-1130-08 · 东门"),
    ],
)
def test_what_comes_next_stands_below_the_order_until_it_is_the_order(
    phone, pages, lang, title, line
):
    page = pages.open(phone.page + f"?lang={lang}", **PHONE)
    expect(page.locator("#next")).to_be_hidden()
    show(phone, replace(crew_screen.crew_view("accepted"), next_orders=(NEXT_ORDER,)))
    expect(page.locator("#next-title")).to_have_text(title)
    expect(page.locator("#next-list li p")).to_have_text(line)
    expect(page.locator("#next-list button")).to_have_count(0)
    assert pages.lowest_contrast(page)["ratio"] >= 4.5
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    show(phone, crew_screen.crew_view("issued", assignment_number=8))
    expect(page.locator("#next")).to_be_hidden()
    assert pages.errors == []


@pytest.mark.parametrize(
    ("lang", "silent", "ready"),
    [("en", "nothing is heard of it", "Ready"), ("zh", "失去联系", "待命")],
)
def test_a_crew_says_whether_it_is_on_duty_and_reads_what_was_said(
    phone, pages, lang, silent, ready
):
    show(phone, crew_screen.crew_view(None, state="available"))
    page = pages.open(phone.page + f"?lang={lang}", **PHONE)
    page.locator("[data-duty=break]").tap()
    expect(page.locator(".toast-good")).to_be_visible()
    assert (phone.crews.actions[0].unit, phone.crews.actions[0].verb) == ("riverside-1", "break")
    status = UnitStatus(
        duty=Duty.OUT_OF_SERVICE,
        since=1,
        by="playbook",
        cause=OutCause.SILENT,
        reason="accept_clock",
    )
    show(phone, replace(crew_screen.crew_view(None, state="out_of_service"), status=status))
    expect(page.locator("#duty")).to_contain_text(silent)
    expect(page.locator("[data-duty]")).to_have_text([ready])
    page.locator("[data-duty=ready]").tap()
    expect(page.locator(".toast-good")).to_have_count(2)
    assert phone.crews.actions[1].verb == "ready"
    assert pages.unlabelled(page) == []
    assert pages.lowest_contrast(page)["ratio"] >= 4.5


def test_a_button_pressed_in_a_dead_spot_is_sent_later_once(phone, pages):
    page = pages.open(phone.page + "?lang=en", **PHONE)
    expect(page.locator("[data-action=accept]")).to_be_enabled()
    page.context.set_offline(True)
    page.locator("[data-action=accept]").tap()
    expect(page.locator("#pending-text")).to_contain_text("1 answer waits for the network")
    expect(page.locator("#buttons button")).to_have_text(["On our way", "Arrived", "Cannot"])
    assert phone.crews.actions == []
    page.context.set_offline(False)
    expect(page.locator(".toast-good")).to_be_visible()
    expect(page.locator("#pending")).to_be_hidden()
    assert len(phone.crews.actions) == 1


def test_an_answer_outlives_a_reload_and_keeps_its_request(phone, pages):
    page = pages.open(phone.page + "?lang=en", **PHONE)
    sent = []
    page.route(
        "**/answers", lambda route: (sent.append(route.request.post_data_json), route.abort())
    )
    page.locator("[data-action=accept]").tap()
    expect(page.locator("#pending")).to_be_visible()
    page.reload()
    page.unroute("**/answers")
    expect(page.locator(".toast-good")).to_be_visible()
    assert [answer.request for answer in phone.crews.actions] == [sent[0]["request_id"]]


@pytest.mark.parametrize(
    "error", [QueueFullError("full"), StoreFullError("full"), NodeStoppingError("bye")], ids=repr
)
def test_an_answer_that_the_district_cannot_take_in_just_then_is_kept(phone, pages, error):
    phone.crews.raises = error
    page = pages.open(phone.page + "?lang=en", **PHONE)
    page.locator("[data-action=accept]").tap()
    expect(page.locator("#pending")).to_be_visible()
    expect(page.locator("[data-action=accept]")).to_have_count(0)
    expect(page.locator(".toast-bad")).to_have_count(0)
    phone.crews.raises = None
    page.reload()  # sent again at once: the node's time is the open page's alone
    expect(page.locator(".toast-good")).to_be_visible()
    assert len({answer.request for answer in phone.crews.actions}) == 1
    assert len(phone.crews.actions) > 1


def test_an_answer_that_the_district_fails_over_is_shown_and_given_up(phone, pages):
    phone.crews.raises = CityBrainError("a fault in /srv/x")
    page = pages.open(phone.page + "?lang=en", **PHONE)
    page.locator("[data-action=accept]").tap()
    expect(page.locator(".toast-bad")).to_contain_text("the node could not do it")
    expect(page.locator(".toast-bad")).not_to_contain_text("/srv/x")
    expect(page.locator("#pending")).to_be_hidden()


def test_an_older_assignment_number_from_another_order_is_void(phone, pages):
    page = pages.open(phone.page + "?lang=en", **PHONE)
    expect(page.locator("#number")).to_have_text("No. 7")
    show(phone, crew_screen.crew_view("issued", assignment_number=5))
    expect(page.locator("#void")).to_contain_text(
        "This order is void. A newer order (No. 7) has replaced it."
    )
    expect(page.locator("#buttons button")).to_have_count(0)
    page.reload()
    expect(page.locator("#void")).to_be_visible()
    show(phone, crew_screen.crew_view("issued", assignment_number=8))
    expect(page.locator("#void")).to_be_hidden()
    expect(page.locator("[data-action=accept]")).to_be_enabled()


def test_a_refusal_is_shown_in_words(phone, pages):
    phone.crews.refusal = ("old_assignment_number", "")
    page = pages.open(phone.page + "?lang=zh", **PHONE)
    page.locator("[data-action=accept]").tap()
    expect(page.locator(".toast-bad")).to_contain_text("未执行：已被新任务取代")


def test_without_an_order_it_says_so_and_an_order_comes_by_itself(phone, pages):
    show(phone, crew_screen.crew_view(None, state="available"))
    page = pages.open(phone.page + "?lang=en", **PHONE)
    expect(page.locator("#free")).to_contain_text("No order")
    expect(page.locator("#state")).to_have_text("available")
    show(phone, crew_screen.crew_view("issued", assignment_number=9))
    expect(page.locator("#number")).to_have_text("No. 9")


def test_a_position_is_sent_only_when_shared(phone, pages):
    page = pages.open(
        phone.page + "?lang=en",
        **PHONE,
        geolocation={"latitude": 30.7, "longitude": 104.1},
        permissions=["geolocation"],
    )
    expect(page.locator("[data-action=accept]")).to_be_enabled()
    show(phone, crew_screen.crew_view("accepted"))
    expect(page.locator("#share")).to_be_visible()
    assert phone.crews.positions == []
    with page.expect_response("**/positions") as response:
        page.locator("#share").tap()
    assert response.value.status == 200
    (position,) = phone.crews.positions
    assert (position.unit, position.place.lat) == ("riverside-1", 30.7)


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        ("en", ["The crew was there", "A patrol within 15 minutes", "The water stands above"]),
        ("zh", ["队伍已到场", "巡逻 15 分钟内", "水位超过警戒线"]),
    ],
)
def test_it_says_what_to_do_and_whom_to_call_while_the_order_is_live(phone, pages, lang, lines):
    page = pages.open(phone.page + f"?lang={lang}", **PHONE)
    said = page.locator("#advice-list li")
    expect(said).to_have_count(3)
    for index, line in enumerate(lines):
        expect(said.nth(index)).to_contain_text(line)
    expect(page.locator("#contact")).to_be_hidden()  # nobody is called before it is accepted
    show(phone, crew_screen.crew_view("accepted"))
    expect(page.locator("#contact-call")).to_have_attribute("href", "tel:+8613800001234")
    expect(page.locator("#contact-call")).to_have_text("+86 138 0000 1234")
    assert pages.lowest_contrast(page)["ratio"] >= 4.5
    other = crew_screen.crew_view("accepted")
    show(phone, replace(other, order=replace(other.order, contact="li@example.org <b>")))
    expect(page.locator("#contact-text")).to_have_text("li@example.org <b>")
    expect(page.locator("#contact-call")).to_have_count(0)
    show(phone, crew_screen.crew_view(None, state="available"))
    expect(page.locator("#contact")).to_be_hidden()
    assert pages.errors == []


def test_the_map_follows_the_crew_and_the_case_until_somebody_moves_it(phone, pages):
    show(phone, crew_screen.crew_view("en_route", state="en_route"))
    here = {"latitude": 30.66, "longitude": 104.06}
    page = pages.open(
        phone.page + "?lang=en", **PHONE, geolocation=here, permissions=["geolocation"]
    )
    page.locator("#share").tap()
    scale = page.locator(".leaflet-control-scale-line")
    expect(scale).to_have_text("1 km")
    page.context.set_geolocation({"latitude": 30.6679, "longitude": 104.1035})
    expect(scale).not_to_have_text("1 km")  # nearer to it: the map shows less
    expect(page.locator("#distance")).to_have_text(re.compile(r"^\d+ m$"))


def test_names_and_contrast_hold(phone, pages):
    page = pages.open(phone.page + "?lang=zh", **PHONE)
    expect(page.locator("[data-action=accept]")).to_be_visible()
    assert pages.unlabelled(page) == []
    worst = pages.lowest_contrast(page)
    assert worst["ratio"] >= 4.5, worst
