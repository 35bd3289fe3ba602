"""Casework over the public API and from a terminal: notes, messages to crews, several cases at
once, each with an answer of its own.
"""

import asyncio
import json

from api_contract import served
from typer.testing import CliRunner

from citybrain.api.json_text import values_of
from citybrain.api.limits import ACTIONS_OF_REQUEST
from citybrain.api.v1 import action_pb2, district_service_pb2
from district_node.cli import app
from district_node.limits import REPORT_TEXT

ENV = {"CITYBRAIN_OPERATOR": "Li Na", "COLUMNS": "200"}


def action(incident, verb, request, **fields):
    return {
        "request_id": request,
        "incident": incident,
        "verb": verb,
        "actor": "Li Na",
        **fields,
    }


async def incidents(district):
    return [one["id"] for one in (await district.get("/api/v1/incidents")).json["incidents"]]


async def detail(district, incident):
    return (await district.get(f"/api/v1/incidents/{incident}")).json


async def command(district, *words, stdin=None):
    def run():
        given = [*words, "--address", district.address]
        return CliRunner().invoke(app, given, input=stdin, env=ENV)

    return await asyncio.to_thread(run)


@served
async def test_a_note_of_any_length_and_writing_is_kept_clean_and_says_what_was_cut(district, stub):
    await district.events(1)
    (incident,) = await incidents(district)
    text = "\x1b[31m备注\u202e " + "x" * 5_000
    done = await stub.Act(action_pb2.Action(**action(incident, "note", "r1", text=text)))
    assert done.done
    found = await stub.GetIncident(district_service_pb2.GetIncidentRequest(incident=incident))
    (note,) = found.notes
    assert (note.actor, note.text[:9]) == ("Li Na", "[31m备注 xx")
    assert (len(note.text), note.text[-9:]) == (REPORT_TEXT.value, "… (+1007)")
    assert found.incident.notes == 1
    assert values_of(found) == await detail(district, incident)


@served
async def test_of_several_actions_each_is_answered_and_one_that_cannot_be_stops_no_other(
    district, stub
):
    await district.events(2)
    first, second = await incidents(district)
    asked = [
        action(first, "take", "r1"),
        action("inc-riverside-99", "take", "r2"),
        action(second, "set_severity", "r3", severity="Severe"),
        action(second, "relocate", "r4", place={"latitude": 40.0, "longitude": 20.0}),
    ]
    by_http = (await district.post("/api/v1/actions-on-many", {"actions": asked})).json["outcomes"]
    assert [(one["done"], one["reason"]) for one in by_http] == [
        (True, ""),
        (False, "no_such_incident"),
        (True, ""),
        (False, "out_of_reach"),
    ]
    again = await stub.ActOnMany(action_pb2.Actions(actions=[action(first, "take", "r1")]))
    assert again.outcomes[0].done, "the same request gets the same answer"
    assert (await detail(district, first))["incident"]["owner"] == "Li Na"
    assert (await detail(district, second))["incident"]["severity"] == "Severe"


@served
async def test_an_action_among_several_that_is_no_action_names_its_place_and_nothing_is_done(
    district, stub
):
    await district.events(1)
    (incident,) = await incidents(district)
    asked = [action(incident, "take", "r1"), action(incident, "dance", "r2")]
    refused = await district.post("/api/v1/actions-on-many", {"actions": asked})
    assert (refused.status, "actions[1].verb" in refused.body.decode()) == (400, True)
    many = [action(incident, "note", f"n{n}") for n in range(ACTIONS_OF_REQUEST.value + 1)]
    assert (await district.post("/api/v1/actions-on-many", {"actions": many})).status == 400
    assert (await detail(district, incident))["incident"]["owner"] == ""


@served
async def test_a_crew_reads_a_message_on_its_screen_and_its_answer_stands_in_the_case(
    district, stub
):
    await district.events(1)
    (incident,) = await incidents(district)
    written = action(incident, "message", "r1", unit="riverside-2", text="use gate 4")
    assert (await district.post("/api/v1/actions", written)).json["done"]
    (message,) = (await detail(district, incident))["messages"]
    path = "/api/v1/units/riverside-2/replies"
    for request, text in (("a1", ""), ("a2", "on our way")):
        answer = {"request_id": request, "message": message["id"], "text": text}
        assert (await district.post(path, answer)).json["done"]
    (answered,) = (await detail(district, incident))["messages"]
    assert answered["read_at"]
    assert [(one["actor"], one["text"]) for one in answered["replies"]] == [
        ("riverside-2", "on our way")
    ]


@served
async def test_the_terminal_does_one_thing_to_several_cases_and_says_what_became_of_each(
    district, stub
):
    await district.events(2)
    first, second = await incidents(district)
    named = f"{first}\n{second} {first}\ninc-riverside-99\n"
    many = await command(district, "incident", "note", "-", "-t", "seen", "--json", stdin=named)
    outcomes = [json.loads(line) for line in many.stdout.splitlines()]
    assert [(one["incident"], one["done"]) for one in outcomes] == [
        (first, True),
        (second, True),
        ("inc-riverside-99", False),
    ]
    assert many.exit_code == 1
    shown = await command(district, "incident", "give", first, "--to", "Chen Bo")
    assert (shown.exit_code, shown.stdout) == (0, f"{first}: give done\n")
    await command(district, "incident", "message", first, "riverside-2", "-t", "use gate 4")
    message = (await detail(district, first))["messages"][0]["id"]
    replied = await command(district, "crew", "reply", "riverside-2", message, "-t", "yes")
    assert replied.stdout == f"{message}: answered\n"
    over = await command(district, "shift", "hand-over", "-t", "two pumps are out")
    assert over.exit_code == 1, "they are Chen Bo's"
    await command(district, "incident", "take", second)
    over = await command(district, "shift", "hand-over", "-t", "two pumps are out", "--json")
    name = json.loads(over.stdout)["detail"]
    listed = (await command(district, "shift", "list")).stdout
    assert name in listed and "two pumps are out" in listed
    taken = await command(district, "shift", "take", name)
    assert taken.stdout == f"{name}: take over done\n"
    text = (await command(district, "incident", "show", first)).stdout
    for part in ("Chen Bo", "seen", "use gate 4", "↳ yes"):
        assert part in text, part


@served
async def test_the_queue_ends_by_itself_where_no_terminal_shows_it(district, stub):
    """Live it runs until it is stopped, and a pipe would see nothing of it."""
    await district.events(1)
    for words in (("queue",), ("queue", "--once")):
        shown = await command(district, *words)
        assert (shown.exit_code, "crowding" in shown.stdout) == (0, True), shown.stdout
    told = " ".join((await command(district, "queue", "--help")).stdout.split())
    assert "It is live and runs until Ctrl-C; --once prints it and ends" in told


@served
async def test_a_program_reads_the_queue_a_case_and_what_a_call_became_as_json(district, stub):
    call = ("--kind", "crowding", "--at", "30.66,104.06", "--text", "a crowd")
    reported = json.loads((await command(district, "report", *call, "--json")).stdout)
    shown = await command(district, "incident", "show", reported["number"], "--json")
    whole = json.loads(shown.stdout)
    assert whole == await detail(district, reported["id"])
    queue = (await command(district, "queue", "--json")).stdout
    assert [json.loads(row)["number"] for row in queue.splitlines()] == [reported["number"]]
    await command(district, "incident", "reject", reported["number"], "--reason", "a shadow")
    assert not (await command(district, "queue", "--json")).stdout
    ended = (await command(district, "queue", "--json", "--ended")).stdout
    assert json.loads(ended)["disposition"] == "false_alarm"


@served
async def test_a_person_names_the_other_case_by_its_number_too(district, stub):
    await district.events(2)
    first, second = await incidents(district)
    numbers = [(await detail(district, one))["incident"]["number"] for one in (first, second)]
    merged = await command(district, "incident", "merge", *numbers)
    assert (merged.exit_code, merged.stdout) == (0, f"{numbers[0]}: merge done\n")
    assert (await detail(district, first))["incident"]["merged_into"] == second
    apart = await command(district, "incident", "not-same", second, numbers[0].lower())
    assert apart.exit_code == 0
    assert (await detail(district, first))["incident"]["stage"] == "reopened"
