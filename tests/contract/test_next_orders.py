"""What a busy crew does next, and what a case follows from, from a terminal to its screens."""

import asyncio
import json

from api_contract import served
from typer.testing import CliRunner

from district_node.cli import app

ENV = {"CITYBRAIN_OPERATOR": "Li Na", "COLUMNS": "240"}


async def command(district, *words):
    def run():
        return CliRunner().invoke(app, [*words, "--address", district.address], env=ENV)

    return await asyncio.to_thread(run)


async def incidents(district):
    return (await district.get("/api/v1/incidents")).json["incidents"]


async def busy_unit_and_waiting_case(district):
    """As many cases as it takes until one waits for a unit."""
    for count in range(1, 12):
        await district.events(count)
        rows = await incidents(district)
        waiting = [row for row in rows if not any(slot.get("unit") for slot in row["slots"])]
        sent = [slot["unit"] for row in rows for slot in row["slots"] if slot.get("unit")]
        if waiting and sent:
            return sent[0], waiting[0]
    raise AssertionError("every case has its unit")


@served
async def test_a_next_order_is_given_shown_and_taken_back(district, stub):
    del stub
    unit, case = await busy_unit_and_waiting_case(district)
    given = await command(district, "incident", "assign", case["number"], unit, "--next", "--json")
    assert (given.exit_code, json.loads(given.stdout)["done"]) == (0, True)
    (shown,) = [row for row in await incidents(district) if row["id"] == case["id"]]
    assert shown["slots"][0]["next_unit"] == unit
    name = shown["slots"][0]["next_unit_name"]
    assert f"{name}, next" in (await command(district, "incident", "show", case["number"])).stdout
    units = (await district.get("/api/v1/units")).json["units"]
    (mine,) = [one for one in units if one["id"] == unit]
    assert [one["incident_number"] for one in mine["next_orders"]] == [case["number"]]
    taken = await command(district, "incident", "unassign", case["number"], unit)
    assert taken.exit_code == 0
    again = await command(district, "incident", "unassign", case["number"], unit)
    assert (again.exit_code, "nothing to take back" in str(again.exception)) == (1, True)


@served
async def test_a_case_follows_from_another_one_until_that_is_undone(district, stub):
    del stub
    await district.events(2)
    first, second = await incidents(district)
    assert (
        await command(district, "incident", "link", second["number"], first["number"])
    ).exit_code == 0
    shown = await command(district, "incident", "show", second["id"])
    assert f"follows from  {first['number']}" in shown.stdout
    closed = await command(district, "incident", "close", first["id"], "-r", "shut", "--yes")
    assert (closed.exit_code, second["number"] in closed.stdout) == (0, True)
    assert (await command(district, "incident", "unlink", second["id"])).exit_code == 0
    rows = {row["id"]: row for row in await incidents(district)}
    assert "caused_by" not in rows[second["id"]]
