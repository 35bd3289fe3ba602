"""However much a district has, its map holds a bounded number of marks and says that it does."""

import re

import pytest
from consoles import district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.structs import replace

pytestmark = pytest.mark.browser
UNITS = 3_000
CASES = 3_000
MARKS_MAX = 1_700  # three windows of 500 rows, and 200 cases


@pytest.fixture
def desk():
    busy = district_screen.busy_district()
    units = tuple(district_screen.unit(n + 1) for n in range(UNITS))
    screen = FakeDistrictScreen(
        replace(busy, queue=district_screen.many_incidents(CASES), units=units)
    )
    console = ThreadedConsole(district_app(screen, None, FakeDistrictApi(screen)))
    yield console
    console.stop()


def test_a_map_of_thousands_holds_a_bounded_number_of_marks_and_says_so(desk, pages):
    page = pages.open(f"{desk.url}/?lang=en")
    more = page.locator("#map-more")
    expect(more).to_be_visible()
    expect(more).to_have_text(re.compile(r"[\d,]+ of [\d,]+"))
    shown, total = (
        int(one.replace(",", "")) for one in re.findall(r"[\d,]*\d", more.inner_text())[:2]
    )
    assert 0 < shown <= MARKS_MAX < total
    for _ in range(3):
        page.locator("#map .leaflet-control-zoom-out").click()
    expect(more).to_be_visible()
    shown = int(re.findall(r"[\d,]*\d", more.inner_text())[0].replace(",", ""))
    assert shown <= MARKS_MAX
    assert pages.errors == []
