"""Plays the shift: starts the town, opens the pages, runs its stories, reads how every case ended
at a desk, and then checks the laws over the journals.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from district_day.live_sensors import LiveSensor, keep_writing
from district_day.town import Town
from playwright.async_api import Error as BrowserError

from citybrain.clock import SECOND_US
from citybrain.structs import replace
from citysim.demo.prepare.configs import RunFolder
from citysim.laws.history_reader import HistoryReader
from citysim.laws.report import LawReport
from citysim.laws.table import check_all
from shift.layout import crew_links, placed_sensors, prepare, shift_city
from shift.ledger import Ledger
from shift.people import at_desks, at_the_wall, chromium, on_the_street
from shift.plan import Part
from shift.screen import ShiftError
from shift.shift import CLOCK, Shift
from shift.words import word

STORY_S = 900.0
DRAIN_S = 3.0
CLOCK_ERROR_S = 1.0  # between two processes of one machine
STAGES = ("closed", "rejected", "merged")
DISPOSITIONS = ("fixed", "gone", "false_alarm", "not_ours", "duplicate", "not_verifiable")


@dataclass(slots=True)
class Played:
    """What came of the shift."""

    ledger: Ledger
    laws: tuple[LawReport, ...] = ()
    seconds: float = 0.0
    refusals: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    mispressed: int = 0  # presses that chose nothing, or another case
    in_vain: int = 0  # taps of crews whose button had just gone
    records: dict[str, int] = field(default_factory=dict)  # of journals, by node

    @property
    def failures(self) -> list[str]:
        broken = [f"law {law.law}: {text}" for law in self.laws for text in law.violations]
        return [*self.ledger.faults(), *self.page_errors, *broken]


async def play(
    run: RunFolder,
    pictures: Path,
    parts: Sequence[Part],
    base_map: Path | None,
    say: Callable[[str], None],
) -> Played:
    """Everything, from the files to the laws."""
    city = shift_city()
    ports, sign_ins = prepare(run, city, base_map)
    links = crew_links(run, city, ports)
    town = Town(run, city, ports)
    reader = HistoryReader(run.files(city))
    played = Played(Ledger([shown for part in parts for shown in part.shows]))
    began = CLOCK.instant()
    async with AsyncExitStack() as exits:
        await exits.enter_async_context(town.running(say))
        live = {one.name: LiveSensor(one, run, town.ports) for one in placed_sensors()}
        tasks = _street(live)
        exits.push_async_callback(_stopped, tasks, live)
        browser = await exits.enter_async_context(chromium())
        li, zhao = await at_desks(browser, ports, sign_ins, pictures)
        wall = await at_the_wall(browser, ports, sign_ins, pictures)
        crews = await on_the_street(browser, city, links, pictures)
        shift = Shift(li, zhao, wall, crews, live, town, played.ledger, say)
        tasks += [asyncio.create_task(one.works(), name=one.unit) for one in crews.values()]
        await shift.pictures("shift-begins")
        await _stories(shift, parts)
        await _read(shift)
        _noted(shift, played)
        assert town.processes is not None
        await town.processes.stop_agents()
        await asyncio.sleep(DRAIN_S)  # what the box sent last arrives
    played.seconds = (CLOCK.instant() - began) / SECOND_US
    say("the laws, over all journals")
    history = replace(
        await asyncio.to_thread(reader.history, is_final=True), clock_error_s=CLOCK_ERROR_S
    )
    played.laws = await asyncio.to_thread(check_all, history)
    played.records = {node.name: len(node.records) for node in history.nodes()}
    return played


async def _stories(shift: Shift, parts: Sequence[Part]) -> None:
    """One after another; one that stumbles does not keep the next from being played."""
    for part in parts:
        name = part.play.__name__.replace("_", " ")
        shift.say(f"{shift.seconds():6.0f} s  {name} begins")
        try:
            async with asyncio.timeout(STORY_S):
                await part.play(shift)
        except (ShiftError, BrowserError, TimeoutError) as error:
            said = str(error).splitlines()[0] if str(error) else "it took too long"
            shift.ledger.failures.append(f"{name}: {said}")
            shift.say(f"{shift.seconds():6.0f} s  {name} STUMBLED: {said}")
            await shift.pictures(f"stumbled-{part.play.__name__}")
            for sensor in shift.sensors.values():
                sensor.set_rest()


async def _read(shift: Shift) -> None:
    """How each case ended, as an operator reads it."""
    desk = shift.li
    stages = {word(f"stage.{one}", desk.lang): one for one in STAGES}
    endings = {word(f"disposition.{one}", desk.lang): one for one in DISPOSITIONS}
    await desk.shows_ended(yes=True)
    for case in shift.ledger.cases:
        if not case.id:
            continue
        try:
            stage, disposition = await desk.reads(case)
        except (ShiftError, BrowserError) as error:
            shift.ledger.failures.append(f"{case.number} could not be read: {error}")
            continue
        case.stage = stages.get(stage, stage)
        case.disposition = endings.get(disposition, disposition)
    await desk.search("")
    await shift.pictures("shift-ends")


def _noted(shift: Shift, played: Played) -> None:
    for crew in shift.crews.values():
        played.in_vain += crew.in_vain
        shift.ledger.answers += [(crew.unit, order, answer) for order, answer in crew.answered]
    played.mispressed = shift.li.mispressed + shift.zhao.mispressed
    for screen in shift.screens:
        played.refusals += screen.refusals
        played.page_errors += screen.errors


def _street(live: dict[str, LiveSensor]) -> list[asyncio.Task[None]]:
    for sensor in live.values():
        sensor.start()
    return [asyncio.create_task(keep_writing(list(live.values())), name="street")]


async def _stopped(tasks: list[asyncio.Task[None]], live: dict[str, LiveSensor]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for sensor in live.values():
        sensor.stop()
