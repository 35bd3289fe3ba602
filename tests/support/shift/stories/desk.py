"""Stories at the operators' desks: waves of alarms, calls, a false alarm, a merge undone."""

import asyncio

from district_day.live_sensors import LiveSensor

from citybrain.geo import Point
from shift.ledger import Case
from shift.shift import FALSE_ALARM, Shift

FIXED = ("closed", ("fixed",))
NOT_OURS = ("rejected", ("not_ours",))
APART_DEG = 0.0016  # 180 m: two things, and near enough to be taken for one


async def first_wave(shift: Shift) -> None:
    """Six sensors see something at once; crews mend it, sensors see it over."""
    cases = [
        _seen("bike-overflow-1", shift),
        _seen("illegal-parking-1", shift),
        _seen("air-quality-1", shift),
        _seen("bin-full-1", shift),
        _seen("wrong-way-1", shift),
        _seen("fire-alarm-1", shift),
    ]
    async with shift.waiting_before("arrive"):
        await shift.alarms(*cases)
        await shift.li.choose(cases[5])
        await shift.zhao.choose(cases[0])
        await shift.crews_under_way(3)
        await shift.pictures("first-wave")
    await shift.over(*cases)
    shift.saw("a wave of alarms was worked off", f"{len(cases)} cases")


async def phone(shift: Shift) -> None:
    """Three calls: by key and by name, by button and map; one is not the district's."""
    li, zhao = shift.li, shift.zhao
    fallen = Case(what="a call: somebody lies there", kind="person_down", ends=FIXED)
    await li.phone_call("person_down", "somebody lies at the stairs", "Vilhonkatu", "n")
    await shift.comes(fallen)
    broken = Case(what="a call: a lamp is broken", kind="damaged_facility", ends=FIXED)
    await zhao.phone_call("damaged_facility", "路灯坏了", None, "")
    await shift.comes(broken)
    private = Case(what="a call: a private gate", kind="damaged_facility", ends=NOT_OURS)
    place = Point(lat=60.1760, lon=24.9370)
    await li.phone_call("damaged_facility", "the gate of a private yard", place, "n")
    await shift.comes(private)
    await li.key(private, "r", "why.not_ours")
    await shift.over(private)
    await li.writes_note(fallen, "the caller stays with him")
    await shift.pictures("phone", li, zhao)
    await asyncio.gather(_called_back(shift, fallen), _called_back(shift, broken, by_second=True))
    shift.saw("a phone call was entered", f"{fallen.number}, {broken.number}, {private.number}")


async def false_alarm(shift: Shift) -> None:
    """One press says so, and its crew is called back."""
    case = Case(what="a shadow", kind="crowding", sensor="crowding-1", ends=FALSE_ALARM)
    async with shift.waiting_before("accept"):
        await shift.alarms(case)
        await shift.rings()
        said = await shift.zhao.key(case, "f")
        shift.comes_to_rest(case)
        await shift.over(case)
        await shift.pictures("false-alarm", shift.li, shift.zhao, shift.crews["riverside-1"])
    shift.saw("a false alarm was called one", said.splitlines()[0])


async def merge_undone(shift: Shift) -> None:
    """One operator takes two for one, the other parts them again."""
    li, zhao = shift.li, shift.zhao
    one = Case(
        what="merged with by mistake", kind="street_occupation", sensor="street-occupation-1"
    )
    other = Case(what="merged by mistake, and parted again", kind="street_occupation")
    async with shift.waiting_before("finish"):
        await shift.alarms(one)
        place = _beside(shift.sensors[one.sensor])
        await li.phone_call("street_occupation", "stalls on the pavement", place, "n")
        await shift.comes(other)
        await zhao.from_menu(other, "merge", one.number)
        await li.in_stage(other, "gone", "merged")
        await shift.pictures("merged", li, zhao)
        await li.shows_ended(yes=True)
        said = await li.from_menu(other, "undo")
        await li.search("")
        await li.shows_ended(yes=False)
        await li.in_stage(other, "reopened", "opened", "dispatched", "working", "handled")
        await shift.pictures("merge-undone", li, zhao)
    await asyncio.gather(_called_back(shift, other), shift.over(one))
    shift.saw("a merge was undone", said.splitlines()[0])


async def second_wave(shift: Shift) -> None:
    """Five at once; one operator takes three of them with one verb, a crew goes for a break and
    comes back."""
    cases = [
        _seen("messy-parking-1", shift),
        _seen("illegal-parking-1", shift),
        _seen("air-quality-1", shift),
        _seen("bin-full-1", shift),
        _seen("wrong-way-1", shift),
    ]
    async with shift.waiting_before("finish"):
        await shift.alarms(*cases)
        said = await shift.li.takes(cases[:3])
        await shift.pictures("second-wave", shift.li, shift.zhao, shift.wall)
    await shift.over(*cases)
    shift.saw("several cases were taken at once", said.splitlines()[0])


async def nothing_here(shift: Shift) -> None:
    """The sensor is wrong: its crew finds nothing, and the operator says so."""
    case = Case(
        what="the sensor is wrong, says its crew",
        kind="crowding",
        sensor="crowding-1",
        ends=("closed", ("false_alarm", "gone")),
    )
    async with shift.waiting_before("finish"):
        await shift.alarms(case)
        for crew in shift.crews.values():
            crew.finds_nothing.add(case.number)
    await shift.li.in_stage(case, "handled")
    await shift.pictures("nothing-here", shift.li)
    await shift.li.key(case, "v", "why.false_alarm")
    shift.comes_to_rest(case)
    await shift.over(case)
    shift.saw("a crew found nothing", case.number)


async def handed_over(shift: Shift) -> None:
    """The shift ends: one hands over what is under way, the other takes it and sees it closed."""
    cases = [_seen("bike-overflow-1", shift), _seen("street-occupation-1", shift)]
    async with shift.waiting_before("finish"):
        await shift.alarms(*cases)
        await shift.li.takes(cases)
        await shift.li.hands_over("both crews are at work, nothing else")
        said = await shift.zhao.takes_over()
        await shift.zhao.choose(cases[0])
        await shift.pictures("handed-over", shift.li, shift.zhao)
    await shift.over(*cases)
    shift.saw("the shift was handed over", said.splitlines()[0])


async def _called_back(shift: Shift, case: Case, *, by_second: bool = False) -> None:
    """Its crew is done, and the operator calls back."""
    desk = shift.zhao if by_second else shift.li
    await desk.in_stage(case, "handled")
    await desk.key(case, "v", "why.seen_fixed")
    await shift.over(case)


def _seen(sensor: str, shift: Shift) -> Case:
    kind = shift.sensors[sensor].placed.measured.kind
    return Case(what="a sensor sees it, a crew mends it", kind=kind, sensor=sensor)


def _beside(sensor: LiveSensor) -> Point:
    place = sensor.placed.place
    return Point(lat=round(place.lat + APART_DEG, 6), lon=place.lon)
