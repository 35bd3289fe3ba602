"""What befalls the district while its cases go on: shifts and breaks, a node that is killed twice,
a city that is cut off and back, a hand-over.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from citybrain.domain.principal import Role
from citysim.demo.prepare.configs import identity_of
from district_day.day import Day
from district_day.desk import ENDED, DayError
from district_day.expected import Case
from district_day.layout import FLAT_TYRE, OFF_DUTY, SILENT

UNDER_WAY = ("opened", "dispatched", "working")
ISLAND_S = 14.0  # the city is away after 6 s of silence


@dataclass(slots=True)
class Happening:
    """One of them. `problem`: what was not as it should be."""

    words: str
    detail: str = ""
    problem: str = ""


async def happen(
    day: Day, rows: list[Case], happenings: list[Happening], say: Callable[[str], None]
) -> None:
    """One after the other, each when so many of the day's cases have ended."""
    for share, words, what in (
        (0.00, f"{OFF_DUTY} is off duty in the morning", _off_duty),
        (0.15, "the node is killed (kill -9)", _killed),
        (0.20, f"{OFF_DUTY} comes on duty", _on_duty),
        (0.25, f"{FLAT_TYRE} had a flat tyre, and is ready again", _tyre_mended),
        (0.30, f"{SILENT} never answers, and is called", _silent),
        (0.40, "the city is cut off; the node is killed on its island; the city is back", _island),
        (0.60, "the shift is handed over", _handed_over),
    ):
        await _until_ended(day, round(share * len(rows)))
        one = Happening(words)
        happenings.append(one)
        say(words)
        try:
            one.detail = await what(day)
        except (DayError, TimeoutError) as error:
            one.problem = str(error)


async def _until_ended(day: Day, count: int) -> None:
    def enough() -> bool:
        return sum(one.stage in ENDED for one in day.desk.cases.values()) >= count

    await day.desk.until(enough, f"{count} cases have ended", 600.0)


async def _off_duty(day: Day) -> str:
    await day.desk.command("unit", "off-duty", OFF_DUTY, "--reason", "late shift")
    return ""


async def _killed(day: Day) -> str:
    return f"it serves again after {await day.town.kill():.1f} s"


async def _tyre_mended(day: Day) -> str:
    unit = await day.desk.until(
        lambda: next(
            (
                u
                for u in day.desk.units.values()
                if u.id == FLAT_TYRE and u.state == "out_of_service"
            ),
            None,
        ),
        f"{FLAT_TYRE} is out of service",
    )
    why = unit.status.reason
    await day.desk.command("unit", "ready", FLAT_TYRE, "--reason", "tyre changed")
    return f"it was out of service: {why}"


async def _silent(day: Day) -> str:
    unit = day.desk.units[SILENT]
    if not unit.status.reason and unit.state == "available":
        raise DayError(f"{SILENT} is {unit.state}, as if it had answered")
    shown = f"it is {unit.state}: {unit.status.cause or unit.status.reason}"
    await day.desk.command("unit", "ready", SILENT, "--reason", "it says it hears us")
    return shown


async def _on_duty(day: Day) -> str:
    await day.desk.command("unit", "ready", OFF_DUTY)
    return ""


async def _island(day: Day) -> str:
    before = sum(one.stage in ENDED for one in day.desk.cases.values())
    day.town.cut()
    try:
        await _until_city_is(day, up=False)
        day.is_cut.set()
        back_s = await day.town.kill()
        await asyncio.sleep(ISLAND_S)
    finally:
        day.town.heal()
    alone = sum(one.stage in ENDED for one in day.desk.cases.values()) - before
    await _until_city_is(day, up=True)
    if not alone:
        raise DayError("no case ended while there was no city")
    return f"{alone} cases ended meanwhile; killed there, it serves again after {back_s:.1f} s"


async def _until_city_is(day: Day, *, up: bool) -> None:
    async with asyncio.timeout(60.0):
        while True:
            district = await day.desk.ask("GetDistrict")
            if any(link.name == "city" and link.up is up for link in district.links):
                return
            await asyncio.sleep(0.3)


async def _handed_over(day: Day) -> str:
    """Cases at which crews stay, so that they are open still."""
    mine = [one for one in day.desk.cases.values() if one.stage in UNDER_WAY][:3]
    if not mine:
        raise DayError("no case is under way that could be handed over")
    held = {one.id for one in mine} - day.crews.at_work
    day.crews.at_work |= held
    try:
        numbers = [one.number for one in mine]
        taken = await day.desk.command("incident", "take", *numbers, expects=(0, 1))
        over = await day.desk.command("shift", "hand-over", "--text", "two pumps are out")
        supervisor = identity_of(day.identities, Role.SUPERVISOR, "zhao-min")
        name = over.first["detail"]
        await day.desk.command("shift", "take", name, identity=supervisor)
    finally:
        day.crews.at_work -= held
    return f"{sum(bool(line['done']) for line in taken.lines)} cases, as {name}"


async def calls_in(day: Day) -> None:
    """A crew that was slow, and so was taken for silent, says that it is there: as it would."""
    while True:
        await asyncio.sleep(2.0)
        for unit in list(day.desk.units.values()):
            if unit.id != SILENT and unit.status.cause == "silent":
                await day.desk.on_unit("ready", unit.id, "we are here")
