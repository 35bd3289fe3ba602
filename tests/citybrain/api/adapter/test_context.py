"""An adapter speaks under its own name, is answered once however often it was sent, and follows
changes over interruptions."""

import asyncio

import pytest

from citybrain.adapters.health import AdapterState, read_health
from citybrain.api.problem import Problem, rpc_error_of
from citybrain.api.problem_types import PROBLEM_TYPES
from citybrain.api.v1 import action_pb2, changes_pb2
from citybrain.errors import RpcError
from citybrain.structs import replace


def away():
    return RpcError("UNAVAILABLE", "no answer", retry=True)


def outcome(*, done=True, reason=""):
    return action_pb2.Outcome(done=done, reason=reason)


def test_a_message_carries_the_adapters_name_and_not_the_one_it_says(rig):
    one = rig()
    report = action_pb2.Report(actor="Li Na", kind="crowding")
    asyncio.run(one.city.report(report))
    asyncio.run(one.city.act(action_pb2.Action(actor="Li Na", request_id="r-7")))
    (first, reported), (second, acted) = one.calls.sent
    assert (first, second) == ("Report", "Act")
    assert (reported.actor, acted.actor) == ("acme-cases", "acme-cases")
    assert reported.request_id
    assert acted.request_id == "r-7"
    assert report.actor == "Li Na", "the adapter's own message is left as it is"


def test_it_is_sent_again_as_it_was_until_there_is_an_answer(rig):
    one = rig(away(), away(), outcome())
    asyncio.run(one.city.report(action_pb2.Report(kind="crowding")))
    assert len({request.SerializeToString() for _, request in one.calls.sent}) == 1
    assert len(one.calls.sent) == 3
    assert (one.health.health.state, one.health.health.done) == (AdapterState.RUNNING, 1)


def test_what_would_be_refused_for_ever_is_raised_at_once(rig):
    one = rig(RpcError("INVALID_ARGUMENT", "kind: it is empty.", retry=False))
    with pytest.raises(RpcError, match="kind: it is empty"):
        asyncio.run(one.city.report(action_pb2.Report()))


def test_what_the_district_did_not_do_is_an_outcome_and_counted(rig):
    one = rig(outcome(done=False, reason="busy"), outcome())
    assert asyncio.run(one.city.act(action_pb2.Action())).reason == "busy"
    asyncio.run(one.city.act(action_pb2.Action()))
    assert (one.health.health.refused, one.health.health.done) == (1, 1)
    assert one.registry.value("adapter_outcomes_total", result="refused") == 1


def test_changes_go_on_from_the_last_version_after_an_interruption(rig):
    def changes(version):
        return changes_pb2.Changes(version=version)

    one = rig([changes("a1"), changes("a2"), away()], [away()], [changes("a3")])

    async def go():
        seen = []
        async for change in one.city.watch(changes_pb2.View(name="q", collection="incidents")):
            seen.append(change.version)
            if len(seen) == 3:
                break
        return seen

    assert asyncio.run(go()) == ["a1", "a2", "a3"]
    assert [request.since for _, request in one.calls.sent] == ["", "a2", "a2"]


def test_a_stream_that_is_refused_is_raised(rig):
    one = rig([RpcError("INVALID_ARGUMENT", "views: none.", retry=False)])

    async def go():
        async for _ in one.city.watch():
            pass

    with pytest.raises(RpcError, match="views"):
        asyncio.run(go())


def test_while_the_district_is_away_the_health_says_so(rig, tmp_path):
    one = rig(*(away() for _ in range(500)))

    async def go():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await one.city.report(action_pb2.Report())

    asyncio.run(go())
    health = read_health(tmp_path)
    assert (health.adapter, health.principal) == ("cases", "acme-cases")
    assert (health.state, health.error) == (AdapterState.WAITING, "UNAVAILABLE: no answer")
    assert one.registry.value("adapter_up") == 0


def test_a_health_file_that_cannot_be_read_is_none(tmp_path):
    assert read_health(tmp_path) is None
    (tmp_path / "health.json").write_text("{")
    assert read_health(tmp_path) is None
    (tmp_path / "health.json").write_bytes(b"\xff\xfe")
    assert read_health(tmp_path) is None


@pytest.mark.parametrize(
    "kind", [k for k in PROBLEM_TYPES if k.is_passing], ids=lambda kind: kind.reason
)
def test_what_a_district_could_not_take_in_just_then_is_sent_again(rig, kind):
    refused = rpc_error_of(Problem(type=replace(kind, retry_after_s=0), detail=kind.detail))
    one = rig(refused, outcome())
    answer = asyncio.run(one.city.report(action_pb2.Report(kind="crowding")))
    assert answer.done and len(one.calls.sent) == 2
    assert (one.health.health.done, one.health.health.refused) == (1, 0)


@pytest.mark.parametrize(
    "kind", [k for k in PROBLEM_TYPES if not k.is_passing], ids=lambda kind: kind.reason
)
def test_what_is_final_is_raised_and_sent_once(rig, kind):
    one = rig(rpc_error_of(Problem(type=kind, detail="why")))
    with pytest.raises(RpcError, match="why") as caught:
        asyncio.run(one.city.report(action_pb2.Report(kind="crowding")))
    assert (caught.value.reason, len(one.calls.sent)) == (kind.reason, 1)


def test_a_district_is_not_asked_again_before_the_time_that_it_named(rig):
    one = rig(RpcError("UNAVAILABLE", "stopping", retry=True, retry_after_s=60.0))

    async def go():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await one.city.report(action_pb2.Report())

    asyncio.run(go())
    assert len(one.calls.sent) == 1


def test_what_a_district_refuses_is_the_adapters_answer(rig):
    one = rig(outcome(done=False, reason="not_permitted"))
    answer = asyncio.run(one.city.report(action_pb2.Report(kind="crowding")))
    assert (answer.done, answer.reason, len(one.calls.sent)) == (False, "not_permitted", 1)


def test_a_report_that_a_full_queue_did_not_take_is_sent_again(rig):
    one = rig(outcome(done=False, reason="too_many_open"), outcome())
    answer = asyncio.run(one.city.report(action_pb2.Report(kind="crowding")))
    assert answer.done
    assert len({request.SerializeToString() for _, request in one.calls.sent}) == 1
    assert (one.health.health.done, one.health.health.refused) == (1, 0)
