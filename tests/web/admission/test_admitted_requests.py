"""A request that is meant for another server, comes from another site's page, is too large or no
JSON never reaches a screen.
"""

import asyncio

import msgspec
import pytest
from consoles import crew_screen, district_screen
from consoles.asgi_request import request
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen

from citybrain.api.limits import REQUEST_BYTES
from citybrain.api.methods import DISTRICT, ApiService, Contract
from citybrain.api.v1 import action_pb2
from citybrain.clock import ManualClock
from citybrain.web.admission.admission import Admission
from citybrain.web.admission.requests import AdmittedRequests
from district_node.web.app import build

OUTCOME_OF = {"request_id": "r1", "incident": "i", "verb": "open", "actor": "Li"}


@pytest.fixture
def api():
    """A console whose public API has one method."""

    async def act(message, _caller=None):
        return action_pb2.Outcome(request_id=message.request_id, done=True)

    contract = Contract(name=DISTRICT.name, methods={"Act": DISTRICT.methods["Act"]})
    offered = ApiService(contract=contract, unary={"Act": act}, streams={})
    screen = FakeDistrictScreen(district_screen.busy_district())
    app = build(
        (offered,),
        FakeCrewScreen(crew_screen.crew_view()),
        district=screen.value.district,
        name={"en": "", "zh": ""},
        clock=ManualClock(),
    )

    refused = []
    admitted = AdmittedRequests(app, Admission(allowed_hosts=["console"], count=refused.append))

    def send(**headers):
        sent = {"origin": "", **headers}
        body = msgspec.json.encode(OUTCOME_OF)
        return asyncio.run(
            request(admitted, "/api/v1/actions", method="POST", body=body, headers=sent)
        )

    send.refused = refused
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
        ({"host": "elsewhere"}, 421, "foreign_host"),
        ({"host": "elsewhere", "origin": "http://elsewhere"}, 421, "foreign_host"),
        ({"host": "console.elsewhere"}, 421, "foreign_host"),
        ({"host": "127.0.0.1.elsewhere"}, 421, "foreign_host"),
        ({"host": ""}, 421, "foreign_host"),
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
    assert api.refused == ([reason] if reason.startswith("foreign") else [])


def test_a_person_under_a_foreign_name_reads_why_in_both_languages_and_as_text():
    admitted = AdmittedRequests(None, Admission())
    headers = {"host": "<b>elsewhere</b>", "accept": "text/html,*/*"}
    page = asyncio.run(request(admitted, "/", headers=headers))
    text = page.body.decode()
    assert page.status == 421
    assert "allowed_hosts in its configuration" in text
    assert "请使用其地址或本机名打开" in text
    assert "<b>" not in text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
