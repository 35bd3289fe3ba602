"""The door of a console: what comes from elsewhere, is too large or is no JSON never reaches a screen; every answer carries its headers."""

import asyncio

import msgspec
import pytest

from citybrain.web import guard, limits
from district_node.web.app import build

ACTION = msgspec.json.encode(
    {"request": "r1", "operator": "Li Wei", "incident": "inc-riverside-12", "verb": "open"}
)


@pytest.fixture
def console(snapshots, fakes):
    screen = fakes.DistrictFake(snapshots.busy_district())
    app = build(screen, fakes.CrewFake(snapshots.crew_view()))
    return lambda path, **request: (asyncio.run(fakes.ask(app, path, **request)), screen)


def test_an_action_of_our_own_page_reaches_the_screen(console):
    answer, screen = console("/act", method="POST", body=ACTION)
    assert answer.status == 200
    assert msgspec.json.decode(answer.body) == {
        "request": "r1",
        "done": True,
        "reason": "",
        "detail": "",
    }
    assert [(action.verb, action.operator) for action in screen.asked] == [("open", "Li Wei")]


@pytest.mark.parametrize(
    ("headers", "status", "reason"),
    [
        ({"origin": "http://elsewhere"}, 403, "foreign_origin"),
        ({"origin": "null"}, 403, "foreign_origin"),
        ({"origin": "", "sec-fetch-site": "cross-site"}, 403, "foreign_origin"),
        ({"x-citybrain": ""}, 403, "foreign_origin"),
        ({"content-type": "application/x-www-form-urlencoded"}, 415, "not_json"),
        ({"content-type": "text/plain"}, 415, "not_json"),
        ({"content-length": ""}, 411, "no_length"),
        ({"content-length": "-1"}, 411, "no_length"),
        ({"content-length": str(limits.BODY_BYTES.value + 1)}, 413, "too_large"),
    ],
)
def test_what_is_not_from_here_is_refused_in_words_and_does_nothing(
    console, headers, status, reason
):
    answer, screen = console("/act", method="POST", body=ACTION, headers=headers)
    assert answer.status == status
    said = msgspec.json.decode(answer.body)
    assert (said["done"], said["reason"]) == (False, reason)
    assert said["detail"].endswith(".") or "bytes" in said["detail"]
    assert screen.asked == []


def test_a_command_line_without_an_origin_may_act_too(console):
    answer, screen = console("/act", method="POST", body=ACTION, headers={"origin": ""})
    assert answer.status == 200
    assert len(screen.asked) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/desk",
        "/words.js",
        "/healthz",
        "/favicon.ico",
        "/shared/base.css",
        "/leaflet/leaflet.js",
        "/crew/riverside-1",
        "/nothing",
    ],
)
def test_every_answer_carries_the_security_headers(console, path):
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
    assert "//" not in text.replace("https://", "//").split("<body")[0].replace(
        "<!doctype", ""
    )  # nothing foreign in the head


def test_a_tile_server_is_let_in_for_pictures_only():
    rules = guard.policy(guard.tile_origin("https://{s}.tiles.example/{z}/{x}/{y}.png"))
    assert "img-src 'self' data: https://*.tiles.example;" in rules
    assert "script-src 'self';" in rules
    assert "connect-src 'self';" in rules
