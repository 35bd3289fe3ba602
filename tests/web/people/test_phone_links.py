"""A link for a crew's phone, made at the desk: by whoever may, once, noted, and never without an
address that a phone reaches.
"""

import asyncio
import json
import re
from urllib.parse import urlencode

import pytest
from consoles.asgi_request import request
from consoles.reports import CLOCK
from people_files import PASSWORD
from signed_consoles import SignedConsole

from citybrain.clock import iso, later
from citybrain.domain.principal import Role
from citybrain.qr_code import qr_picture

PEOPLE = {"Li Na": Role.OPERATOR, "Viewer Vi": Role.VIEWER, "Wang Wei": Role.DUTY_OFFICER}
PATH = "/units/riverside-1/phone-links"


@pytest.fixture
def opened(tmp_path):
    made = []

    def open_console(**options):
        made.append(SignedConsole(tmp_path, people=PEOPLE, **options))
        return made[-1]

    yield open_console
    for console in made:
        console.close()


def cookie_of(console, name):
    form = urlencode({"name": name, "password": PASSWORD}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    sent = request(console.app, "/sign-in", method="POST", body=form, headers=headers)
    console.results.clear()
    return asyncio.run(sent).headers["set-cookie"].partition(";")[0]


def ask(console, path=PATH, name="Li Na", **headers):
    cookie = cookie_of(console, name) if name else ""
    headers = {"cookie": cookie, **headers}
    console.results.clear()
    return asyncio.run(request(console.app, path, method="POST", body=b"{}", headers=headers))


def test_an_operator_gets_a_link_as_a_qr_code_that_links_one_phone_once(opened, caplog):
    console = opened()
    before = CLOCK.now()
    with caplog.at_level("INFO"):
        answer = ask(console)
    made = json.loads(answer.body)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert re.fullmatch(r"https://queue\.riverside\.example/crew-link/[0-9a-f]{64}", made["link"])
    assert made["qr"] == qr_picture(made["link"])
    assert made["qr"].startswith("data:image/svg+xml")
    a_day = 24 * 3600
    assert iso(later(before, a_day)) <= made["expires_at"] <= iso(later(CLOCK.now(), a_day))
    assert console.results == ["crew_link_made"]
    assert "riverside-1, by Li Na" in caplog.text
    assert made["link"].rpartition("/")[2] not in caplog.text
    link = "/" + made["link"].split("/", 3)[3]
    used = request(console.app, link, method="POST", body=b"", headers={})
    assert asyncio.run(used).headers["location"] == "/crew/riverside-1"
    assert asyncio.run(request(console.app, link)).status == 410


def test_another_link_ends_the_one_before(opened):
    console = opened()
    first, second = (json.loads(ask(console).body)["link"].split("/", 3)[3] for _ in range(2))
    assert asyncio.run(request(console.app, "/" + first)).status == 410
    assert asyncio.run(request(console.app, "/" + second)).status == 200


@pytest.mark.parametrize(("name", "status"), [("Viewer Vi", 403), ("Wang Wei", 403), ("", 401)])
def test_whoever_may_not_gets_none(opened, name, status):
    console = opened()
    assert ask(console, name=name).status == status
    assert "crew_link_made" not in console.results


def test_a_crews_own_phone_and_a_program_get_none(opened):
    console = opened()
    link = f"/crew-link/{console.accounts.new_link('riverside-1')}"
    device = asyncio.run(request(console.app, link, method="POST", body=b"", headers={}))
    cookie = device.headers["set-cookie"].partition(";")[0]
    assert ask(console, name="", cookie=cookie).status == 403
    token = console.accounts.new_token("adapter-1", Role.ADAPTER)
    assert ask(console, name="", authorization=f"Bearer {token}").status == 401


def test_of_a_unit_that_there_is_not_there_is_none(opened):
    assert ask(opened(), "/units/nobody-9/phone-links").status == 404


@pytest.mark.parametrize("host", ["127.0.0.1:8101", "localhost", "[::1]:8101"])
def test_without_an_address_that_a_phone_reaches_none_is_made(opened, host):
    console = opened(address="")
    answer = ask(console, host=host, origin=f"http://{host}")
    said = json.loads(answer.body)
    assert (said["done"], said["reason"]) == (False, "no_address")
    assert "[paging]" in said["detail"]
    assert console.results == []


def test_where_nobody_said_it_is_the_address_of_the_desk_itself(opened):
    console = opened(address="")
    answer = ask(console, host="10.0.0.7:8101", origin="http://10.0.0.7:8101")
    assert json.loads(answer.body)["link"].startswith("http://10.0.0.7:8101/crew-link/")


def test_where_nobody_signs_in_no_phone_needs_one(tmp_path):
    console = SignedConsole(tmp_path, people={})
    answer = asyncio.run(request(console.app, PATH, method="POST", body=b"{}"))
    assert (answer.status, b"needs no link" in answer.body) == (401, True)
    console.close()
