"""What sensors read, in a real browser: the number with its unit and its limit, and the last hour
as a curve that goes through no minute of which nothing is known.
"""

import re

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.api.resources.incident import contribution_message, reading_message
from citybrain.clock import later
from citybrain.domain.series import SeriesPoint, minute_of

pytestmark = pytest.mark.browser


@pytest.fixture
def queue():
    screen = FakeDistrictScreen(district_screen.busy_district())
    api = FakeDistrictApi(screen)
    app = district_app(screen, FakeCrewScreen(crew_screen.crew_view()), api)
    console = ThreadedConsole(app)
    console.screen, console.api = screen, api
    yield console
    console.stop()


def gauge(n, minutes_ago, mean, *, samples=60):
    minute = minute_of(later(CLOCK.now(), -60 * minutes_ago))
    return SeriesPoint(
        source="gauge-a1",
        series="value",
        unit="m",
        minute=minute,
        samples=samples,
        last=mean,
        low=mean - 0.05,
        mean=mean,
        high=mean + 0.05,
        observed_share=1.0 if samples else 0.0,
    )


def test_a_water_alarm_shows_the_water_its_limit_and_the_last_hour(queue, pages):
    first = queue.screen.value.queue[0]
    at = first.report.opened_at
    alarm = contribution_message(
        type_="sensor",
        source="box-a1/gauge-a1",
        rule="high-water",
        live=True,
        since=at,
        received_at=at,
        verified_by="reading",
        source_name="Mill Bridge gauge / 磨坊桥水位计",
        reading=reading_message(1.45, 1.2, at),
    )
    queue.api.contributions[first.report.incident] = [alarm]
    # of the last hour: twenty minutes, ten of which nothing is known, and the last twelve
    ago = [*range(45, 25, -1), *range(13, 0, -1)]
    queue.api.points = tuple(gauge(n, n, 0.8 + 0.05 * (45 - n) / 3) for n in ago)
    page = pages.open(queue.url + "/?lang=en")
    page.locator(".row").first.click()
    curve = page.locator("#d-curves .curve")
    expect(curve).to_contain_text("Mill Bridge gauge, the last hour: last read 1.45 m, limit 1.2 m")
    expect(curve.locator("svg")).to_have_attribute(
        "aria-label", re.compile(r"Mill Bridge gauge: from 0\.75 to 1\.\d+ within the last hour")
    )
    expect(curve.locator(".curve-line")).to_have_count(2)
    expect(curve.locator(".curve-unseen")).to_have_count(2)
    expect(curve.locator(".curve-limit")).to_have_count(1)
    expect(page.locator("#d-sources")).to_contain_text("reads 1.45 m, limit 1.2 m")
    expect(page.locator("#d-no-scene")).to_be_hidden()
    page.locator("[data-lang=zh]").click()
    expect(curve).to_contain_text("磨坊桥水位计 近一小时：最近读数 1.45 m，限值 1.2 m")
    page.locator(".row").nth(1).click()
    expect(page.locator("#d-curves")).to_be_hidden()
    assert pages.errors == []


def test_a_gauge_of_which_no_hour_is_known_shows_its_number_alone(queue, pages):
    first = queue.screen.value.queue[0]
    at = first.report.opened_at
    alarm = contribution_message(
        type_="sensor",
        source="box-a1/gauge-b2",
        rule="high-water",
        live=True,
        since=at,
        received_at=at,
        verified_by="reading",
        reading=reading_message(0.0, None, at),
    )
    queue.api.contributions[first.report.incident] = [alarm]
    page = pages.open(queue.url + "/?lang=en")
    page.locator(".row").first.click()
    expect(page.locator("#d-curves .curve")).to_contain_text("the last hour: last read 0")
    expect(page.locator("#d-curves .curve")).to_contain_text("nothing of the last hour is known")
    assert pages.errors == []
