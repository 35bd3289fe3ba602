"""Signing in at a provider outside: what was begun in a browser ends there, once, in a session like
any other; whatever else comes back signs nobody in."""

import asyncio
import re
from urllib.parse import urlencode

import pytest
from consoles.asgi_request import request
from oidc_provider import OidcProvider, new_key
from people_files import PASSWORD
from signed_consoles import PEOPLE, SignedConsole

from citybrain.clock import ManualClock
from citybrain.domain.principal import Authentication, Role
from citybrain.people.errors import PeopleError
from citybrain.people.oidc.errors import OidcRefusal
from citybrain.people.oidc.limits import PENDING_LIFE
from citybrain.structs import replace
from citybrain.web.people.oidc_pages import REFUSED

CALLBACK = "/sign-in/oidc/callback"


class City:
    """A console beside its provider, and one person's browser."""

    def __init__(self, folder, **options):
        self.clock, self.folder = ManualClock(), folder
        self.provider = OidcProvider(self.clock)
        self.settings = self.provider.settings(folder)
        self.options = {"people": {"Li Na": Role.OPERATOR}, **options}
        self.console = SignedConsole(folder, clock=self.clock, oidc=self.settings, **self.options)
        self.jar = {}

    def close(self):
        self.console.close()
        self.provider.stop()

    def restart(self, **settings):
        self.console.close()
        self.settings = replace(self.settings, **settings)
        self.console = SignedConsole(self.folder, clock=self.clock, oidc=self.settings, people={})

    def get(self, *paths, jar=None, **headers):
        """Each path within one event loop, as in a node; the last answer."""

        async def go():
            for path in paths:
                cookies = "; ".join(f"{k}={v}" for k, v in (jar or self.jar).items())
                found = await request(
                    self.console.app, path, headers={"cookie": cookies, **headers}
                )
                self._keep(found, self.jar if jar is None else jar)
            return found

        return asyncio.run(go())

    def _keep(self, found, jar):
        for cookie in found.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            if "Max-Age=0" in cookie:
                jar.pop(name, None)
            else:
                jar[name] = value

    def begin(self, query=""):
        answer = self.get("/sign-in/oidc" + query)
        assert answer.status == 303, answer.body
        return self.provider.authorize(answer.headers["location"])

    def back(self, answer, **options):
        return self.get(f"{CALLBACK}?{urlencode(answer)}", **options)

    def sign_in(self):
        return self.back(self.begin())

    @property
    def session(self):
        return self.jar.get("citybrain-session-district", "")

    def principal(self):
        return self.console.door.sessions.caller(self.session).principal


@pytest.fixture
def city(tmp_path):
    made = City(tmp_path)
    yield made
    made.close()


def refused(city, answer, refusal, **options):
    """Nobody is signed in, and the page says why."""
    found = city.back(answer, **options)
    assert found.status == REFUSED[refusal][0], found.body
    assert city.console.results[-1] == refusal
    assert city.session == ""
    assert b'role="alert"' in found.body
    assert found.headers["cache-control"] == "no-store"
    return found


def test_whoever_the_provider_proves_has_a_session_like_any_other(city):
    done = city.sign_in()
    assert done.status == 200
    assert b'content="0; url=/"' in done.body, "a page of ours: see `SameSite=Strict`"
    principal = city.principal()
    assert (principal.name, principal.roles) == ("li.na", (Role.OPERATOR,))
    assert principal.authentication is Authentication.OIDC
    assert principal.issuer == city.provider.issuer
    assert city.console.results == ["oidc_signed_in"]
    assert b'data-person="li.na"' in city.get("/").body
    out = asyncio.run(
        request(
            city.console.app,
            "/sign-out",
            method="POST",
            headers={"cookie": f"citybrain-session-district={city.session}"},
        )
    )
    assert out.status == 303
    assert city.get("/").status == 303, "signed out here"


def test_the_cookies_are_of_this_node_short_lived_and_no_scripts(city):
    begun = city.get("/sign-in/oidc")
    attributes = {part.strip().lower() for part in begun.cookies[0].split(";")[1:]}
    assert attributes == {"httponly", "path=" + CALLBACK, "samesite=lax", "max-age=600"}
    done = city.back(city.provider.authorize(begun.headers["location"]))
    session = next(c for c in done.cookies if c.startswith("citybrain-session-district="))
    assert re.fullmatch(r"citybrain-session-district=[0-9a-f]{64}; [^=]*=.*", session)
    assert {"HttpOnly", "SameSite=strict"} <= {part.strip() for part in session.split(";")}
    assert list(city.jar) == ["citybrain-session-district"], "the other one is gone"


def test_a_session_is_of_a_new_id_whatever_was_planted(city):
    city.jar["citybrain-session-district"] = "a" * 64
    city.jar["citybrain-oidc-district"] = "b" * 64
    city.sign_in()
    first = city.session
    assert first != "a" * 64
    city.jar.clear()
    city.sign_in()
    assert city.session != first


def test_a_session_that_stood_in_the_browser_before_opens_nothing_any_more(city):
    """A provider of the same site: the browser sends the strict cookie along."""
    city.sign_in()
    planted = dict(city.jar)
    city.jar.clear()
    answer = city.begin()
    city.jar |= planted
    city.back(answer)
    assert city.jar != planted
    assert city.get("/", jar=planted).status == 303


def test_an_answer_is_used_once(city):
    answer = city.begin()
    jar = dict(city.jar)
    city.back(answer)
    city.jar = jar  # as if the browser had not been told to forget
    refused(city, answer, OidcRefusal.UNKNOWN_STATE)


def test_an_answer_that_another_browser_got_signs_nobody_in(city):
    """Login CSRF: an attacker's answer in a victim's browser, with and without a sign-in begun."""
    answer, attackers = city.begin(), city.jar
    city.jar = {}
    refused(city, answer, OidcRefusal.OTHER_BROWSER)
    answer, city.jar = city.begin(), {}
    city.begin()
    refused(city, answer, OidcRefusal.OTHER_BROWSER)
    assert attackers


@pytest.mark.parametrize("state", ["", "x", "0" * 64, "\x00\xff", "状态" * 500, b"\xff\xfe"])
def test_a_made_up_state_is_none(city, state):
    answer = city.begin()
    refused(city, {**answer, "state": state}, OidcRefusal.UNKNOWN_STATE)
    assert city.provider.asked == ["/.well-known/openid-configuration"], "no code was sent"


def test_a_state_is_too_old_after_ten_minutes(city):
    answer = city.begin()
    city.clock.advance(PENDING_LIFE.value)
    refused(city, answer, OidcRefusal.UNKNOWN_STATE)


def test_two_values_of_one_name_are_none(city):
    answer = city.begin()
    found = city.get(f"{CALLBACK}?{urlencode(answer)}&state=x")
    assert (found.status, city.session) == (400, "")


@pytest.mark.parametrize(
    "spoiled",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
    ],
    ids=str,
)
def test_a_token_that_proves_nothing_signs_nobody_in(city, spoiled):
    city.provider.spoiled = spoiled
    refused(city, city.begin(), OidcRefusal.BAD_TOKEN)


def test_a_token_of_another_key_signs_nobody_in(city):
    city.provider.key = new_key()
    refused(city, city.begin(), OidcRefusal.BAD_TOKEN)


def test_an_answer_that_names_another_provider_is_none(city):
    refused(city, {**city.begin(), "iss": "https://evil.example"}, OidcRefusal.BAD_TOKEN)
    city.provider.metadata = {"authorization_response_iss_parameter_supported": True}
    city.restart()
    refused(city, city.begin(), OidcRefusal.BAD_TOKEN)
    city.back({**city.begin(), "iss": city.provider.issuer})
    assert city.session


def test_who_says_no_at_the_provider_is_signed_in_nowhere(city):
    answer = city.begin()
    denied = {"state": answer["state"], "error": "access_denied", "error_description": "<b>"}
    assert b"<b>" not in refused(city, denied, OidcRefusal.DENIED).body


def test_whoever_has_no_role_is_shown_what_to_ask_for_in_both_languages(city):
    city.provider.claims["groups"] = ["staff"]
    for lang, words in (("en", "have no role here"), ("zh", "没有角色")):
        page = refused(
            city, city.begin(), OidcRefusal.NO_ROLE, **{"accept-language": lang}
        ).body.decode()
        assert words in page
        for expected in ("li.na", "city-admins", "queue", "watch"):
            assert expected in page


def test_a_name_is_shown_as_text(city):
    city.provider.claims |= {"preferred_username": "<img src=x>", "groups": []}
    page = refused(city, city.begin(), OidcRefusal.NO_ROLE).body
    assert b"<img src=x" not in page
    assert b"&lt;img src=x&gt;" in page


@pytest.mark.parametrize("name", ["Li Na", "li na", "ＬＩ　ＮＡ"])
def test_nobody_gets_an_accounts_name_however_it_is_spelled(city, name):
    city.provider.claims["preferred_username"] = name
    refused(city, city.begin(), OidcRefusal.NAME_TAKEN)


def test_nobody_gets_the_name_of_another_of_the_provider_and_no_account_gets_it(city):
    city.sign_in()
    first = city.principal()
    city.jar.clear()
    city.provider.claims["sub"] = "u-2"
    refused(city, city.begin(), OidcRefusal.NAME_TAKEN)
    with pytest.raises(PeopleError, match="people remove"):
        city.console.accounts.add("LI.NA", (Role.VIEWER,), PASSWORD)
    city.console.accounts.remove("li.na")
    city.sign_in()
    assert city.principal() == first, "with the same name, and another subject"


def test_a_person_whose_name_changed_is_the_same_one(city):
    city.sign_in()
    city.provider.claims["preferred_username"] = "li.na-wang"
    first = city.session
    city.jar.clear()
    city.sign_in()
    assert city.console.door.sessions.caller(first).principal.name == "li.na-wang"


def test_a_command_ends_it_at_once(city):
    city.sign_in()
    assert city.console.accounts.revoke_person("li.na") == 1
    assert city.get("/").status == 303
    city.sign_in()
    assert city.session
    assert city.console.accounts.remove("li.na") == 1
    assert city.get("/").status == 303


def test_other_rules_end_the_sessions_that_began_under_the_old_ones(city):
    city.sign_in()
    city.restart(pages="http://console")
    assert city.get("/").status == 200, "a restart alone ends none"
    city.restart(roles=(("queue", Role.VIEWER),))
    assert city.get("/").status == 303
    city.sign_in()
    assert city.principal().roles == (Role.VIEWER,)


@pytest.mark.parametrize(
    ("query", "goal"),
    [
        ("?next=/crew/riverside-1", "/crew/riverside-1"),
        ("?next=https://evil.example/", "/"),
        ("?next=//evil.example", "/"),
        ("?next=/%5Cevil.example", "/"),
        ("?next=/sign-out", "/"),
        ("?next=javascript:alert(1)", "/"),
        ("?next=/crew/%22%3E%3Cscript%3E", "/crew/%22%3E%3Cscript%3E"),
    ],
)
def test_it_leads_to_our_own_pages_alone(city, query, goal):
    done = city.back(city.begin(query)).body.decode()
    assert f'content="0; url={goal}"' in done
    assert re.findall("<script[^>]*>", done) == ['<script src="/shared/look.js">']


def test_while_the_provider_is_away_accounts_go_on_and_the_page_says_so(city):
    city.provider.status = 500
    away = city.get("/sign-in/oidc", **{"accept-language": "en"})
    assert away.status == 503
    assert b"cannot be reached just now. Try again later" in away.body
    assert b'name="password"' in away.body
    page = city.get("/sign-in?lang=zh").body.decode()
    assert "市政账号" in page
    assert "本节点账号仍可使用" in page
    form = urlencode({"name": "Li Na", "password": PASSWORD}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    done = asyncio.run(
        request(city.console.app, "/sign-in", method="POST", body=form, headers=headers)
    )
    assert (done.status, done.headers["location"]) == (303, "/")


def test_a_browser_at_another_name_of_the_node_is_led_to_the_one_that_is_registered(city):
    found = city.get("/sign-in/oidc", host="127.0.0.1:8101")
    assert (found.status, found.headers["location"]) == (303, "http://console/sign-in")
    assert found.cookies == ()


def test_the_page_has_a_button_only_where_a_provider_is_configured(city, tmp_path):
    page = city.get("/sign-in?next=/crew/riverside-1&lang=en").body.decode()
    assert (
        '<a class="provider" href="/sign-in/oidc?next=/crew/riverside-1">City account</a>' in page
    )
    (tmp_path / "other").mkdir()
    without = SignedConsole(tmp_path / "other", people=dict(list(PEOPLE.items())[:1]))
    assert b"provider" not in asyncio.run(request(without.app, "/sign-in")).body
    assert asyncio.run(request(without.app, "/sign-in/oidc")).status == 404
    without.close()


def test_with_a_provider_and_no_account_nobody_comes_in_without_signing_in(tmp_path):
    made = City(tmp_path, people={}, is_loopback=True)
    assert not made.console.door.is_lab
    assert made.get("/").status == 303
    assert made.get("/api/v1/incidents").status == 401
    made.sign_in()
    assert made.get("/").status == 200
    made.close()


def test_the_citys_console_signs_in_the_same_way(tmp_path):
    made = City(tmp_path, people={}, tier="city")
    made.provider.claims["groups"] = ["city-admins"]
    made.sign_in()
    assert b'data-person="li.na"' in made.get("/").body
    made.close()
