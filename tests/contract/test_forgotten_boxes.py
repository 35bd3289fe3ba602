"""Boxes over the public API and from a terminal: one that is gone for good is forgotten at an
operator's word, and whoever may not be is answered in words that say what to do first.
"""

import asyncio
import json

from api_contract import served
from typer.testing import CliRunner

from citybrain.clock import later
from district_node.cli import app
from district_node.inputs import (
    AgentEnrolled,
    AgentPresenceChanged,
    AgentRevoked,
    EnrolledBy,
    NodeStarted,
)

ENV = {"CITYBRAIN_OPERATOR": "Li Na", "COLUMNS": "200"}


async def command(district, *words):
    def run():
        return CliRunner().invoke(app, [*words, "--address", district.address], env=ENV)

    return await asyncio.to_thread(run)


async def standings(district):
    shown = (await district.get("/api/v1/district")).json["standings"]
    return {one["agent"]: one["standing"] for one in shown}


async def begin(district, *boxes):
    """A district that believes certificates, and these boxes have one."""
    await district.submit(NodeStarted(setup=district.loop.state.setup, proves_boxes=True))
    until = later(district.clock.now(), 86_400)
    for box in boxes:
        how = EnrolledBy.CERTIFICATE
        await district.submit(AgentEnrolled(agent=box, how=how, serial=box, key=box, until=until))


@served
async def test_a_revoked_box_is_forgotten_from_a_terminal_by_a_named_person(district, stub):
    await begin(district, "box-9")
    await district.submit(AgentRevoked(agent="box-9", serial="box-9"))
    assert await standings(district) == {"box-9": "revoked"}
    done = await command(district, "forget", "box-9", "--reason", "the crossing was rebuilt")
    assert (done.exit_code, done.output) == (0, "box-9: forgotten\n")
    assert await standings(district) == {}
    again = await command(district, "forget", "box-9", "--json")
    said = json.loads(again.output)
    assert (again.exit_code, said["done"], said["reason"]) == (1, False, "unknown_agent")


@served
async def test_it_answers_a_program_in_json(district, stub):
    await begin(district, "box-9")
    await district.submit(AgentRevoked(agent="box-9", serial="box-9"))
    done = await command(district, "forget", "box-9", "--json")
    assert (done.exit_code, json.loads(done.output)["done"]) == (0, True)


@served
async def test_what_may_not_be_forgotten_is_said_in_words_with_the_cure(district, stub):
    await begin(district, "box-1")
    await district.submit(AgentPresenceChanged(agent="box-1", online=True))
    await district.events(1)
    words = {}
    for name, before in (
        ("online", None),
        ("case", AgentPresenceChanged(agent="box-1", online=False)),
    ):
        if before is not None:
            await district.submit(before)
        words[name] = str((await command(district, "forget", "box-1")).exception)
    number = next(iter(district.loop.state.incidents.values())).number
    assert "Take it off the network first, or revoke it" in words["online"]
    assert f"Case {number} rests on box-1 and is open. Close it first." in words["case"]
    closed = await command(
        district, "incident", "reject", str(number), "--reason", "nothing", "--yes"
    )
    assert closed.exit_code == 0, closed.output
    words = str((await command(district, "forget", "box-1")).exception)
    assert "forget of box-1 was not done (still_enrolled)" in words
    assert "`citybrain ca revoke box/box-1`" in words


@served
async def test_over_http_it_is_an_action_like_the_others(district, stub):
    await begin(district, "box-9")
    await district.submit(AgentRevoked(agent="box-9", serial="box-9"))
    asked = {"request_id": "a-1", "actor": "Li Na", "agent": "box-9", "verb": "forget"}
    first = await district.post("/api/v1/agent-actions", asked)
    assert (first.status, first.json["done"]) == (200, True)
    again = await district.post("/api/v1/agent-actions", asked)
    assert again.json == first.json, "the same request is done once, and answered alike"
    wrong = await district.post("/api/v1/agent-actions", asked | {"verb": "forgive"})
    assert wrong.status == 400


@served
async def test_an_outbox_is_allowed_from_a_terminal(district, stub):
    refused = await command(district, "allow-outbox", "box-1", "--json")
    said = json.loads(refused.output)
    assert (refused.exit_code, said["done"], said["reason"]) == (1, False, "not_waiting")
