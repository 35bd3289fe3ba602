"""Which role may call which gRPC method: one table, whole, and no line of it too many."""

import pytest
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from citybrain.access.method_rights import (
    METHOD_RIGHTS,
    METHODS,
    may_call,
    may_read,
    method_right,
)
from citybrain.access.naming import noted_name
from citybrain.api.methods import CITY, CREW, DISTRICT
from citybrain.domain.principal import NODE_ROLES, Principal, Role
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


@pytest.mark.parametrize("role", [Role.CREW, Role.RESPONDER, Role.DISTRICT])
def test_whoever_speaks_for_itself_alone_says_so_in_each_act(role):
    rights = [right for right in METHOD_RIGHTS if right.role is role]
    acts = [right for right in rights if right.method in ACTS | {EXCHANGE.path}]
    assert acts
    # what they report is anybody's; whose case a file is for, the cores ask
    unnamed = ("/Report", "/Attach")
    assert all(right.own for right in acts if not right.method.endswith(unnamed))


@pytest.mark.parametrize("role", sorted(NODE_ROLES))
def test_a_node_or_a_device_has_none_of_the_public_methods(role):
    assert not [path for path in PUBLIC if method_right(role, path)]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.VIEWER])
def test_whoever_reads_changes_nothing(role):
    assert not [path for path in ACTS if method_right(role, path)]
    assert method_right(role, f"/{DISTRICT.name}/ListIncidents")


def test_whoever_has_no_role_may_call_nothing():
    assert not [path for path in METHODS if method_right(Role.UNKNOWN, path)]


def test_each_act_has_its_actors():
    operators = {Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN}
    crew = operators | {Role.CREW, Role.RESPONDER}
    actors = {
        path.rpartition("v1.")[2]: {role for role in Role if method_right(role, path)}
        for path in ACTS
    }
    heads = {Role.SUPERVISOR, Role.DUTY_OFFICER, Role.ADMIN}
    assert actors == {
        "DistrictService/SetClock": heads,
        "CityService/SetClock": heads,
        "DistrictService/Act": operators | {Role.ADAPTER},
        "DistrictService/ActOnMany": operators | {Role.ADAPTER},
        "DistrictService/ActOnShift": operators,
        "DistrictService/ActOnAgent": operators,
        "DistrictService/ActOnUnit": operators | {Role.ADAPTER},
        "DistrictService/Attach": crew | {Role.ADAPTER},
        "DistrictService/Report": crew | {Role.ADAPTER, Role.SOURCE, Role.DUTY_OFFICER},
        "CityService/Act": {Role.DUTY_OFFICER, Role.ADMIN},
        "CrewService/Answer": crew,
        "CrewService/SetDuty": crew,
        "CrewService/Reply": crew,
        "CrewService/ReportPosition": crew,
    }


def test_a_principal_may_what_one_of_its_roles_may():
    both = Principal(name="li", roles=(Role.VIEWER, Role.DUTY_OFFICER))
    assert may_call(both, CITY.name, "Act")
    assert not may_call(both, DISTRICT.name, "Act")
    assert may_read(both)
    assert not may_read(Principal(name="box-a1", roles=(Role.BOX,)))


@pytest.mark.parametrize(
    ("role", "noted"), [(Role.OPERATOR, "li"), (Role.SOURCE, "li"), (Role.ADAPTER, "Mayor")]
)
def test_only_a_program_that_speaks_for_people_names_one(role, noted):
    assert noted_name(Principal(name="li", roles=(role,)), "Mayor") == noted


def test_an_adapter_that_names_nobody_is_named_itself():
    assert noted_name(Principal(name="crm", roles=(Role.ADAPTER,)), "") == "crm"
