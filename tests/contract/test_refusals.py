"""Every refusal of the public API, played at both tiers and over both wires: the same answer
everywhere, which says what it means for its caller and nothing of what is inside the node.
"""

import asyncio
import logging
import threading
from contextlib import asynccontextmanager

import grpc
import pytest
from api_contract import details_of
from served_city import ServedCity
from served_district import ServedDistrict

from citybrain.api.limits import REQUEST_BYTES
from citybrain.api.problem_types import (
    DISK_FULL,
    FAILED,
    FILE_LOST,
    FOREIGN,
    HEAD_TOO_LARGE,
    INVALID,
    METHOD,
    MISDIRECTED,
    NO_LENGTH,
    NOT_A_FILE,
    NOT_FOUND,
    NOT_HTTP,
    NOT_JSON,
    NOT_PERMITTED,
    NOT_SIGNED_IN,
    OVERLOADED,
    PROBLEM_TYPES,
    STOPPING,
    TOO_LARGE,
    TOO_LATE,
    UNDECIDABLE,
)
from citybrain.api.v1 import (
    action_pb2,
    city_service_pb2,
    city_service_pb2_grpc,
    crew_pb2,
    crew_pb2_grpc,
    district_service_pb2,
    district_service_pb2_grpc,
)
from citybrain.cli.main import main
from citybrain.decider.command import ClockStepped
from citybrain.errors import StoreError, StoreFullError
from citybrain.structs import replace
from citybrain.web.limits import HEAD_BYTES
from coordinator.city_cores import city_cores
from district_node.district_cores import district_cores

SECRET = "/srv/citybrain/journal.db"  # what the node's own errors name
ASKED = {"request_id": "r-1", "actor": "Wang Fang"}
QUEUE = 2
HARMLESS = ClockStepped(micros=1)  # an input that any core takes

# the doors of each tier that lead to its cores: gRPC's stub, method and message; HTTP's path
DOORS = {
    "district": [
        (
            district_service_pb2_grpc.DistrictServiceStub,
            "Act",
            action_pb2.Action,
            "/api/v1/actions",
            {**ASKED, "incident": "i-1", "verb": "close", "reason": "gone"},
        ),
        (
            district_service_pb2_grpc.DistrictServiceStub,
            "Report",
            action_pb2.Report,
            "/api/v1/reports",
            {
                **ASKED,
                "kind": "crowding",
                "place": {"latitude": 30.7, "longitude": 104.1},
                "reporter": "citizen",
            },
        ),
        (
            crew_pb2_grpc.CrewServiceStub,
            "Answer",
            crew_pb2.CrewAnswer,
            "/api/v1/units/riverside-1/answers",
            {
                "request_id": "r-1",
                "unit": "riverside-1",
                "order": "o-1",
                "assignment_number": 1,
                "answer": "cannot",
            },
        ),
    ],
    "city": [
        (
            city_service_pb2_grpc.CityServiceStub,
            "Act",
            city_service_pb2.PlanAction,
            "/api/v1/actions",
            {**ASKED, "plan": "p-1", "verb": "reject"},
        )
    ],
}
READS = {
    "district": (
        district_service_pb2_grpc.DistrictServiceStub,
        "GetIncident",
        district_service_pb2.GetIncidentRequest(incident="none"),
        "/api/v1/incidents/none",
    ),
    "city": (
        city_service_pb2_grpc.CityServiceStub,
        "GetPlan",
        city_service_pb2.GetPlanRequest(plan="none"),
        "/api/v1/plans/none",
    ),
}


def failing(cores, is_poison):
    """`cores` that fail over what `is_poison`."""

    def decide(state, given, context):
        if is_poison(given):
            raise ZeroDivisionError(f"a fault beside {SECRET}")
        return cores.decide(state, given, context)

    return replace(cores, decide=decide)


def is_of_a_person(given):
    return getattr(given, "principal", None) is not None


@asynccontextmanager
async def served(tier, *, undecidable=False):
    if tier == "district":
        cores = failing(district_cores(), is_of_a_person) if undecidable else None
        async with ServedDistrict(cores=cores, queue=QUEUE) as node:
            yield node
    else:
        cores = failing(city_cores(), is_of_a_person) if undecidable else None
        async with ServedCity(cores=cores, queue=QUEUE) as node:
            yield node


def raising(error):
    def fault(_):
        raise error

    return fault


@asynccontextmanager
async def full(node):
    node.store.faults = raising(StoreFullError(f"{SECRET} cannot be written: no space"))
    yield


@asynccontextmanager
async def damaged(node):
    node.store.faults = raising(StoreError(f"{SECRET}: disk I/O error"))
    yield


@asynccontextmanager
async def stopping(node):
    await asyncio.to_thread(node.loop.stop)
    yield


@asynccontextmanager
async def busy(node):
    """Its disk hangs, and all that may wait for it does."""
    began, go_on = threading.Event(), threading.Event()

    def hang(_):
        began.set()
        go_on.wait()

    node.store.faults = hang
    waiting = [node.loop.submit(HARMLESS)]
    await asyncio.to_thread(began.wait)
    waiting += [node.loop.submit(HARMLESS) for _ in range(QUEUE)]
    yield
    node.store.faults = None
    go_on.set()
    for one in waiting:
        await asyncio.wrap_future(one)


@asynccontextmanager
async def as_it_is(_):
    yield


STATES = {
    OVERLOADED: busy,
    DISK_FULL: full,
    STOPPING: stopping,
    UNDECIDABLE: as_it_is,
    FAILED: damaged,
}
WRONG_REQUESTS = {
    INVALID: {"request_id": ""},
    TOO_LARGE: {"request_id": "x" * (REQUEST_BYTES.value + 1)},
}
BY_HTTP_ALONE = {
    FOREIGN: ("POST", b"{}", {"origin": "http://elsewhere"}),
    METHOD: ("DELETE", None, {}),
    NO_LENGTH: ("POST", [b"{}"], {}),
    NOT_JSON: ("POST", b"{}", {"content-type": "text/plain"}),
    MISDIRECTED: ("GET", None, {"host": "elsewhere.example"}),
    HEAD_TOO_LARGE: ("GET", None, {"x-much": "x" * (HEAD_BYTES.value + 8_192)}),
}
# no whole request: played on a socket, see tests/attacks/test_half_open_http.py
BEFORE_A_REQUEST = {NOT_HTTP, TOO_LATE}
# for who calls, where callers are proved: see test_refusals_of_callers.py
OF_CALLERS = {NOT_SIGNED_IN, NOT_PERMITTED}
# of files: played in test_attachments.py
OF_FILES = {NOT_A_FILE, FILE_LOST}


def test_every_refusal_of_the_table_is_played():
    here = {*STATES, *WRONG_REQUESTS, *BY_HTTP_ALONE, NOT_FOUND}
    assert here | BEFORE_A_REQUEST | OF_CALLERS | OF_FILES == set(PROBLEM_TYPES)
    assert len({kind.reason for kind in PROBLEM_TYPES}) == len(PROBLEM_TYPES)


async def by_http(node, door, changes):
    """What a caller by HTTP hears: status, reason, when to come again, detail, reference."""
    _, _, _, path, fields = door
    answer = await node.post(path, {**fields, **changes})
    return meaning_of(answer)


def meaning_of(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer
    after = answer.headers.get("retry-after")
    said = answer.json
    assert said["status"] == answer.status
    assert SECRET not in answer.body.decode()
    return (
        answer.status,
        said["reason"],
        None if after is None else int(after),
        said["detail"],
        said["reference"],
    )


async def by_grpc(node, door, changes):
    stub, method, message, _, fields = door
    return await refused(node, stub, method, message(**{**fields, **changes}))


async def refused(node, stub, method, request):
    async with node.channel() as channel:
        with pytest.raises(grpc.RpcError) as caught:
            await getattr(stub(channel), method)(request)
    error = caught.value
    said = details_of(error)
    assert SECRET not in error.details() + repr(error.trailing_metadata())
    return error.code().name, said.reason, said.retry_after_s, error.details(), said.reference


def expected(kind, wire):
    return (kind.http if wire is by_http else kind.code, kind.reason, kind.retry_after_s)


WIRES = [pytest.param(by_http, id="http"), pytest.param(by_grpc, id="grpc")]


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("tier", sorted(DOORS))
@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.reason)
def test_what_a_node_cannot_take_in_is_the_same_everywhere(tier, kind, wire, caplog):
    caplog.set_level(logging.ERROR, logger="citybrain.api.answering")

    async def go():
        for door in DOORS[tier]:
            async with served(tier, undecidable=kind is UNDECIDABLE) as node, STATES[kind](node):
                *meaning, detail, reference = await wire(node, door, {})
                assert tuple(meaning) == expected(kind, wire)
                assert detail.startswith(kind.detail)
                assert bool(reference) == kind.is_fault
                assert reference in detail
                in_log = [r for r in caplog.records if reference and reference in r.getMessage()]
                assert len(in_log) == kind.is_fault
                assert not in_log or SECRET in str(in_log[0].exc_info[1])
            caplog.clear()

    asyncio.run(go())


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("tier", sorted(DOORS))
def test_what_a_request_cannot_be_is_the_same_everywhere(tier, wire):
    async def go():
        async with served(tier) as node:
            before = node.loop.seq
            for kind, changes in WRONG_REQUESTS.items():
                for door in DOORS[tier]:
                    *meaning, _, reference = await wire(node, door, changes)
                    assert (tuple(meaning), reference) == (expected(kind, wire), "")
            assert node.loop.seq == before, "nothing was done"

    asyncio.run(go())


@pytest.mark.parametrize("tier", sorted(DOORS))
def test_what_is_not_there_is_not_found_at_both_tiers(tier):
    async def go():
        stub, method, request, path = READS[tier]
        async with served(tier) as node:
            http, grpc_ = (
                meaning_of(await node.get(path)),
                await refused(node, stub, method, request),
            )
            assert http[:3] == expected(NOT_FOUND, by_http)
            assert grpc_[:3] == expected(NOT_FOUND, by_grpc)
            assert http[3] == grpc_[3]

    asyncio.run(go())


@pytest.mark.parametrize("tier", sorted(DOORS))
def test_what_only_http_can_get_wrong_is_the_same_at_both_tiers(tier):
    async def go():
        async with served(tier) as node:
            for kind, (method, body, headers) in BY_HTTP_ALONE.items():
                sent = {"content-type": "application/json", **headers}
                answer = await node.http(method, "/api/v1/actions", body, sent)
                assert meaning_of(answer)[:3] == expected(kind, by_http)

    asyncio.run(go())


@pytest.mark.parametrize("tier", sorted(DOORS))
def test_what_a_tier_decided_is_an_outcome_on_both_wires(tier):
    async def go():
        async with served(tier) as node, node.channel() as channel:
            for stub, method, message, path, fields in DOORS[tier][:1]:
                http = await node.post(path, fields)
                outcome = await getattr(stub(channel), method)(message(**fields))
                assert (http.status, http.json["done"], outcome.done) == (200, False, False)
                assert http.json["reason"] == outcome.reason != ""

    asyncio.run(go())


COMMANDS = {
    "district": ("district", "incident", "open", "i-1"),
    "city": ("city", "plan", "issue", "p-1"),
}


@pytest.mark.parametrize("tier", sorted(COMMANDS))
def test_the_command_line_says_what_was_refused_and_when_to_come_again(tier, capsys):
    async def go():
        async with served(tier) as node, full(node):
            arguments = [*COMMANDS[tier], "--address", node.address]
            with pytest.raises(SystemExit) as ended:
                await asyncio.to_thread(main, arguments)
            assert ended.value.code == 1

    asyncio.run(go())
    said = capsys.readouterr().err
    assert said == (
        f"citybrain: RESOURCE_EXHAUSTED: {DISK_FULL.detail} It may be sent again in 10 s.\n"
    )
