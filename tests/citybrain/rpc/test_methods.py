"""The table of methods says the same as the protos, and only what may be repeated is repeated."""

import json

import pytest

from citybrain.rpc.methods import EXCHANGE, METHODS, PACKAGE, service_config
from citybrain.rpc.public import city_clients
from citybrain.rpc.public.district_methods import (
    ACT,
    CREW_ANSWER,
    CREW_POSITION,
    CREW_WATCH,
    GET_INCIDENT,
    REPORT,
    WATCH,
)
from citybrain.wire.v1 import link_pb2

SERVICES = dict(link_pb2.DESCRIPTOR.services_by_name.items())


def test_every_method_of_the_protos_is_in_the_table_and_no_other():
    declared = {
        f"/{service.full_name}/{method.name}"
        for service in SERVICES.values()
        for method in service.methods
    }
    assert {method.path for method in METHODS} == declared
    assert len(METHODS) == len(declared)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.path)
def test_streams_have_no_deadline_and_calls_have_one(method):
    declared = SERVICES[method.service].methods_by_name[method.name]
    streams = declared.server_streaming or declared.client_streaming
    assert (method.deadline_s is None) == streams
    assert not (streams and method.repeatable)


def test_only_repeatable_methods_are_retried_and_only_when_the_server_is_unavailable():
    (config,) = json.loads(service_config())["methodConfig"]
    named = {f"/{entry['service']}/{entry['method']}" for entry in config["name"]}
    public = [ACT, REPORT, GET_INCIDENT, WATCH, CREW_WATCH, CREW_ANSWER, CREW_POSITION]
    public += city_clients.METHODS.values()
    assert named == {method.path for method in (*METHODS, *public) if method.repeatable}
    assert not (WATCH.repeatable or CREW_WATCH.repeatable)
    assert [m.name for m in city_clients.METHODS.values() if not m.repeatable] == ["Watch"]
    assert config["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE"]
    assert EXCHANGE.path == f"/{PACKAGE}.DistrictLink/Exchange"
    assert EXCHANGE.path not in named
