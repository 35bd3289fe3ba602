"""Which role may call which gRPC method: one table, whole, and no line of it too many."""

import pytest
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from citybrain.access.method_rights import METHOD_RIGHTS, METHODS, method_right
from citybrain.api.methods import CITY, CREW, DISTRICT
from citybrain.domain.principal import NODE_ROLES, Role
from citybrain.link.frames import Hello
from citybrain.rpc.methods import EXCHANGE

PUBLIC = {
    f"/{contract.name}/{method.name}": method
    for contract in (CITY, CREW, DISTRICT)
    for method in contract.methods.values()
}
OF_GRPC = {
    f"/{service.full_name}/{method.name}"
    for file in (health_pb2.DESCRIPTOR, reflection_pb2.DESCRIPTOR)
    for service in file.services_by_name.values()
    for method in service.methods
}
ACTS = {path for path, method in PUBLIC.items() if method.verb == "POST"}


def test_every_method_that_a_server_of_ours_has_stands_in_the_table_and_no_other():
    assert {*PUBLIC, *OF_GRPC, EXCHANGE.path} == METHODS


def test_a_role_has_one_line_for_a_method():
    pairs = [(right.role, right.method) for right in METHOD_RIGHTS]
    assert len(set(pairs)) == len(pairs)


def test_what_must_be_the_callers_own_is_a_field_of_the_request():
    for right in METHOD_RIGHTS:
        if right.own and right.method == EXCHANGE.path:
            assert right.own in Hello.__struct_fields__
        elif right.own:
            assert right.own in PUBLIC[right.method].request.DESCRIPTOR.fields_by_name


def test_a_crew_speaks_for_its_own_unit_and_a_district_for_itself():
    rights = [right for right in METHOD_RIGHTS if right.role in (Role.CREW, Role.DISTRICT)]
    assert all(right.own for right in rights if not right.method.startswith("/grpc."))


@pytest.mark.parametrize("role", sorted(NODE_ROLES))
def test_a_node_or_a_device_has_none_of_the_public_methods(role):
    assert not [path for path in PUBLIC if method_right(role, path)]


def test_an_auditor_changes_nothing():
    assert not [path for path in ACTS if method_right(Role.AUDITOR, path)]


def test_whoever_has_no_role_may_call_nothing():
    assert not [path for path in METHODS if method_right(Role.UNKNOWN, path)]


def test_each_act_has_its_actors():
    actors = {
        path.rpartition("v1.")[2]: {role for role in Role if method_right(role, path)}
        for path in ACTS
    }
    assert actors == {
        "DistrictService/Act": {Role.OPERATOR, Role.ADAPTER},
        "DistrictService/Report": {Role.OPERATOR, Role.ADAPTER, Role.SOURCE},
        "CityService/Act": {Role.DUTY_OFFICER},
        "CrewService/Answer": {Role.CREW},
        "CrewService/ReportPosition": {Role.CREW},
    }
