"""Requests that no client of ours sends: bodies that are no text, no JSON, not of the form or not
whole; numbers that are none; paths that are no text. Each is refused with a problem document, does
nothing, and leaves no traceback in the log.
"""

import asyncio
import json
import logging

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen

from citybrain.web.serve import serve

ACTIONS, REPORTS = "/api/v1/actions", "/api/v1/reports"
ACT = {"request_id": "r1", "incident": "i", "verb": "open", "actor": "Li"}
REPORT = {
    "request_id": "r1",
    "actor": "Li",
    "reporter": "caller",
    "kind": "crowding",
    "place": {"latitude": 30.6, "longitude": 104.1},
    "text": "",
}


def post(path, body, *headers, content_type="application/json", length=None):
    body = body if isinstance(body, bytes) else body.encode()
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *headers]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    if length is not False:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join((*lines, "", "")).encode() + body


def report(**changes):
    return post(REPORTS, json.dumps({**REPORT, **changes}))


def raw_place(latitude):
    text = json.dumps({**REPORT, "place": {"latitude": 0.5, "longitude": 104.1}})
    return post(REPORTS, text.replace("0.5", latitude))


def get(path, *headers):
    lines = (f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", "")
    return "\r\n".join(lines).encode()


ODD = {
    "no UTF-8": (post(ACTIONS, b'{"actor": "\xff\xfe"}'), 400),
    "UTF-16": (post(ACTIONS, json.dumps(ACT).encode("utf-16")), 400),
    "UTF-16, as it says": (
        post(
            ACTIONS,
            json.dumps(ACT).encode("utf-16"),
            content_type="application/json; charset=utf-16",
        ),
        400,
    ),
    "half of a character": (post(ACTIONS, '{"actor": "\\ud800"}'), 400),
    "nothing": (post(ACTIONS, ""), 400),
    "null": (post(ACTIONS, "null"), 400),
    "an array": (post(ACTIONS, "[]"), 400),
    "arrays without end": (post(ACTIONS, "[" * 30_000), 400),
    "objects without end": (post(ACTIONS, '{"a":' * 10_000), 400),
    "a name twice": (post(ACTIONS, '{"verb": "open", "verb": "close"}'), 400),
    "another type": (post(ACTIONS, json.dumps(ACT), content_type="text/plain"), 415),
    "a form": (post(ACTIONS, "a=b", content_type="application/x-www-form-urlencoded"), 415),
    "no type": (post(ACTIONS, json.dumps(ACT), content_type=""), 415),
    "compressed": (post(ACTIONS, json.dumps(ACT), "Content-Encoding: gzip"), 415),
    "in chunks": (
        post(ACTIONS, b"2\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked", length=False),
        411,
    ),
    "in chunks and with a length": (
        post(ACTIONS, b"2\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked"),
        411,
    ),
    "two lengths": (post(ACTIONS, json.dumps(ACT), "Content-Length: 3"), 400),
    "not a number": (raw_place("NaN"), 400),
    "infinite": (raw_place("Infinity"), 400),
    "minus infinite": (raw_place("-Infinity"), 400),
    "beyond all floats": (raw_place("1e999"), 400),
    "thousands of digits": (raw_place("9" * 5_000), 400),
    "beyond the pole": (raw_place("90.0001"), 400),
    "a place in words": (report(place="here"), 400),
    "a place without its half": (report(place={"latitude": "30"}), 400),
    "a time of no calendar": (report(observed_at="2026-02-31T00:00:00Z"), 400),
    "a time before all": (report(observed_at="0001-01-01T00:00:00Z"), 400),
    "a time after all": (report(observed_at="9999-12-31T23:59:59Z"), 400),
    "a control character in a name": (report(actor="Li\u0000"), 400),
    "a right-to-left mark in a name": (report(actor="Li\u202e"), 400),
    "a name without end": (report(actor="L" * 129), 400),
    "a kind with markup": (report(kind="<img src=x onerror=alert(1)>"), 400),
    "an unknown field": (report(sudo=True), 400),
    "a path of no UTF-8": (get("/api/v1/incidents/%ff"), 400),
    "a page's path of no UTF-8": (get("/crew/%c3%28"), 400),
    "a path with a control character": (get("/crew/a%00b"), 400),
    "a file's path with a control character": (get("/static/a%00b"), 400),
    "a query of no UTF-8": (get("/api/v1/incidents?filter=%ff"), 400),
    "a query of bytes": (b"GET /?lang=\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
    "a stream's place of no text": (
        get(
            "/api/v1/changes?views=%7B%22name%22:%22d%22,%22collection%22:%22incidents%22%7D",
            "Last-Event-ID: \x7f",
        ),
        400,
    ),
}


@pytest.fixture(scope="module")
def answers():
    """By name of the request: its answer's status, head and body; and what the screen was told."""
    screen = FakeDistrictScreen(district_screen.busy_district())
    app = district_app(screen, FakeCrewScreen(crew_screen.crew_view()))

    async def answered(port, sent):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        async with asyncio.timeout(10):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(head.lower().partition("content-length: ")[2].partition("\r")[0])
            body = await reader.readexactly(length)
        writer.close()
        return int(head.split()[1]), head, body

    async def all_answered():
        server = await serve(app, "127.0.0.1", 0)
        found = {name: await answered(server.port, sent) for name, (sent, _) in ODD.items()}
        await server.stop()
        return found

    return asyncio.run(all_answered()), screen


@pytest.mark.parametrize("name", sorted(ODD))
def test_it_is_refused_with_a_problem_document(answers, name):
    status, head, body = answers[0][name]
    assert status == ODD[name][1], body
    assert "content-type: application/problem+json" in head
    problem = json.loads(body)
    assert (problem["status"], bool(problem["reason"])) == (status, True)


def test_nothing_was_done(answers):
    assert answers[1].actions == []


def test_a_body_that_is_cut_off_leaves_no_traceback(caplog):
    app = district_app(FakeDistrictScreen(district_screen.busy_district()), FakeCrewScreen())

    async def scenario():
        server = await serve(app, "127.0.0.1", 0)
        for _ in range(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(post(ACTIONS, "{", length=1_000))
            writer.write_eof()
            async with asyncio.timeout(10):
                await reader.read()
            writer.close()
        await server.stop()

    with caplog.at_level(logging.DEBUG):
        asyncio.run(scenario())
    assert [r.getMessage() for r in caplog.records if r.exc_info] == []
