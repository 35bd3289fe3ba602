"""What the queue and a crew's page call things, in a real browser: a case by its number, places and
units by their names, and a case that nothing sees with the reason.
"""

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.domain.console import HistoryEntry, Unwitnessed
from citybrain.localized_name import LocalizedName
from citybrain.structs import replace

pytestmark = pytest.mark.browser

NORTH_OF_THE_GATE = LocalizedName(en="350 m north of the East Gate", zh="东门北350米")


@pytest.fixture
def console():
    shown = district_screen.busy_district()
    first = shown.queue[0]
    blind = Unwitnessed(
        state="blind", source="box-a1/cam-a1", reason="too_dark", since=shown.at, sources=1
    )
    first = replace(
        first,
        report=replace(first.report, number="R-1130-07"),
        place_name=NORTH_OF_THE_GATE,
        unwitnessed=blind,
    )
    merged = HistoryEntry(at=shown.at, code="joined", actor="Li Na", reason="inc-before")
    first = replace(
        first,
        source="box-a1/cam-a1",
        history=(*first.history, merged),
        previous="inc-before",
        children=("inc-child",),
    )
    screen = FakeDistrictScreen(replace(shown, queue=(first, *shown.queue[1:])))
    view = crew_screen.crew_view()
    order = replace(
        view.order,
        task=replace(view.order.task, number="R-1130-07"),
        place_name=NORTH_OF_THE_GATE,
    )
    crew = FakeCrewScreen(replace(view, order=order))
    api = FakeDistrictApi(screen)
    api.names = {
        "inc-before": "R-1129-03",
        "inc-child": "R-1130-08",
        "box-a1": "Box (East Gate) / 终端（东门）",
        "box-a1/cam-a1": "East Gate / 东门",
    }
    running = ThreadedConsole(district_app(screen, crew, api))
    running.unit, running.api = view.unit, api
    yield running
    running.stop()


def test_a_case_is_called_by_its_number_and_place_and_says_that_nothing_sees_it(console, pages):
    page = pages.open(console.url + "/?lang=en")
    row = page.locator(".row").first
    expect(row.locator(".place")).to_have_text("350 m north of the East Gate")
    expect(row.locator(".sub")).to_contain_text("R-1130-07")
    expect(row.locator(".unseen")).to_have_text("unseen")
    expect(page.locator("#d-unseen")).to_contain_text("its only camera or sensor is blind since")
    expect(page.locator("#d-unseen")).to_contain_text("too dark")
    expect(page.locator("#d-place")).to_have_text("350 m north of the East Gate")
    page.locator("[data-lang=zh]").click()
    expect(row.locator(".place")).to_have_text("东门北350米")
    expect(page.locator("#d-unseen")).to_contain_text("失明：过暗")
    assert pages.errors == []


def test_cameras_boxes_and_other_cases_are_called_by_name_wherever_they_stand(console, pages):
    page = pages.open(console.url + "/?lang=en")
    lines = page.locator("#d-history li")
    expect(lines.first).to_contain_text("Li Na")
    expect(lines.first).to_contain_text("R-1129-03")
    expect(lines.last).to_contain_text("by Box (East Gate)")
    expect(page.locator("#d-group")).to_have_text(
        "stands for 1 case · R-1130-08 · after R-1129-03, which was closed"
    )
    expect(page.locator("#d-caption")).to_contain_text("East Gate")
    source = page.locator("#sources li").first
    expect(source.locator("b")).to_have_text("East Gate")
    expect(source.locator(".under")).to_contain_text("Box (East Gate)")
    page.locator("[data-lang=zh]").click()
    expect(source.locator("b")).to_have_text("东门")
    expect(source.locator(".under")).to_contain_text("终端（东门）")
    expect(page.locator("#d-group")).to_contain_text("此前案件 R-1129-03 已结案")
    shown = page.locator("#detail-body").inner_text()
    assert "undefined" not in shown and "inc-" not in shown
    assert pages.errors == []


def test_a_crew_reads_the_number_and_the_place(console, pages):
    page = pages.open(f"{console.url}/crew/{console.unit}?lang=en")
    expect(page.locator("#number")).to_contain_text("R-1130-07 · No. ")
    expect(page.locator("#place")).to_have_text("350 m north of the East Gate")
    page.locator("[data-lang=zh]").click()
    expect(page.locator("#place")).to_have_text("东门北350米")
    assert pages.errors == []


@pytest.mark.parametrize("width", [390, 1280, 1440])
def test_names_of_any_length_leave_the_page_as_wide_as_it_is(console, pages, width):
    long = "Camera (2,380 m south-east of the centre of Riverside on the island behind the mill)"
    console.api.names = dict.fromkeys(("box-a1", "box-a1/cam-a1", "box-w1/level-1"), long)
    page = pages.open(f"{console.url}/?lang=en", width=width, height=800)
    expect(page.locator(".sources li").first).to_contain_text("2,380 m south-east")
    page.locator(".row").first.click()
    expect(page.locator("#d-sources li")).to_have_count(1)
    wide = page.evaluate(
        "[...document.querySelectorAll('main section')].filter((one) => one.checkVisibility())"
        ".map((one) => one.getBoundingClientRect().right)"
    )
    assert max(wide) <= width, wide
    inside = page.evaluate(
        """() => {
          const right = (node) => node.getBoundingClientRect().right;
          const drawers = [...document.querySelectorAll('.drawer')];
          return drawers.every((one) => right(one) <= right(one.closest('.middle')) + 1);
        }"""
    )
    assert inside, "no drawer lies under its neighbour"
