"""The enrolment port on real sockets: what it serves, what it refuses, what it outlives."""

import contextlib
import http.client
import json
import logging
import socket
import ssl

import pytest
from authority_rig import ServedAuthority, ShiftedClock, points_at

from citybrain.ca import port as port_module
from citybrain.ca.enrolment import Enrolment
from citybrain.enrolment.certificates import read_certificates, serial_of
from citybrain.enrolment.https import ask, trusting_nobody
from citybrain.enrolment.join import join, renew
from citybrain.enrolment.keys import key_text, new_key
from citybrain.enrolment.limits import CONNECTIONS_OF_ADDRESS, REQUEST_BYTES
from citybrain.enrolment.messages import RootAsked
from citybrain.errors import StoreFullError
from citybrain.identity.errors import (
    AuthorityError,
    EnrolmentAnswerError,
    EnrolmentRefusedError,
)

DAY_S = 86_400


@pytest.fixture
def served(tmp_path):
    with ServedAuthority(tmp_path / "ca") as running:
        yield running


@pytest.fixture
def box(tmp_path):
    return tmp_path / "box" / "identity"


def exchange(served, method, path, body=b"", headers=None):
    connection = http.client.HTTPSConnection(
        "127.0.0.1", served.port, timeout=10, context=trusting_nobody()
    )
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/join", b"", 405),
        ("GET", "/", b"", 405),
        ("PUT", "/v1/renew", b"{}", 405),
        ("POST", "/", b"{}", 404),
        ("POST", "/v1/revoke", b"{}", 404),
        ("POST", "/v1/join/", b"{}", 404),
        ("POST", "//v1/join", b"{}", 404),
        ("POST", "/v1/join", b"", 400),
        ("POST", "/v1/join", b"\xff\xfe", 400),
        ("POST", "/v1/join", b"[]", 400),
        ("POST", "/v1/join", b'{"type":"challenge","serial":"a"}', 400),
        ("POST", "/v1/renew", b'{"type":"root"}', 400),
        ("POST", "/v1/renew", b'{"type":"challenge","serial":7}', 400),
        ("POST", "/v1/join", b"[" * 10_000, 400),
        ("POST", "/v1/join", b" " * (REQUEST_BYTES.value + 1), 413),
        ("POST", "/v1/join", b'{"type":"certificate","secret":"\\u0000","request":""}', 403),
    ],
    ids=lambda value: "body" if isinstance(value, bytes) else str(value),
)
def test_there_are_two_methods_and_nothing_else(served, box, method, path, body, status):
    found, answer = exchange(served, method, path, body)
    assert (found, answer["type"]) == (status, "refused")
    served.joined("box/box-a1", box)


def test_a_chunked_body_has_the_same_bound(served):
    connection = http.client.HTTPSConnection(
        "127.0.0.1", served.port, timeout=10, context=trusting_nobody()
    )
    chunks = (b" " * 1024 for _ in range(REQUEST_BYTES.value // 1024 + 1))
    connection.request("POST", "/v1/join", chunks, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\0" * 100,
        b"POST /v1/join HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/join HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nshort",
        b"POST /v1/join HTTP/1.1\r\n" + b"X: y\r\n" * 10_000,
        b"GET / HTTP/9.9\r\n\r\n",
    ],
    ids=["none", "zeros", "negative", "short", "headers", "version"],
)
def test_odd_bytes_end_their_connection_and_no_other(served, box, sent):
    raw = socket.create_connection(("127.0.0.1", served.port), timeout=10)
    connection = trusting_nobody().wrap_socket(raw)
    with contextlib.suppress(OSError):
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
    connection.close()
    served.joined("box/box-a1", box)


def test_connections_that_say_nothing_are_bounded_and_end(served, box, monkeypatch):
    short = type(port_module.CONNECTION_SECONDS)(
        name="x", value=1, unit="s", reason="a test", fate="closed"
    )
    monkeypatch.setattr(port_module, "CONNECTION_SECONDS", short)
    idle = [
        socket.create_connection(("127.0.0.1", served.port), timeout=10)
        for _ in range(CONNECTIONS_OF_ADDRESS.value + 4)
    ]
    refused = idle[CONNECTIONS_OF_ADDRESS.value :]
    assert [connection.recv(1) for connection in refused] == [b""] * 4, "closed at once"
    assert [connection.recv(1) for connection in idle] == [b""] * len(idle), "closed after a second"
    for connection in idle:
        connection.close()
    served.joined("box/box-a1", box)


def test_no_older_tls_is_spoken(served):
    context = trusting_nobody()
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(EnrolmentAnswerError):
        ask(served.address, RootAsked(), context)


def test_a_port_that_is_taken_is_named(served, tmp_path):
    with pytest.raises(AuthorityError, match="cannot listen on 127.0.0.1"):
        ServedAuthority(tmp_path / "other", port=served.port).start()


def test_a_full_disk_is_said_and_the_port_goes_on(served, box, monkeypatch):
    token = served.token("box/box-a1")

    def full(_self, *_given, **_named):
        raise StoreFullError("no space")

    monkeypatch.setattr(Enrolment, "answer", full)
    with pytest.raises(EnrolmentRefusedError, match="cannot write now"):
        join(token, box)
    monkeypatch.undo()
    join(token, box)


def test_a_restart_serves_the_same_certificate_and_makes_no_other(tmp_path):
    with ServedAuthority(tmp_path / "ca"):
        first = (tmp_path / "ca" / "server.pem").read_bytes()
    with ServedAuthority(tmp_path / "ca"):
        assert (tmp_path / "ca" / "server.pem").read_bytes() == first


def test_the_ports_own_certificate_is_made_anew_before_it_ends(tmp_path, box):
    with ServedAuthority(tmp_path / "ca", ShiftedClock(-25 * DAY_S)):
        first = read_certificates((tmp_path / "ca" / "server.pem").read_bytes(), "")[0]
    with ServedAuthority(tmp_path / "ca") as served:
        second = read_certificates((tmp_path / "ca" / "server.pem").read_bytes(), "")[0]
        served.joined("box/box-a1", box)
    assert serial_of(first) != serial_of(second)
    (tmp_path / "ca" / "server-key.pem").write_bytes(key_text(new_key()))  # cut off between both
    with ServedAuthority(tmp_path / "ca") as served:
        renewable(served, box)
        third = read_certificates((tmp_path / "ca" / "server.pem").read_bytes(), "")[0]
    assert serial_of(third) != serial_of(second)


def renewable(served, box):
    points_at(box, served)
    renew(box)


def test_refusals_of_the_port_are_lines_of_the_log(served, caplog):
    with caplog.at_level(logging.WARNING):
        exchange(served, "GET", "/metrics")
    assert "refused a request from 127.0.0.1: 405" in caplog.text
