"""Attack 6, and 7 in part: an act under any name, by whoever reaches the gRPC port."""

import asyncio
import logging

import pytest
from joined_tls import JoinedTls
from served_city import ServedCity
from served_district import ServedDistrict

from citybrain.api.methods import CITY, CREW, DISTRICT
from citybrain.domain.principal import Authentication, Role
from citybrain.errors import RpcError
from citybrain.rpc.public.client import ApiClient
from coordinator.inputs import OfficerActed
from district_node.inputs import CrewPositionReported, OperatorActed, ReportReceived

PLACE = {"latitude": 30.657, "longitude": 104.086}
REPORT = {
    "request_id": "r-1",
    "actor": "Mayor",
    "reporter": "citizen",
    "kind": "crowding",
    "place": PLACE,
    "text": "a crowd",
}


@pytest.fixture
def joined(tmp_path):
    made = JoinedTls(tmp_path)
    yield made
    made.close()


class Inputs:
    """Those of a kind that come into a node's journal."""

    def __init__(self, node, kind):
        self._submit, self._kind, self.seen = node.loop.submit, kind, []
        node.loop.submit = self._noted

    def _noted(self, given):
        if isinstance(given, self._kind):
            self.seen.append(given)
        return self._submit(given)


async def refused(client, method, **fields):
    with pytest.raises(RpcError) as caught:
        await client.call(method, **fields)
    assert caught.value.code == "PERMISSION_DENIED"
    return str(caught.value)


def attacked(node, attack):
    async def run():
        async with node:
            await attack(node)

    asyncio.run(run())


def test_an_operator_acts_under_the_name_of_the_certificate(joined, caplog):
    caplog.set_level(logging.INFO)

    async def attack(district):
        await district.events(1)
        (incident,) = district.loop.state.incidents
        inputs = Inputs(district, OperatorActed)
        async with ApiClient(district.address, DISTRICT, tls=joined("operator/li-wei")) as client:
            asked = {"request_id": "a-1", "incident": incident, "verb": "open"}
            await client.call("Act", actor="Mayor", reason="now", **asked)
            detail = await client.call("GetIncident", incident=incident)
        (acted,) = inputs.seen
        assert acted.principal.name == acted.action.operator == "li-wei"
        assert acted.principal.roles == (Role.OPERATOR,)
        assert acted.principal.authentication is Authentication.CERTIFICATE
        assert "Mayor" not in str(detail)

    attacked(ServedDistrict(guard=joined.guard("district/riverside")), attack)
    line = "operator li-wei asks for /citybrain.api.v1.DistrictService/Act, request 'a-1'"
    assert line in [record.message for record in caplog.records]


def test_a_program_speaks_under_its_own_name_and_one_for_people_may_note_theirs(joined):
    async def attack(district):
        inputs = Inputs(district, ReportReceived)
        for number, who in enumerate(("source/river-gauge", "adapter/crm")):
            async with ApiClient(district.address, DISTRICT, tls=joined(who)) as client:
                await client.call("Report", **{**REPORT, "request_id": f"r-{number}"})
        gauge, crm = inputs.seen
        assert (gauge.principal.name, gauge.report.taken_by) == ("river-gauge", "river-gauge")
        assert (crm.principal.name, crm.report.taken_by) == ("crm", "Mayor")

    attacked(ServedDistrict(guard=joined.guard("district/riverside")), attack)


@pytest.mark.parametrize(
    "who", ["box/box-a1", "crew/riverside-1", "auditor/he-ping", "duty-officer/wang"]
)
def test_whoever_is_no_operator_opens_and_closes_nothing(joined, who, caplog):
    caplog.set_level(logging.WARNING)

    async def attack(district):
        async with ApiClient(district.address, DISTRICT, tls=joined(who)) as client:
            inputs = Inputs(district, OperatorActed)
            asked = {"request_id": "a-1", "incident": "inc-1", "verb": "close", "reason": "x"}
            told = await refused(client, "Act", actor="li-wei", **asked)
            assert "Use an identity of a role that has it" in told
            assert inputs.seen == []

    attacked(ServedDistrict(guard=joined.guard("district/riverside")), attack)
    assert joined.refused == ["no_right"]
    assert any(who in record.message for record in caplog.records)


def test_a_crew_moves_and_watches_its_own_unit_alone(joined):
    async def attack(district):
        inputs = Inputs(district, CrewPositionReported)
        async with ApiClient(district.address, CREW, tls=joined("crew/riverside-1")) as client:
            moved = {"place": {"latitude": 0.0, "longitude": 0.0}}
            await refused(client, "ReportPosition", unit="riverside-2", **moved)
            pressed = {"request_id": "p-1", "order": "o-1", "answer": "accept"}
            await refused(client, "Answer", unit="riverside-2", assignment_number=1, **pressed)
            with pytest.raises(RpcError, match="PERMISSION_DENIED"):
                await anext(client.stream("Watch", unit="riverside-2"))
            assert inputs.seen == []
            screen = await anext(client.stream("Watch", unit="riverside-1"))
            assert screen.unit == "riverside-1"
        assert joined.refused == ["not_its_own"] * 3

    attacked(ServedDistrict(guard=joined.guard("district/riverside")), attack)


def test_a_plan_is_issued_by_a_duty_officer_under_that_name(joined):
    async def attack(city):
        plan, inputs = await city.plan(), Inputs(city, OfficerActed)
        asked = {"request_id": "a-1", "plan": plan, "verb": "issue", "actor": "Mayor"}
        async with ApiClient(city.address, CITY, tls=joined("operator/li-wei")) as client:
            await refused(client, "Act", **asked)
        async with ApiClient(city.address, CITY, tls=joined("duty-officer/wang")) as client:
            assert (await client.call("Act", **asked)).done
        (acted,) = inputs.seen
        assert acted.principal.name == acted.action.officer == "wang"

    attacked(ServedCity(guard=joined.guard("city/c")), attack)
