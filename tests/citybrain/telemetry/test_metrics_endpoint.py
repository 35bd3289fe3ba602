"""The endpoint that a Prometheus scrapes: one page, this machine only, under its own names."""

import socket
import urllib.error
import urllib.request

import pytest

from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.telemetry.metrics_endpoint import measured_admission, serve
from citybrain.web import limits
from citybrain.web.admission.admission import AddressTakenError


@pytest.fixture
def registry():
    return MetricsRegistry()


@pytest.fixture
def endpoint(registry):
    endpoint = serve(registry, port=0, allowed_hosts=["box-a1.example"])
    yield endpoint
    endpoint.stop()


def scraped(port, path="/metrics", **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.headers, answer.read().decode()


def refusal(port, path="/metrics", **headers):
    with pytest.raises(urllib.error.HTTPError) as refused:
        scraped(port, path, **headers)
    return refused.value.code, refused.value.read().decode()


def test_it_serves_this_machine_and_stops(registry):
    registry.counter("events", "Events.").add(5)
    endpoint = serve(registry, port=0)
    headers, text = scraped(endpoint.port)
    assert "citybrain_events_total 5.0" in text
    assert headers["content-type"].startswith("text/plain; version=")
    assert endpoint._server.sockets[0].getsockname()[0] == "127.0.0.1"
    endpoint.stop()
    with pytest.raises(urllib.error.URLError):
        scraped(endpoint.port)


def test_there_is_nothing_but_the_metrics(endpoint):
    assert refusal(endpoint.port, "/etc")[0] == 404


def test_it_answers_under_its_own_names_only(registry, endpoint):
    for own in ("localhost:9464", "127.0.0.1", "[::1]:9464", "BOX-A1.example:9464"):
        assert "citybrain_" in scraped(endpoint.port, Host=own)[1]
    status, text = refusal(endpoint.port, Host="attacker.example")
    assert (status, "allowed_hosts" in text) == (421, True)
    assert registry.value("http_refused_total", reason="foreign_host") == 1


def test_a_taken_port_is_named_with_its_cure(registry):
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(AddressTakenError, match="Stop the process that holds it"),
    ):
        serve(registry, port=other.getsockname()[1])


def test_a_consoles_connections_are_a_limit_with_its_use(registry):
    admission = measured_admission(registry, ())
    admission.connections.admit("10.0.0.1")
    assert registry.value("limit_used", limit="web_clients") == 1
    assert registry.value("limit_max", limit="web_clients") == limits.CLIENTS.value
