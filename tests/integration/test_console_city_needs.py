"""Who waits, on the city's one screen: above a plan, the gravest first, with why and what to do."""

import re

import pytest
from consoles import city_screen, reports
from consoles.fake_screens import FakeCityScreen
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.services.city import city_service
from citybrain.clock import later
from citybrain.domain.plan import PlanStage, UnassignedSlot
from citybrain.ids import CountingIds
from citybrain.localized_name import LocalizedName
from citybrain.structs import replace
from coordinator.web.app import build

pytestmark = pytest.mark.browser


@pytest.fixture
def city():
    screen = FakeCityScreen(city_screen.busy_city(city_screen.plan()))
    console = ThreadedConsole(
        build(
            (city_service(screen, CountingIds()),),
            clock=CLOCK,
            name={"en": "Three Rivers", "zh": "三江市"},
        )
    )
    console.screen = screen
    yield console
    console.stop()


def show(city, value):
    city.screen.value = value
    city.do(city.screen.poke)


def armed(page):
    expect(page.locator("#issue")).to_have_attribute("aria-disabled", "false")


def asking(n, district, *slots, **changes):
    """A case that asks the city for these."""
    return reports.report(n, district, slots=slots, **changes)


def wanted(n, capability, late_s, **changes):
    due = later(CLOCK.now(), -late_s)
    return reports.slot(n, capability, deadline=due, from_city=True, **changes)


def test_whom_nobody_is_sent_to_stands_above_a_plan_that_waits(city, pages):
    there = {"en": "350 m north of Mill Bridge", "zh": "磨坊桥北350米"}
    cases = (
        asking(5, "oldtown", wanted(5, "tow", 250), kind="illegal_parking", severity="Minor"),
        asking(
            9,
            "riverside",
            wanted(91, "pump", 610),
            kind="waterlogging",
            severity="Severe",
            number="R-1130-09",
            place_name=LocalizedName(**there),
        ),
    )
    left = tuple(
        UnassignedSlot(incident=case.incident, slot=slot.slot, capability="any", reason=why)
        for case, why in zip(cases, ("no_unit", "district_offline"), strict=True)
        for slot in case.slots
    )
    show(city, city_screen.busy_city(replace(city_screen.plan(), unassigned=left)))
    show(city, replace(city.screen.value, incidents=(*city.screen.value.incidents, *cases)))
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#band")).to_have_class("band is-unserved")
    expect(page.locator("#band-head")).to_have_text("2 needs are not served")
    expect(page.locator(".map-ring")).to_have_count(2)
    expect(page.locator(".map-ring.sev-Severe")).to_have_count(1)
    first, second = page.locator("#band-needs li").all()
    expect(first).to_contain_text("Waterlogging R-1130-09")
    expect(first).to_contain_text("350 m north of Mill Bridge · Riverside")
    expect(first).to_contain_text(re.compile(r"late by 10 min.*a district is offline: telephone"))
    expect(second).to_contain_text(re.compile(r"late by 4 min.*no unit in the city is free"))
    expect(page.locator("#band-why")).to_contain_text("A plan waits: 2 orders")
    armed(page)
    expect(page.locator("#issue")).to_be_visible()
    page.locator("[data-lang=zh]").click()
    expect(page.locator("#band-head")).to_have_text("2 项需求无队伍前往")
    expect(first).to_contain_text("请致电Riverside")
    assert pages.errors == []


@pytest.mark.parametrize("severity", ["Severe", "Minor"])
def test_a_district_that_is_late_and_asks_nobody_is_no_calm(city, pages, severity):
    slot = reports.slot(1, deadline=later(CLOCK.now(), -120))
    late = reports.report(1, "hillside", slots=(slot,), severity=severity)
    show(city, replace(city_screen.quiet_city(), incidents=(late,)))
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#band-head")).to_have_text("1 need is not served")
    expect(page.locator("#band-needs")).to_contain_text("telephone Hillside, it has not asked")


def test_what_is_planned_for_just_now_is_neither_calm_nor_an_alarm(city, pages):
    case = asking(1, "hillside", wanted(1, "pump", -200))
    show(city, replace(city_screen.quiet_city(), incidents=(case,)))
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#band-head")).to_have_text("1 need is being planned for")
    expect(page.locator("#band")).to_have_class("band")


def test_a_need_grows_late_on_a_screen_that_nobody_touches(city, pages):
    case = asking(1, "hillside", wanted(1, "pump", -2))
    show(city, replace(city_screen.quiet_city(), incidents=(case,)))
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#band-head")).to_have_text("1 need is not served", timeout=10_000)
    expect(page.locator("#band-needs")).to_contain_text("no plan has come in time")


def test_what_the_waiting_plan_serves_is_a_plan_and_no_alarm_however_late(city, pages):
    plan = city_screen.plan()
    (order, *_) = plan.orders
    slot = reports.slot(1, "pump", deadline=later(CLOCK.now(), -60), from_city=True)
    case = reports.report(12, "riverside", slots=(replace(slot, slot=order.task.slot),))
    plan = replace(plan, unassigned=())
    show(city, replace(city_screen.quiet_city(), incidents=(case,), plans=(plan,)))
    page = pages.open(city.url + "/?lang=en")
    expect(page.locator("#band")).to_have_class("band is-asking")
    expect(page.locator("#band-needs")).to_be_hidden()


def test_many_who_wait_are_counted_and_the_gravest_named(city, pages):
    cases = tuple(
        asking(n, "hillside", wanted(n, "pump", n), severity="Extreme" if n == 50 else "Minor")
        for n in range(1, 61)
    )
    left = tuple(
        UnassignedSlot(
            incident=c.incident, slot=c.slots[0].slot, capability="pump", reason="no_unit"
        )
        for c in cases
    )
    plan = replace(city_screen.plan(1, PlanStage.STALE), orders=(), unassigned=left)
    show(city, replace(city_screen.quiet_city(), incidents=cases, plans=(plan,)))
    page = pages.open(city.url + "/?lang=en", width=1280, height=720)
    expect(page.locator("#band-head")).to_have_text("60 needs are not served")
    expect(page.locator("#band-needs li")).to_have_count(3)
    expect(page.locator("#band-needs li").first).to_contain_text("Extreme")
    expect(page.locator("#band-needs-more")).to_have_text("and 57 more")
    assert page.evaluate(
        "[document.documentElement.scrollWidth <= 1280,"
        " document.documentElement.scrollHeight <= 720]"
    ) == [True, True]


def test_the_worst_district_stands_on_top(city, pages):
    cases = (
        asking(1, "riverside", wanted(1, "pump", 60), wanted(2, "pump", 60)),
        asking(3, "hillside", wanted(3, "pump", 60)),
    )
    show(city, replace(city_screen.busy_city(), incidents=cases))
    page = pages.open(city.url + "/?lang=en")
    lines = page.locator("#districts tr")
    expect(lines).to_contain_text(["Old Town", "Riverside", "Hillside"])
    assert [line.locator("td").nth(1).inner_text() for line in lines.all()] == ["", "2", "1"]
