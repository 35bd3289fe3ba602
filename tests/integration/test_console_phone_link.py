"""A phone is linked from the list of units: a QR code at the desk, the link on a phone, once."""

import pytest
from consoles.threaded_console import ThreadedConsole
from people_files import PASSWORD
from playwright.sync_api import expect
from signed_consoles import SignedConsole

from citybrain.domain.principal import Role
from citybrain.system_clock import SystemClock

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(tmp_path):
    people = {"Li Na": Role.OPERATOR, "Viewer Vi": Role.VIEWER}
    signed = SignedConsole(tmp_path, people=people, clock=SystemClock())
    console = ThreadedConsole(signed.app)
    yield console
    console.stop()
    signed.close()


def signed_in(desk, pages, name, lang="en", **options):
    page = pages.open(f"{desk.url}/sign-in?lang={lang}", **options)
    page.locator("[name=name]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page.locator("#units li").first).to_be_visible()
    return page


@pytest.mark.parametrize(
    ("lang", "button", "title", "once"),
    [
        ("en", "QR", "Link a phone to Patrol 1", "For one phone, once, until"),
        ("zh", "二维码", "为 Patrol 1 关联手机", "仅限一部手机使用一次"),
    ],
)
def test_an_operator_shows_a_qr_code_and_a_phone_becomes_the_units(
    desk, pages, lang, button, title, once
):
    page = signed_in(desk, pages, "Li Na", lang)
    link_phone = page.locator("#units li").nth(0).locator(".link-phone")
    expect(link_phone).to_have_text(button)
    link_phone.click()
    dialog = page.locator("#phone-link-dialog")
    expect(page.locator("#phone-link-title")).to_have_text(title)
    expect(page.locator("#phone-link-until")).to_contain_text(once)
    width = page.locator("#phone-link-qr").evaluate("(qr) => qr.decode().then(() => qr.width)")
    assert width >= 200  # a phone reads it off a screen
    assert pages.unlabelled(page) == []
    assert pages.lowest_contrast(page)["ratio"] >= 4.5
    address = page.locator("#phone-link-address").inner_text()
    path = "/" + address.split("/", 3)[3]
    dialog.locator("[data-dismiss]").click()
    expect(dialog).to_be_hidden()
    assert path not in page.content()  # the key has left the page
    phone = pages.open(desk.url + path, width=390, height=800)
    phone.locator("button[type=submit]").click()
    expect(phone).to_have_url(f"{desk.url}/crew/riverside-1")
    assert pages.open(desk.url + path).locator("form").count() == 0
    assert [one for one in pages.errors if "410" not in one] == []
    assert pages.hosts == {"127.0.0.1", "data"} or pages.hosts == {"127.0.0.1"}


def test_who_may_not_is_offered_none(desk, pages):
    page = signed_in(desk, pages, "Viewer Vi")
    expect(page.locator("#units li").first).to_be_visible()
    expect(page.locator(".link-phone:visible")).to_have_count(0)
