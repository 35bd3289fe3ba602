"""The methods are what the protos say, and only what may be repeated is repeated."""

import json

import pytest

from citybrain.api.methods import CITY, CREW, DISTRICT
from citybrain.api.v1 import city_service_pb2, crew_pb2, district_service_pb2
from citybrain.rpc.methods import EXCHANGE, service_config
from citybrain.rpc.public.methods import public_methods
from citybrain.structs import replace
from citybrain.wire.v1 import link_pb2

CONTRACTS = {contract.name: contract for contract in (CITY, CREW, DISTRICT)}
PUBLIC = [method for one in CONTRACTS.values() for method in public_methods(one).values()]


def declared(*files):
    return [
        method
        for file in files
        for service in file.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    ]


PROTOS = declared(city_service_pb2, crew_pb2, district_service_pb2)


def path_of(method):
    return f"/{method.containing_service.full_name}/{method.name}"


def test_every_method_of_the_protos_can_be_called_and_no_other():
    assert [path_of(method) for method in declared(link_pb2)] == [EXCHANGE.path]
    assert sorted(path_of(method) for method in PROTOS) == sorted(one.path for one in PUBLIC)


@pytest.mark.parametrize("method", PROTOS, ids=path_of)
def test_every_method_of_the_public_api_says_whether_it_may_be_repeated(method):
    """A method that may not says `option idempotency_level = IDEMPOTENCY_UNKNOWN`."""
    options = method.GetOptions()
    assert options.HasField("idempotency_level"), "its proto has no option idempotency_level"
    reads = CONTRACTS[method.containing_service.full_name].methods[method.name].verb == "GET"
    assert (options.idempotency_level == options.NO_SIDE_EFFECTS) == reads


def is_stream(method):
    """In either direction."""
    return method.server_streaming or method.client_streaming


@pytest.mark.parametrize("method", [EXCHANGE, *PUBLIC], ids=lambda method: method.path)
def test_streams_have_no_deadline_and_calls_have_one(method):
    streams = [path_of(m) for m in PROTOS if is_stream(m)] + [EXCHANGE.path]
    assert (method.deadline_s is None) == (method.path in streams)
    assert not (method.path in streams and method.repeatable)


def test_only_repeatable_methods_are_retried_and_only_when_the_server_is_unavailable():
    (config,) = json.loads(service_config(PUBLIC))["methodConfig"]
    named = {f"/{entry['service']}/{entry['method']}" for entry in config["name"]}
    assert named == {path_of(method) for method in PROTOS if not is_stream(method)}
    assert config["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE"]
    assert json.loads(service_config([EXCHANGE])) == {}


def test_a_method_that_may_not_be_repeated_is_never_retried():
    (act,) = (method for method in PUBLIC if method.path.endswith("CityService/Act"))
    assert "Act" in service_config([act])
    assert "Act" not in service_config([replace(act, repeatable=False)])
