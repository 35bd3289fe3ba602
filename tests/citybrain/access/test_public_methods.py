"""Which role calls which method of the public API, on either wire."""

import pytest

from citybrain.access.method_rights import may_call, may_read
from citybrain.api.methods import CITY, CREW, DISTRICT
from citybrain.domain.principal import NODE_ROLES, Principal, Role

CONTRACTS = {one.name: one for one in (DISTRICT, CREW, CITY)}
METHODS = [(one.name, method) for one in CONTRACTS.values() for method in one.methods]
CHANGING = {
    (DISTRICT.name, "Act"),
    (DISTRICT.name, "ActOnMany"),
    (DISTRICT.name, "ActOnShift"),
    (DISTRICT.name, "ActOnAgent"),
    (DISTRICT.name, "ActOnUnit"),
    (DISTRICT.name, "Report"),
    (DISTRICT.name, "Attach"),
    (DISTRICT.name, "SetClock"),
    (CITY.name, "SetClock"),
    (CREW.name, "Answer"),
    (CREW.name, "SetDuty"),
    (CREW.name, "Reply"),
    (CREW.name, "ReportPosition"),
    (CITY.name, "Act"),
}


def of(*roles):
    return Principal(name="a", roles=roles)


def callable_by(role):
    return {(name, method) for name, method in METHODS if may_call(of(role), name, method)}


def test_a_method_without_a_line_is_nobodys():
    assert not may_call(of(Role.ADMIN), DISTRICT.name, "Destroy")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_a_viewer_and_an_auditor_read_all_and_change_nothing(role):
    assert callable_by(role) == set(METHODS) - CHANGING


@pytest.mark.parametrize("role", [*sorted(NODE_ROLES), Role.UNKNOWN])
def test_a_node_or_device_has_no_method_of_people(role):
    assert callable_by(role) == set()
    assert not may_read(of(role))


def test_a_crew_has_its_own_service_and_may_report_and_has_the_files_of_its_cases():
    own = {(CREW.name, method) for method in CREW.methods}
    of_district = {(DISTRICT.name, name) for name in ("Report", "Attach", "GetAttachment")}
    assert callable_by(Role.CREW) == own | of_district
    assert not may_read(of(Role.CREW))


def test_a_source_reads_and_reports():
    assert callable_by(Role.SOURCE) & CHANGING == {(DISTRICT.name, "Report")}
    assert (DISTRICT.name, "GetAttachment") not in callable_by(Role.SOURCE), "it needs no picture"
