"""Signing in at a real OpenID Connect provider (canaille), a process in an environment of its own,
in a real browser: to another site and back, without a script."""

import re
import socket

import pytest
from canaille_provider import (
    CLIENT,
    GROUP,
    NAME,
    PASSWORD,
    SECRET,
    CanailleProvider,
    NoEnvironmentError,
    install,
)
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect
from signed_consoles import SignedConsole

from citybrain.config.load import parse
from citybrain.config.people import PeopleConfig
from citybrain.domain.principal import Authentication, Role
from citybrain.system_clock import SystemClock

pytestmark = pytest.mark.browser
CALLBACK = "/sign-in/oidc/callback"
WAIT_MS = 30_000  # a busy machine, and a provider that is in no hurry


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    try:
        return install(tmp_path_factory.mktemp("provider") / "environment")
    except NoEnvironmentError as error:
        pytest.skip(f"registry: no real OpenID Connect provider: {error}")


class City:
    """A console, and the provider that it was configured with."""

    def __init__(self, folder, python):
        self.provider = CanailleProvider(python)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        secret = folder / "oidc-secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        table = {
            "issuer": self.provider.issuer,
            "client_id": CLIENT,
            "client_secret_file": str(secret),
            "pages": f"http://127.0.0.1:{port}",
            "scopes": ["openid", "profile", "groups"],
            "roles": {GROUP: "operator"},
        }
        settings = parse({"oidc": table}, PeopleConfig, name="district.toml").provider
        self.signed = SignedConsole(folder, people={}, clock=SystemClock(), oidc=settings)
        self.console = ThreadedConsole(self.signed.app, port)
        self.provider.register(settings.redirect_uri)

    def stop(self):
        self.console.stop()
        self.signed.close()
        self.provider.stop()


@pytest.fixture
def city(tmp_path, python):
    made = City(tmp_path, python)
    yield made
    made.stop()


def test_a_person_signs_in_at_a_real_provider_and_out_and_nobody_replays_it(city, pages):
    wanted = f"{city.console.url}/crew/riverside-2"
    page = pages.open(f"{city.console.url}/sign-in?lang=zh", java_script_enabled=False)
    page.set_default_timeout(WAIT_MS)
    page.goto(wanted)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="使用统一身份账号登录").click()
    expect(page).to_have_url(re.compile(re.escape(city.provider.issuer)), timeout=WAIT_MS)
    page.locator("[name=login]").fill(NAME)
    page.locator("[type=submit]").first.click()
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").first.click()
    page.locator("[name=answer][value=accept]").click()
    expect(page).to_have_url(wanted, timeout=WAIT_MS)
    cookies = {c["name"]: c for c in page.context.cookies() if "citybrain" in c["name"]}
    assert set(cookies) == {"citybrain-session-district", "citybrain-lang"}
    session = cookies["citybrain-session-district"]
    assert (session["httpOnly"], session["sameSite"]) == (True, "Strict")
    principal = city.signed.door.sessions.caller(session["value"]).principal
    assert (principal.name, principal.roles) == (NAME, (Role.OPERATOR,))
    assert principal.authentication is Authentication.OIDC
    assert principal.issuer == city.provider.issuer

    sent_back = next(url for url in asked if url.startswith(city.console.url + CALLBACK))
    other = pages.open(f"{sent_back}&lang=en")
    expect(other.locator(".problem")).to_contain_text("used already", timeout=WAIT_MS)
    assert [c for c in other.context.cookies() if "session" in c["name"]] == []

    queue = pages.open(f"{city.console.url}/healthz")
    queue.context.add_cookies([session])
    queue.goto(f"{city.console.url}/?lang=en")
    expect(queue.locator("#person")).to_have_text(NAME, timeout=WAIT_MS)
    queue.get_by_role("button", name="Sign out").click()
    expect(queue).to_have_url(re.compile("/sign-in$"), timeout=WAIT_MS)
    page.goto(wanted)
    expect(page).to_have_url(re.compile("/sign-in"), timeout=WAIT_MS)
