"""The guard of a console: every response carries its security headers."""

import asyncio

import pytest
from consoles import crew_screen, district_screen
from consoles.asgi_request import request
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen

from citybrain.web import guard


@pytest.fixture
def console():
    screen = FakeDistrictScreen(district_screen.busy_district())
    app = district_app(screen, FakeCrewScreen(crew_screen.crew_view()))
    return lambda path, **options: (asyncio.run(request(app, path, **options)), screen)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api/v1/incidents",
        "/translations.js",
        "/healthz",
        "/favicon.ico",
        "/shared/base.css",
        "/leaflet/leaflet.js",
        "/crew/riverside-1",
        "/nothing",
    ],
)
def test_every_response_carries_the_security_headers(console, path):
    answer, _ = console(path)
    assert answer.status == (404 if path == "/nothing" else 200)
    for name in (
        "content-security-policy",
        "x-content-type-options",
        "x-frame-options",
        "referrer-policy",
        "permissions-policy",
        "cache-control",
    ):
        assert name in answer.headers, name
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "script-src 'self';" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/crew/riverside-1"])
def test_no_page_has_an_inline_script_or_style(console, path):
    text = console(path)[0].body.decode()
    assert "<script>" not in text
    assert " style=" not in text
    assert " onclick=" not in text
    assert "//" not in text.split("<body")[0], "the head loads nothing from another host"


def test_a_tile_server_is_allowed_for_images_only():
    rules = guard.policy(guard.tile_origin("https://{s}.tiles.example/{z}/{x}/{y}.png"))
    assert "img-src 'self' data: https://*.tiles.example;" in rules
    assert "script-src 'self';" in rules
    assert "connect-src 'self';" in rules
