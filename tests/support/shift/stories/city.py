"""Stories before the wall: a plan rejected and one issued, the city cut off and back, nodes
killed.
"""

import asyncio

from district_day.layout import DISTRICT

from citysim.demo.prepare.configs import CITY
from shift import elements
from shift.ledger import Case
from shift.shift import Shift

LAPTOP, WALL_4K = (1440, 900), (3840, 2160)


async def plans(shift: Shift) -> None:
    """Water needs the neighbour's pump: the officer rejects the first plan and issues the next."""
    wall = shift.wall
    case = _water("waterlogging-1")
    async with shift.waiting_before("accept"):
        await shift.alarms(case)
        first = await wall.plan_waits()
        await shift.pictures("plan-waits", wall, shift.li)
        await wall.rejects("why.not_now")
        shift.saw("a plan was rejected", first.split(" · ")[0])
        second = await wall.plan_waits(other_than=first)
        await wall.issues(by_key=True)
        shift.saw("a plan was issued", second.split(" · ")[0])
        crew = await shift.rings("oldtown-1", "oldtown-2")
        await shift.pictures("plan-issued", wall, crew)
    await shift.over(case)


async def plan_on_a_laptop(shift: Shift) -> None:
    """The same on the officer's laptop, in Chinese, with a press on the button."""
    wall, case = shift.wall, _water("waterlogging-2")
    async with shift.waiting_before("finish"):
        await shift.alarms(case)
        await wall.resizes(*LAPTOP)
        await wall.at(elements.language("zh")).click()
        wall.lang = "zh"
        plan = await wall.plan_waits()
        await shift.pictures("plan-laptop", wall)
        await wall.issues(by_key=False)
        await shift.pictures("plan-laptop-issued", wall)
    await wall.at(elements.language("en")).click()
    wall.lang = "en"
    await wall.resizes(*WALL_4K)
    await shift.over(case)
    shift.saw("a plan was issued on a laptop, in Chinese", plan.split(" · ")[0])


async def city_cut_off(shift: Shift) -> None:
    """The district works on without the city; what needs it waits, and is served when it is
    back."""
    li, wall = shift.li, shift.wall
    own = [
        Case(what="mended without a city", kind="messy_parking", sensor="messy-parking-1"),
        Case(what="mended without a city", kind="bin_full", sensor="bin-full-1"),
    ]
    water = _water("waterlogging-1")
    shift.town.cut()
    try:
        await li.shows(elements.CITY_DOWN, "the desk says that the city is away")
        await wall.shows(elements.district(DISTRICT, up=False), "the wall says who is cut off")
        await wall.shows(elements.CUT_OFF, "the wall says so on top")
        await shift.alarms(*own, water)
        await li.choose(water)
        await shift.pictures("city-cut-off", li, shift.zhao, wall)
        await shift.over(*own)
    finally:
        shift.town.heal()
    await li.shows(elements.CITY_UP, "the desk says that the city is back")
    await wall.shows(elements.district(DISTRICT, up=True), "the wall says that it is back")
    await wall.plan_waits()
    await shift.pictures("city-back", li, wall)
    await wall.issues(by_key=True)
    await shift.over(water)
    shift.saw("the city was cut off and came back", f"{len(own)} cases ended meanwhile")


async def district_killed(shift: Shift) -> None:
    """kill -9 while two crews are at work: every page says so, and nothing is lost."""
    li, zhao = shift.li, shift.zhao
    cases = [
        Case(what="under way when the node was killed", kind="wrong_way", sensor="wrong-way-1"),
        Case(
            what="under way when the node was killed",
            kind="illegal_parking",
            sensor="illegal-parking-1",
        ),
    ]
    async with shift.waiting_before("finish"):
        await shift.alarms(*cases)
        for case in cases:
            await li.in_stage(case, "working")
        back = asyncio.create_task(shift.town.kill(DISTRICT))
        for desk in (li, zhao):
            await desk.shows(elements.LOST, "the desk says that its node is away")
        await shift.pictures("district-killed", li, zhao, shift.crews["riverside-1"])
        took = await back
        for desk in (li, zhao):
            await desk.hides(elements.LOST, "the desk has its node again")
        await shift.pictures("district-back", li, zhao)
    await shift.over(*cases)
    shift.saw("the district's node was killed", f"serves again after {took:.1f} s")


async def city_killed(shift: Shift) -> None:
    """kill -9 while a plan waits: the wall says so, and the need is served afterwards."""
    wall, case = shift.wall, _water("waterlogging-2")
    await shift.alarms(case)
    await wall.plan_waits()
    back = asyncio.create_task(shift.town.kill(CITY))
    await wall.shows(elements.LOST, "the wall says that its node is away")
    await shift.pictures("city-killed", wall, shift.li)
    took = await back
    await wall.hides(elements.LOST, "the wall has its node again")
    await wall.plan_waits()
    await shift.pictures("city-node-back", wall)
    await wall.issues(by_key=True)
    await shift.over(case)
    shift.saw("the city's node was killed", f"serves again after {took:.1f} s")


def _water(sensor: str) -> Case:
    return Case(what="water, with the neighbour's pump", kind="waterlogging", sensor=sensor)
