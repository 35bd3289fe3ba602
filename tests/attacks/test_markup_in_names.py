"""Attack 11: a district, a unit, a pack's kind or a person is called `<img src=x onerror=…>`.
Before, Leaflet drew a district's name as markup, and the duty officer's screen went to the
attacker's page. Names are text on every screen; and were one drawn as markup all the same, the
content security policy would run nothing of it.
"""

import pytest
from consoles import city_screen, crew_screen, district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCityScreen, FakeCrewScreen, FakeDistrictScreen
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect, sync_playwright
from rigs.chromium import FLAGS, find_chromium

from citybrain.api.services.city import city_service
from citybrain.ids import CountingIds
from citybrain.structs import replace
from coordinator.web.app import build

pytestmark = pytest.mark.browser
MARKUP = (
    "<img src=x onerror=\"document.title='taken'\">"
    "<script>document.title='taken'</script>"
    '<a href="javascript:void(0)">x</a>'
    "<meta http-equiv=refresh content='0;url=//attacker.example'>"
)
# what no name may have made: an element of the markup
MADE = "img[onerror], script:not([src]), a[href^=javascript], meta[http-equiv]"
NAME_IS_SHOWN = "text => document.body.innerText.includes(text)"


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def served():
    consoles = []

    def serve(app):
        consoles.append(ThreadedConsole(app))
        return consoles[-1].url

    yield serve
    for console in consoles:
        console.stop()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def a_city():
    shown = city_screen.busy_city(city_screen.plan())
    return replace(
        shown,
        districts=tuple(replace(d, name=MARKUP) for d in shown.districts),
        units=tuple(replace(u, name=MARKUP) for u in shown.units),
        incidents=tuple(replace(i, kind=MARKUP) for i in shown.incidents),
        orders=tuple(replace(o, reason=MARKUP) for o in shown.orders),
        planner_reason=MARKUP,
    )


def nothing_ran(page, url):
    assert page.title() != "taken"
    assert page.url.startswith(url)
    assert page.locator(MADE).count() == 0


def hover_everything(page):
    """Move over the whole map, so that each tooltip that there is opens."""
    box = page.locator(".leaflet-container").first.bounding_box()
    for row in range(1, 12):
        for column in range(1, 24):
            page.mouse.move(
                box["x"] + box["width"] * column / 24, box["y"] + box["height"] * row / 12
            )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_name_runs_nothing_on_the_duty_officers_screen(served, page, language):
    screen = FakeCityScreen(a_city())
    url = served(
        build(
            (city_service(screen, CountingIds()),), clock=CLOCK, name={"en": MARKUP, "zh": MARKUP}
        )
    )
    page.goto(f"{url}/?lang={language}")
    label = page.locator(".place-name").first
    expect(label).to_contain_text(MARKUP)
    expect(label.locator("*")).to_have_count(0)
    hover_everything(page)
    nothing_ran(page, url)


def test_a_name_runs_nothing_on_the_operators_screen(served, page):
    shown = district_screen.busy_district()
    shown = replace(
        shown,
        name=MARKUP,
        queue=tuple(replace(q, report=replace(q.report, kind=MARKUP)) for q in shown.queue),
        units=tuple(replace(u, name=MARKUP) for u in shown.units),
    )
    url = served(district_app(FakeDistrictScreen(shown), FakeCrewScreen()))
    page.goto(f"{url}/?lang=en")
    page.wait_for_function(NAME_IS_SHOWN, arg="<img src=x")
    page.keyboard.press("j")
    nothing_ran(page, url)


def test_a_name_runs_nothing_on_a_crews_phone(served, page):
    view = replace(crew_screen.crew_view(), name=MARKUP)
    url = served(
        district_app(FakeDistrictScreen(district_screen.empty_district()), FakeCrewScreen(view))
    )
    page.goto(f"{url}/crew/riverside-1?lang=en")
    page.wait_for_function(NAME_IS_SHOWN, arg="<img src=x")
    nothing_ran(page, url)


def test_markup_that_was_drawn_all_the_same_would_run_nothing(served, page):
    """What the policy is for: the mistake that the rule on our scripts forbids, made on purpose."""
    url = served(build((city_service(FakeCityScreen(a_city()), CountingIds()),), clock=CLOCK))
    page.goto(f"{url}/?lang=en")
    said = page.evaluate(
        """async (markup) => {
          const said = [];
          addEventListener("securitypolicyviolation", (e) => said.push(e.effectiveDirective));
          document.body.insertAdjacentHTML("beforeend", markup);
          for (let i = 0; i < 100 && !said.length; i += 1)
            await new Promise((done) => setTimeout(done, 20));
          return said;
        }""",
        MARKUP.partition("<meta")[0],
    )
    assert any(directive.startswith(("script-src", "img-src")) for directive in said)
    assert page.title() != "taken"
