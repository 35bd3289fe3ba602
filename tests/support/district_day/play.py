"""Plays the day: all stories at once, each sensor one after the other; what befalls the district
meanwhile comes in between. Gives what came of it.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from citybrain.api.methods import DISTRICT as DISTRICT_SERVICE
from citybrain.clock import SECOND_US
from citybrain.domain.principal import Role
from citybrain.rpc.public.client import ApiClient
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citysim.demo.prepare.configs import PEOPLE, RunFolder, identity_of
from citysim.laws.history_reader import HistoryReader
from citysim.laws.report import LawReport
from citysim.laws.table import check_all
from district_day.crews import Crews
from district_day.day import Day
from district_day.desk import DayError, Desk
from district_day.expected import Case
from district_day.happenings import Happening, calls_in, happen
from district_day.layout import DISTRICT, SURELY_ANOTHER_S, day_city, prepare, sensors
from district_day.live_sensors import LiveSensor, keep_writing
from district_day.plan import BY_CALL, CallStory, Planned, SensorStory
from district_day.town import Town

CLOCK = SystemClock()
CLOCK_ERROR_S = 1.0  # between two processes of one machine
STAGGER_S = 0.7  # between the first cases of two sensors
LONGEST_S = 900.0
DRAIN_S = 3.0


@dataclass(slots=True)
class Played:
    """What came of the day. `others`: cases that nobody planned."""

    rows: list[Case]
    happenings: list[Happening] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    laws: tuple[LawReport, ...] = ()
    seconds: float = 0.0
    desk: Desk | None = None
    orders: dict[str, int] = field(default_factory=dict)  # by unit
    records: dict[str, int] = field(default_factory=dict)  # of journals, by node

    @property
    def failures(self) -> list[str]:
        return [
            *(
                f"case {row.number} ({row.kind}): {why(row)}"
                for row in self.rows
                if not row.is_held
            ),
            *(f"{one.words}: {one.problem}" for one in self.happenings if one.problem),
            *(f"an unplanned case: {one}" for one in self.others),
            *(f"law {law.law}: {text}" for law in self.laws for text in law.violations),
        ]


def why(row: Case) -> str:
    return "; ".join(filter(None, (row.problem, *row.faults))) or "it never came"


async def play(run: RunFolder, plan: tuple[Planned, ...], say: Callable[[str], None]) -> Played:
    """Everything: files, processes, the day, the laws over its journals."""
    city = day_city()
    ports = prepare(run, city)
    played = Played([row for one in plan for row in one.rows])
    reader = HistoryReader(run.files(city))
    town = Town(run, city, ports)
    began = CLOCK.instant()
    async with town.running(say):
        async with AsyncExitStack() as exits:
            crews = Crews(run, city, town.ports)
            exits.push_async_callback(crews.stop)
            await crews.start()
            address = town.ports.districts[DISTRICT].grpc_address
            api = ApiClient(address, DISTRICT_SERVICE, tls=ports.tls_of(PEOPLE))
            await exits.enter_async_context(api)
            identity = identity_of(run.identities, Role.OPERATOR, "li-na")
            desk = Desk(api=api, address=address, identity=identity)
            day = Day(desk=desk, crews=crews, town=town, identities=run.identities)
            played.desk = day.desk
            live = [LiveSensor(one, run, town.ports) for one in sensors()]
            await _run(day, live, plan, played, say)
            await _judge(day, played)
            for error in crews.failed():
                raise error
        await _drained(town)
    played.seconds = (CLOCK.instant() - began) / SECOND_US
    say("the laws, over all journals")
    history = replace(
        await asyncio.to_thread(reader.history, is_final=True), clock_error_s=CLOCK_ERROR_S
    )
    played.laws = await asyncio.to_thread(check_all, history)
    played.records = {node.name: len(node.records) for node in history.nodes()}
    return played


async def _run(
    day: Day,
    live: list[LiveSensor],
    plan: tuple[Planned, ...],
    played: Played,
    say: Callable[[str], None],
) -> None:
    for sensor in live:
        sensor.start()
    tasks = [
        asyncio.create_task(one) for one in (keep_writing(live), day.desk.follow(), calls_in(day))
    ]
    try:
        await day.desk.until(lambda: all(one.is_connected for one in live), "sensors at the broker")
        await day.desk.until(lambda: day.desk.units, "the district's list of units")
        say("the day")
        progress = asyncio.create_task(_shown(played, say))
        tasks.append(progress)
        happening = asyncio.create_task(happen(day, played.rows, played.happenings, say))
        async with asyncio.timeout(LONGEST_S):
            await asyncio.gather(*_workers(day, live, plan))
            await happening
    except TimeoutError:
        for row in played.rows:
            row.problem = row.problem or ("" if _is_over(day, row) else "the day was too long")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for sensor in live:
            sensor.stop()


def _workers(day: Day, live: list[LiveSensor], plan: tuple[Planned, ...]) -> Iterable:
    for number, sensor in enumerate(live):
        of_kind = [
            one
            for one in plan
            if one.sensor == number % 3 and one.rows[0].kind == sensor.placed.measured.kind
        ]
        yield _works_through(day, of_kind, sensor, after_s=number * STAGGER_S)
    calls = iter([one for one in plan if isinstance(one.story, CallStory)])
    for desk in BY_CALL:
        yield _answers(day, [one for _, one in zip(desk, calls, strict=False)])


async def _works_through(
    day: Day, stories: list[Planned], sensor: LiveSensor, *, after_s: float
) -> None:
    await asyncio.sleep(after_s)
    for one in stories:
        assert isinstance(one.story, SensorStory)
        try:
            await one.story.play(day, one.rows, sensor)
        except DayError as error:
            _stumbled(day, one, error)
            sensor.set_rest()
            await _over_with(day, one)
        await asyncio.sleep(SURELY_ANOTHER_S)


async def _answers(day: Day, stories: list[Planned]) -> None:
    for one in stories:
        assert isinstance(one.story, CallStory)
        try:
            await one.story.play(day, one.rows)
        except DayError as error:
            _stumbled(day, one, error)


def _stumbled(day: Day, one: Planned, error: DayError) -> None:
    one.rows[0].problem = str(error)
    day.crews.at_work -= {row.case for row in one.rows}
    print(f"        {one.rows[0].kind}, {one.story.play.__name__}: {error}", flush=True)


async def _over_with(day: Day, one: Planned) -> None:
    """What the story left open ends by itself, or not: the next story is another case's."""
    with contextlib.suppress(DayError):
        for row in one.rows:
            if row.case:
                await day.ended(row.case)


def _is_over(day: Day, row: Case) -> bool:
    shown = day.desk.cases.get(row.case)
    return shown is not None and shown.stage in ("closed", "rejected", "merged")


async def _shown(played: Played, say: Callable[[str], None]) -> None:
    began = CLOCK.instant()
    while True:
        await asyncio.sleep(10.0)
        begun = sum(bool(row.case) for row in played.rows)
        bad = [row for row in played.rows if row.problem]
        seconds = (CLOCK.instant() - began) / SECOND_US
        over = played.desk and sum(
            one.stage in ("closed", "rejected", "merged") for one in played.desk.cases.values()
        )
        say(f"{seconds:4.0f} s  {begun} begun, {over} ended, {len(bad)} stumbled")


async def _judge(day: Day, played: Played) -> None:
    """Every case as the district shows it at the end, and those that nobody planned."""
    for row in played.rows:
        if row.case:
            row.judge(await day.desk.whole(row.case))
    planned = {row.case for row in played.rows}
    shown = await day.desk.api.rows("ListIncidents")
    played.others = [
        f"{one.number} {one.kind} {one.stage}" for one in shown if one.id not in planned
    ]
    for order in await day.desk.api.rows("ListOrders"):
        played.orders[order.unit] = played.orders.get(order.unit, 0) + 1


async def _drained(town: Town) -> None:
    """The boxes stop, and what they sent last arrives."""
    assert town.processes is not None
    await town.processes.stop_agents()
    await asyncio.sleep(DRAIN_S)
