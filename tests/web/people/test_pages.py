"""The sign-in page: a form without a script, a session of a new id, no redirect to others."""

import asyncio
import re
from urllib.parse import urlencode

import pytest
from consoles.asgi_request import request
from people_files import PASSWORD
from signed_consoles import SignedConsole

from citybrain.people.limits import FORM_BYTES, WRONG_PASSWORDS

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def console(tmp_path):
    made = SignedConsole(tmp_path)
    yield made
    made.close()


def send(console, path, form=None, **headers):
    if form is None:
        return asyncio.run(request(console.app, path, headers=headers))
    body = form if isinstance(form, bytes) else urlencode(form).encode()
    headers = {"content-type": FORM, **headers}
    return asyncio.run(request(console.app, path, method="POST", body=body, headers=headers))


def sign_in(console, name="Li Na", password=PASSWORD, *, goal="/", **headers):
    return send(console, "/sign-in", {"name": name, "password": password, "next": goal}, **headers)


def cookie_of(response):
    return response.headers["set-cookie"].partition(";")[0]


def test_the_cookie_is_of_this_node_and_no_script_or_other_site_gets_it(console):
    answer = sign_in(console)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert re.match(r"citybrain-session-district=[0-9a-f]{64};", cookie)
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert attributes == {"httponly", "path=/", "samesite=strict"}
    assert answer.headers["cache-control"] == "no-store"
    assert send(console, "/", cookie=cookie_of(answer)).status == 200


def test_a_session_that_was_planted_before_is_not_the_one_that_is_begun(console):
    """Session fixation: somebody put a session of his own, or a made-up one, into a browser."""
    attackers = cookie_of(sign_in(console, "Viewer Vi"))
    for planted in (attackers, "citybrain-session-district=" + "a" * 64):
        victims = cookie_of(sign_in(console, cookie=planted))
        assert victims != planted
        assert send(console, "/", cookie=planted).status == 303, "it opens nothing any more"
        assert b"Li Na" in send(console, "/", cookie=victims).body


def test_signing_out_ends_the_session_and_drops_the_cookie(console):
    cookie = cookie_of(sign_in(console))
    out = send(console, "/sign-out", {}, cookie=cookie)
    assert (out.status, out.headers["location"]) == (303, "/sign-in")
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert send(console, "/", cookie=cookie).status == 303
    assert console.results == ["signed_in", "signed_out"]
    assert send(console, "/sign-out").status == 405, "no link and no picture signs out"


def test_whose_session_has_ended_is_told_so_and_whoever_signed_out_is_not(console):
    cookie = cookie_of(sign_in(console))
    console.accounts.revoke_person("Li Na")
    led = send(console, "/", cookie=cookie)
    assert (led.status, led.headers["location"]) == (303, "/sign-in?next=/")
    for lang, said in (("en", "Your session has ended"), ("zh", "会话已结束")):
        page = send(console, f"/sign-in?lang={lang}", cookie=cookie)
        assert (page.status, said in page.body.decode()) == (200, True)
    out = send(console, "/sign-out", {}, cookie=cookie_of(sign_in(console)))
    assert b"Your session has ended" not in send(console, "/sign-in", cookie=cookie_of(out)).body


def test_the_page_says_at_which_node_one_signs_in(console):
    for lang, name in (("en", "Riverside"), ("zh", "滨江")):
        assert f'class="node">{name}<' in send(console, f"/sign-in?lang={lang}").body.decode()


def test_wrong_and_unknown_read_alike_and_so_does_a_lock(console):
    pages = []
    for name in ("Li Na", "Nobody"):
        answers = [sign_in(console, name, "wrong") for _ in range(WRONG_PASSWORDS.value)]
        assert {answer.status for answer in answers} <= {401, 429}
        page = sign_in(console, name, "wrong")
        pages.append((page.status, page.body.replace(name.encode(), b"NAME")))
        assert "set-cookie" not in page.headers
    assert pages[0] == pages[1]
    assert pages[0][0] == 429
    assert b"Wait five minutes" in pages[0][1]


@pytest.mark.parametrize(
    ("wanted", "goal"),
    [
        ("/", "/"),
        ("/crew/riverside-1", "/crew/riverside-1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/crew/../../evil", "/"),
        ("/crew/\\evil", "/"),
        ("/sign-out", "/"),
        ("javascript:alert(1)", "/"),
        ("/crew/a\r\nset-cookie: x=y", "/crew/a%0D%0Aset-cookie%3A%20x%3Dy"),
    ],
)
def test_it_leads_to_our_own_pages_alone(console, wanted, goal):
    assert sign_in(console, goal=wanted).headers["location"] == goal


def test_what_was_typed_is_shown_as_text(console):
    page = sign_in(console, '"><script>alert(1)</script>', "wrong", goal='"><b>').body.decode()
    assert "<script>" not in page
    assert "<b>" not in page
    assert PASSWORD not in sign_in(console, "Nobody", PASSWORD).body.decode()


def test_it_works_without_a_script_and_in_both_languages(console):
    for lang, word in (("en", "Sign in"), ("zh", "登录")):
        page = send(console, f"/sign-in?lang={lang}").body.decode()
        scripts = re.findall("<script[^>]*>", page)
        assert scripts == ['<script src="/shared/look.js">'], "light or dark, and nothing more"
        assert f"<h1>{word}</h1>" in page
        assert '<form method="post" action="/sign-in">' in page


def test_a_form_that_is_none_is_refused(console):
    for body in (b"\xff\xfe", b"a=1&" * 50, b"name=x" + b"y" * FORM_BYTES.value):
        assert send(console, "/sign-in", body).status == 400
    chunked = send(console, "/sign-in", b"name=x", **{"content-length": ""})
    assert chunked.status == 400
    assert console.results == []


def test_over_tls_the_cookie_is_secure(console):
    async def tls(scope, receive, send):
        await console.app({**scope, "scheme": "https"}, receive, send)

    form = urlencode({"name": "Li Na", "password": PASSWORD}).encode()
    answer = asyncio.run(
        request(tls, "/sign-in", method="POST", body=form, headers={"content-type": FORM})
    )
    assert "; Secure" in answer.headers["set-cookie"]


def test_a_crews_link_is_used_by_a_press_and_once(console):
    link = f"/crew-link/{console.accounts.new_link('riverside-1')}"
    for _ in range(2):  # looking at it uses nothing up
        shown = send(console, link)
        assert (shown.status, b"riverside-1" in shown.body) == (200, True)
        assert console.crews.view("riverside-1").name in shown.body.decode()
    used = send(console, link, {})
    assert (used.status, used.headers["location"]) == (303, "/crew/riverside-1")
    assert "Max-Age=" in used.headers["set-cookie"]
    assert send(console, "/crew/riverside-1", cookie=cookie_of(used)).status == 200
    again = send(console, link, {})
    assert (again.status, "set-cookie" in again.headers) == (410, False)
    assert send(console, link).status == 410
    assert send(console, "/crew-link/" + "0" * 64).status == 410
    assert console.results == ["device_signed_in", "used_link"]
