"""Units over the public API and from a terminal: their duty, refusals by class, an order that is
taken from its crew, and a crew that says over its own service that it is ready.
"""

import asyncio
import json

from api_contract import served
from typer.testing import CliRunner

from district_node.cli import app

ENV = {"CITYBRAIN_OPERATOR": "Li Na", "COLUMNS": "200"}


async def command(district, *words):
    def run():
        return CliRunner().invoke(app, ["unit", *words, "--address", district.address], env=ENV)

    return await asyncio.to_thread(run)


async def unit(district, name="riverside-1"):
    (found,) = (await district.get(f"/api/v1/units?filter=id%20%3D%20{name}")).json["units"]
    return found


async def press(district, answer, **said):
    shown = await unit(district)
    body = {
        "request_id": f"{answer}-{shown['assignment_number']}",
        "order": shown["order"],
        "assignment_number": shown["assignment_number"],
        "answer": answer,
        **said,
    }
    return (await district.post("/api/v1/units/riverside-1/answers", body)).json


@served
async def test_a_crew_with_a_flat_tyre_is_out_until_an_operator_says_that_it_is_ready(
    district, stub
):
    await district.events(1)
    assert (await press(district, "cannot", reason="flat tyre", reason_class="unit_out"))["done"]
    out = await unit(district)
    assert (out["state"], out["status"]["cause"], out["status"]["by"], out["status"]["reason"]) == (
        "out_of_service",
        "unit_out",
        "riverside-1",
        "flat tyre",
    )
    listed = await command(district, "list")
    assert "out of service; flat tyre, since" in listed.output
    as_json = json.loads((await command(district, "list", "--json")).output)
    assert as_json["units"][0]["status"]["reason"] == "flat tyre"
    assert (await command(district, "ready", "riverside-1")).output == "riverside-1: ready done\n"
    assert (await unit(district))["order"], "it is sent to the case that waits for it"


@served
async def test_a_break_ends_when_it_was_said_to_and_what_cannot_be_is_a_sentence(district, stub):
    assert (await command(district, "break", "riverside-1", "--minutes", "30")).exit_code == 0
    away = await unit(district)
    assert (away["state"], away["status"]["by"]) == ("on_break", "Li Na")
    assert away["status"]["until"] > away["status"]["since"]
    nobody = await command(district, "off-duty", "riverside-9")
    assert nobody.exit_code == 2 and "has no unit 'riverside-9'" in nobody.output
    idle = await command(district, "release", "riverside-1", "--reason", "nobody answers")
    assert "has no order that could be taken from it" in str(idle.exception)
    refused = await command(district, "release", "riverside-1", "-r", "nobody answers", "--json")
    assert (refused.exit_code, json.loads(refused.output)["done"]) == (1, False)
    back = await command(district, "ready", "riverside-1", "--json")
    assert (back.exit_code, json.loads(back.output)["done"]) == (0, True)


@served
async def test_an_order_is_taken_from_a_crew_by_an_operator_and_not_by_itself(district, stub):
    await district.events(1)
    assert (await press(district, "accept"))["done"]
    path = "/api/v1/units/riverside-1/duties"
    asked = {"request_id": "d-1", "duty": "release"}
    assert (await district.post(path, asked)).status == 400
    done = await command(district, "release", "riverside-1", "--reason", "nobody answers")
    assert done.exit_code == 0
    freed = await unit(district)
    assert (freed["state"], len(freed["avoids"])) == ("available", 1)
    asked = {"request_id": "d-2", "duty": "off_duty", "reason": "shift is over"}
    assert (await district.post(path, asked)).json["done"]
    assert (await unit(district))["state"] == "off_duty"


@served
async def test_a_crews_screen_says_why_it_gets_no_order(district, stub):
    asked = {"request_id": "d-1", "duty": "break", "reason": "lunch"}
    await district.post("/api/v1/units/riverside-1/duties", asked)
    screen = district.district.crew_console.view("riverside-1")
    assert (screen.status.reason, screen.order) == ("lunch", None)
