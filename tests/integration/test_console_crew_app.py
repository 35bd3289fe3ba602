"""A crew's page on a phone's home screen: its manifest and its worker are served, and it opens
without a network, with what the phone kept.
"""

import base64

import page_icons
import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.phone_files import kept_files
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
CONTROLLED = "() => navigator.serviceWorker.controller !== null"


@pytest.fixture
def phone():
    crews = FakeCrewScreen(crew_screen.crew_view("accepted"))
    console = ThreadedConsole(
        district_app(FakeDistrictScreen(district_screen.busy_district()), crews)
    )
    console.crews = crews
    console.page = console.url + "/crew/riverside-1"
    yield console
    console.stop()


@pytest.mark.parametrize(
    ("lang", "tag", "name"), [("en", "en", "Patrol 1 · Crew"), ("zh", "zh-Hans", "Patrol 1 · 队伍")]
)
def test_the_manifest_is_of_this_crew_and_language(phone, pages, lang, tag, name):
    page = pages.open(phone.page + f"?lang={lang}", **PHONE)
    link = page.locator("link[rel=manifest]").get_attribute("href")
    answer = page.request.get(phone.url + link)
    assert answer.headers["content-type"].startswith("application/manifest+json")
    told = answer.json()
    assert (told["lang"], told["name"], told["display"]) == (tag, name, "standalone")
    assert (told["start_url"], told["scope"]) == ("/crew/riverside-1", "/crew/riverside-1")
    for icon in told["icons"]:
        served = page.request.get(phone.url + icon["src"])
        assert served.headers["content-type"].startswith(icon["type"])
    assert [icon["sizes"] for icon in told["icons"]] == ["any", "192x192", "512x512"]
    assert page.request.get(f"{phone.url}/crew/nobody/app.webmanifest").status == 404
    session = page.context.new_cdp_session(page)
    found = session.send("Page.getAppManifest")
    assert (found["errors"], found["url"]) == ([], phone.url + link)
    worker = page.request.get(phone.url + "/crew-worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert "default-src 'none'" in worker.headers["content-security-policy"]
    assert pages.errors == []


SIZE = """async (src) => {
  const picture = new Image();
  picture.src = src;
  await picture.decode();
  return [picture.naturalWidth, picture.naturalHeight];
}"""
DIFFERENCE = """async ([one, other]) => {
  const pixels = await Promise.all([one, other].map(async (src) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${src}`;
    await picture.decode();
    const size = picture.naturalWidth;
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    return context.getImageData(0, 0, size, size).data;
  }));
  return pixels[0].reduce((sum, value, i) => sum + Math.abs(value - pixels[1][i]), 0) /
    pixels[0].length;
}"""


def test_an_iphone_finds_an_icon_without_signing_in(phone, pages):
    page = pages.open(phone.page, **PHONE)
    href = page.locator("link[rel=apple-touch-icon]").get_attribute("href")
    assert page.evaluate(SIZE, href) == [180, 180]
    assert href.startswith("/shared/")  # a folder that the gate lets everybody see


@pytest.mark.parametrize("size", page_icons.SIZES)
def test_the_icons_are_drawn_from_the_logo(pages, size):
    page = pages.open("about:blank")
    kept = base64.b64encode(page_icons.icon_file(size).read_bytes()).decode()
    drawn = base64.b64encode(page_icons.draw(page, size)).decode()
    assert page.evaluate(DIFFERENCE, [kept, drawn]) < 1  # of 255; browsers smooth edges differently


@pytest.mark.parametrize(
    ("lang", "told", "wait"),
    [("en", "No network", "1 answer waits"), ("zh", "无网络", "1 条答复")],
)
def test_it_opens_without_a_network_says_so_and_takes_answers(phone, pages, lang, told, wait):
    page = pages.open(phone.page + f"?lang={lang}", **PHONE)
    expect(page.locator("#kind")).to_be_visible()
    files = kept_files(page)
    assert {"/crew/riverside-1", "/static/order_ring.js", "/translations.js"} < set(files)
    assert not [path for path in files if path.startswith("/api/")]
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#kept")).to_contain_text(told)
    assert page.evaluate(CONTROLLED)
    expect(page.locator("#stage")).to_be_visible()
    expect(page.locator("#contact")).to_be_hidden()  # it is not kept
    assert pages.lowest_contrast(page)["ratio"] >= 4.5
    page.locator("[data-action=depart]").tap()
    expect(page.locator("#pending-text")).to_contain_text(wait)
    page.context.set_offline(False)
    expect(page.locator("#kept")).to_be_hidden()
    expect(page.locator("#pending")).to_be_hidden()
    assert len(phone.crews.actions) == 1


def test_an_order_that_the_phone_kept_does_not_ring(phone, pages):
    phone.crews.views["riverside-1"] = crew_screen.crew_view()
    page = pages.open(phone.page + "?lang=en", **PHONE)
    expect(page.locator("#ring")).to_be_visible()
    kept_files(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#kept")).to_be_visible()
    expect(page.locator("#ring")).to_be_hidden()
    expect(page.locator("[data-action=accept]")).to_be_enabled()
    page.context.set_offline(False)
    expect(page.locator("#ring")).to_be_visible()
