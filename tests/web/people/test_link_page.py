"""The page behind a person's one-time link: a session once, without the password; the secret
reaches the node in a body alone.
"""

import asyncio
import re
from urllib.parse import urlencode

import pytest
from consoles.asgi_request import request
from people_files import PASSWORD
from signed_consoles import SignedConsole

from citybrain.people.limits import SIGN_IN_LINK_LIFE

PATH = "/sign-in-link"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def console(tmp_path):
    made = SignedConsole(tmp_path)
    yield made
    made.close()


def get(console, path, **headers):
    return asyncio.run(request(console.app, path, headers=headers))


def post(console, form, path=PATH, **headers):
    headers = {"content-type": FORM, **headers}
    body = urlencode(form).encode()
    return asyncio.run(request(console.app, path, method="POST", body=body, headers=headers))


def cookie_of(response):
    return response.headers["set-cookie"].partition(";")[0]


def test_a_link_signs_one_browser_in_as_its_person(console):
    secret = console.accounts.new_sign_in_link("Li Na")
    used = post(console, {"link": secret})
    assert (used.status, used.headers["location"]) == (303, "/")
    assert re.match(r"citybrain-session-district=[0-9a-f]{64};", used.headers["set-cookie"])
    attributes = {part.strip().lower() for part in used.headers["set-cookie"].split(";")[1:]}
    assert attributes == {"httponly", "path=/", "samesite=strict"}
    assert used.headers["cache-control"] == "no-store"
    assert secret not in cookie_of(used)
    assert b"Li Na" in get(console, "/", cookie=cookie_of(used)).body
    again = post(console, {"link": secret})
    assert (again.status, "set-cookie" in again.headers) == (410, False)
    assert console.results == ["link_signed_in", "used_link"]


def test_where_no_script_runs_the_whole_link_is_pasted(console):
    link = f"http://127.0.0.1:8101{PATH}?lang=zh#{console.accounts.new_sign_in_link('Li Na')}"
    assert post(console, {"link": f" {link}\n"}).status == 303


def test_looking_at_the_page_uses_nothing_up_and_it_is_kept_nowhere(console):
    secret = console.accounts.new_sign_in_link("Li Na")
    for lang, word in (("en", "Sign in"), ("zh", "登录")):
        shown = get(console, f"{PATH}?lang={lang}")
        assert f"<h1>{word}</h1>" in shown.body.decode()
        assert shown.headers["cache-control"] == "no-store"
    assert get(console, f"{PATH}?link={secret}").status == 200  # an address signs nobody in
    assert post(console, {"link": secret}).status == 303


def test_a_session_that_was_planted_before_is_not_the_one_that_is_begun(console):
    form = {"name": "Viewer Vi", "password": PASSWORD, "next": "/"}
    planted = cookie_of(post(console, form, "/sign-in"))
    secret = console.accounts.new_sign_in_link("Li Na")
    victims = cookie_of(post(console, {"link": secret}, cookie=planted))
    assert victims != planted
    assert get(console, "/", cookie=planted).status == 303, "it opens nothing any more"


def test_who_is_signed_in_is_asked_before_he_becomes_somebody_else(console):
    form = {"name": "Viewer Vi", "password": PASSWORD, "next": "/"}
    cookie = cookie_of(post(console, form, "/sign-in"))
    assert b"data-at-once" in get(console, PATH).body
    asked = get(console, PATH, cookie=cookie).body
    assert b"data-at-once" not in asked
    assert b"Viewer Vi" in asked


@pytest.mark.parametrize("how", ["older", "newer", "password", "revoke", "all", "remove"])
def test_a_link_ends_by_time_by_a_newer_one_and_by_whatever_ends_its_persons_sessions(console, how):
    secret = console.accounts.new_sign_in_link("Li Na")
    match how:
        case "older":
            console.clock.advance(SIGN_IN_LINK_LIFE.value * 60)
        case "newer":
            console.accounts.new_sign_in_link("Li Na")
        case "password":
            console.accounts.set_password("Li Na", "another horse battery")
        case "revoke":
            console.accounts.revoke_person("Li Na")
        case "all":
            console.accounts.revoke_all()
        case "remove":
            console.accounts.remove("Li Na")
    assert post(console, {"link": secret}).status == 410


def test_a_link_of_a_device_signs_nobody_in_and_a_persons_makes_no_device(console):
    assert post(console, {"link": console.accounts.new_link("riverside-1")}).status == 410
    secret = console.accounts.new_sign_in_link("Li Na")
    assert post(console, {}, f"/crew-link/{secret}").status == 410
    assert post(console, {"link": secret}).status == 303


@pytest.mark.parametrize("form", [{}, {"link": ""}, {"link": "0" * 64}, {"link": "x" * 400}])
def test_what_was_never_given_out_opens_nothing(console, form):
    refused = post(console, form)
    assert (refused.status, "set-cookie" in refused.headers) == (410, False)
