"""The guard of a console: a request from another origin, too large or not JSON never reaches a
screen; every response carries its security headers.
"""

import asyncio

import msgspec
import pytest
from consoles import crew_screen, district_screen
from consoles.asgi_request import request
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen

from citybrain.api.limits import REQUEST_BYTES
from citybrain.api.methods import ApiService, methods_of
from citybrain.api.v1 import action_pb2
from citybrain.api.v1 import district_service_pb2 as pb
from citybrain.clock import ManualClock
from citybrain.web import guard
from district_node.web.app import build


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


OUTCOME_OF = {"request_id": "r1", "incident": "i", "verb": "open", "actor": "Li"}


@pytest.fixture
def api():
    """A console whose public API has one method."""

    async def act(message):
        return action_pb2.Outcome(request_id=message.request_id, done=True)

    service = pb.DESCRIPTOR.services_by_name["DistrictService"]
    methods = tuple(method for method in methods_of(service) if method.name == "Act")
    offered = ApiService(name=service.full_name, methods=methods, unary={"Act": act}, streams={})
    screen = FakeDistrictScreen(district_screen.busy_district())
    app = build(
        (offered,),
        FakeCrewScreen(crew_screen.crew_view()),
        district=screen.value.district,
        name={"en": "", "zh": ""},
        clock=ManualClock(),
    )

    def send(**headers):
        sent = {"origin": "", **headers}
        body = msgspec.json.encode(OUTCOME_OF)
        return asyncio.run(request(app, "/api/v1/actions", method="POST", body=body, headers=sent))

    return send


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://console"},
        {"sec-fetch-site": "same-origin"},
        {"content-type": "application/json; charset=utf-8"},
    ],
)
def test_a_program_and_our_own_page_may_use_the_public_api(api, headers):
    answer = api(**headers)
    assert (answer.status, msgspec.json.decode(answer.body)["done"]) == (200, True)


@pytest.mark.parametrize(
    ("headers", "status", "reason"),
    [
        ({"origin": "http://elsewhere"}, 403, "foreign_origin"),
        ({"origin": "null"}, 403, "foreign_origin"),
        ({"origin": "http://["}, 403, "foreign_origin"),
        ({"sec-fetch-site": "cross-site"}, 403, "foreign_origin"),
        ({"sec-fetch-site": "same-site"}, 403, "foreign_origin"),
        ({"content-type": "text/plain"}, 415, "not_json"),
        ({"content-length": ""}, 411, "no_length"),
        ({"content-length": "-1"}, 411, "no_length"),
        ({"content-length": "9" * 5_000}, 413, "too_large"),
        ({"content-length": str(REQUEST_BYTES.value + 1)}, 413, "too_large"),
    ],
)
def test_another_sites_page_may_not_and_a_body_is_bounded(api, headers, status, reason):
    answer = api(**headers)
    assert answer.status == status
    assert msgspec.json.decode(answer.body)["reason"] == reason
    assert answer.headers["content-type"] == "application/problem+json"
    assert "content-security-policy" in answer.headers
