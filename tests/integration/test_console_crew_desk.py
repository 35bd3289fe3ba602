"""A crew's phone calls its desk: by a button that is there whatever the page shows."""

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.phone_files import kept_files
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
SMALL = {**PHONE, "height": 640}
NUMBER = "+86 28 1234-5678"


@pytest.fixture
def served():
    opened = []

    def serve(telephone):
        crews = FakeCrewScreen(crew_screen.crew_view())
        screen = FakeDistrictScreen(district_screen.busy_district())
        console = ThreadedConsole(district_app(screen, crews, telephone=telephone))
        console.crews, console.page = crews, console.url + "/crew/riverside-1"
        opened.append(console)
        return console

    yield serve
    for console in opened:
        console.stop()


def show(phone, view):
    phone.crews.views["riverside-1"] = view
    phone.do(phone.crews.poke)


@pytest.mark.parametrize(("lang", "said"), [("en", "Call the desk"), ("zh", "致电调度台")])
def test_the_desk_can_be_called_while_an_order_rings_at_work_free_and_offline(
    served, pages, lang, said
):
    phone = served(NUMBER)
    page = pages.open(f"{phone.page}?lang={lang}", **SMALL)
    call = page.locator("#call-desk")

    def is_reached():
        expect(call).to_have_text(said)
        expect(call).to_be_in_viewport(ratio=1)
        assert call.bounding_box()["height"] >= 44
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

    expect(page.locator("#ring")).to_be_visible()
    expect(call).to_have_attribute("href", "tel:+862812345678")
    is_reached()
    show(phone, crew_screen.crew_view("on_scene", state="on_scene"))
    expect(page.locator("#share")).to_be_visible()
    is_reached()
    assert pages.lowest_contrast(page)["ratio"] >= 4.5
    show(phone, crew_screen.crew_view(None, state="available"))
    expect(page.locator("#free")).to_be_visible()
    is_reached()
    kept_files(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#kept")).to_be_visible()
    is_reached()
    assert pages.hosts == {"127.0.0.1"}


def test_where_the_district_names_no_number_there_is_no_button(served, pages):
    page = pages.open(served("").page + "?lang=en", **PHONE)
    expect(page.locator("#ring")).to_be_visible()
    expect(page.locator("#call-desk")).to_have_count(0)
    assert page.locator("a[href^='tel:']").count() == 0
