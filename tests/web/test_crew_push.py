"""A crew's page gives its phone's push subscription: its device's session alone may, and only at a
push service that the node calls.
"""

import asyncio
import json

import pytest
from consoles.asgi_request import request
from push_service import Phone
from signed_consoles import SignedConsole

from citybrain.domain.principal import Role
from district_node.web_push.limits import SUBSCRIPTION_BYTES
from district_node.web_push.services import PushServices
from district_node.web_push.subscriptions import PushSubscriptions

PATH = "/crew/riverside-1/push"


class Here:
    origin = "https://push.city.example"


@pytest.fixture
def console(tmp_path):
    def push(store):
        services = PushServices(["push.city.example"], allows_private=False)
        return PushSubscriptions(store, services, "the-key")

    made = SignedConsole(tmp_path, push=push)
    yield made
    made.close()


def linked(console, unit="riverside-1"):
    link = f"/crew-link/{console.accounts.new_link(unit)}"
    answer = asyncio.run(request(console.app, link, method="POST", body=b"", headers={}))
    return answer.headers["set-cookie"].partition(";")[0]


def put(console, body, cookie="", method="PUT", path=PATH, **headers):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"content-type": "application/json", "content-length": str(len(body))}
    headers = {**sent, "cookie": cookie, **headers}
    return asyncio.run(request(console.app, path, method=method, body=body, headers=headers))


def kept(console):
    return console.commands.push_subscriptions()


def test_a_phone_subscribes_changes_its_subscription_and_takes_it_back(console):
    cookie = linked(console)
    first, second = Phone(Here, "first"), Phone(Here, "second")
    assert put(console, {**first.subscription, "language": "zh"}, cookie).status == 204
    (row,) = kept(console)
    assert (row.unit, row.endpoint, row.language) == ("riverside-1", first.endpoint, "zh")
    assert put(console, second.subscription, cookie).status == 204
    assert [one.endpoint for one in kept(console)] == [second.endpoint]
    assert put(console, b"", cookie, method="DELETE").status == 204
    assert kept(console) == ()


def test_it_ends_with_the_devices_session(console):
    cookie = linked(console)
    put(console, Phone(Here).subscription, cookie)
    assert len(kept(console)) == 1
    console.accounts.revoke_unit("riverside-1")
    assert kept(console) == ()
    assert put(console, Phone(Here).subscription, cookie).status == 401


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ("https://attacker.example/x", "unknown_service"),
        ("https://169.254.169.254/latest", "unknown_service"),
        ("http://push.city.example/x", "bad_endpoint"),
        ("https://push.city.example:22/x", "unknown_service"),
    ],
)
def test_an_address_that_the_node_does_not_call_is_refused(console, endpoint, reason):
    body = {**Phone(Here).subscription, "endpoint": endpoint}
    answer = put(console, body, linked(console))
    assert (answer.status, json.loads(answer.body)["reason"]) == (422, reason)
    assert kept(console) == ()


GOOD = Phone(Here).subscription


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b"[" * 2_000,
        {"endpoint": GOOD["endpoint"]},
        {**GOOD, "keys": []},
        {**GOOD, "keys": {"p256dh": 1, "auth": GOOD["keys"]["auth"]}},
        {**GOOD, "keys": {"p256dh": "x", "auth": GOOD["keys"]["auth"]}},
        {**GOOD, "endpoint": None},
    ],
)
def test_what_is_no_subscription_is_refused_in_words(console, body):
    answer = put(console, body, linked(console))
    assert (answer.status, b"detail" in answer.body) == (400, True)
    assert kept(console) == ()


def test_a_body_that_is_too_large_is_not_read(console):
    length = str(SUBSCRIPTION_BYTES.value + 1)
    answer = put(console, b"{}", linked(console), **{"content-length": length})
    assert answer.status == 413
    assert put(console, b"{}", linked(console), **{"content-length": ""}).status == 400


def test_nobody_else_subscribes_for_a_unit(console):
    body = Phone(Here).subscription
    assert put(console, body).status == 401
    assert put(console, body, linked(console, "riverside-2")).status == 403
    token = console.accounts.new_token("adapter-1", Role.ADAPTER)
    assert put(console, body, authorization=f"Bearer {token}").status == 401
    assert kept(console) == ()


def test_the_page_says_what_to_subscribe_to_or_that_it_is_no_phone_of_the_unit(console):
    page = asyncio.run(
        request(console.app, "/crew/riverside-1", headers={"cookie": linked(console)})
    )
    assert b'data-push="linked" data-push-key="the-key"' in page.body


def test_without_push_there_is_no_place_for_it(tmp_path):
    console = SignedConsole(tmp_path)
    cookie = linked(console)
    assert put(console, Phone(Here).subscription, cookie).status == 404
    page = asyncio.run(request(console.app, "/crew/riverside-1", headers={"cookie": cookie}))
    assert b"data-push" not in page.body
    console.close()
