"""Stories in which a person says which case something is: two rows each."""

from citybrain.geo import Point
from district_day.day import Day
from district_day.desk import DayError
from district_day.expected import HANDLED_BY_CREW, Case, Ending
from district_day.live_sensors import LiveSensor

NEAR_DEG, APART_DEG = 0.00005, 0.0016  # 6 m: one thing; 180 m: two

WITH_DUPLICATE = Ending(
    words="a caller means the same, further off: the other is merged into it",
    codes=(*HANDLED_BY_CREW, "closed"),
)
DUPLICATE = Ending(
    words="is the same as the one before: merged",
    stage="merged",
    dispositions=(),
    codes=("merged",),
)


async def duplicate(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    case, other = await _two(day, rows, sensor)
    await day.verb("merge", other, other=day.number(case))
    await day.desk.until_stage(other, "merged")
    day.crews.at_work -= {case, other}
    await day.handled(case)
    sensor.set_rest()
    await day.ended(case)


UNDONE_KEPT = Ending(
    words="merged with the next one by mistake, and undone: goes on by itself",
    codes=(*HANDLED_BY_CREW, "closed"),
)
UNDONE = Ending(
    words="merged by mistake, undone: has a crew of its own, the operator calls back",
    codes=("merged", "reopened", "handled", "closed"),
)


async def merge_undone(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    case, other = await _two(day, rows, sensor)
    await day.verb("merge", other, other=day.number(case))
    await day.desk.until_stage(other, "merged")
    await day.verb("undo", other, reason="two different things")
    await day.desk.until_stage(other, "reopened", "dispatched", "working", "handled")
    day.crews.at_work -= {case, other}
    await day.handled(other)
    await day.verb("verify", other, reason="called back, it is over")
    await day.handled(case)
    sensor.set_rest()
    await day.ended(case)


SPLIT_WHOLE = Ending(
    words="a sensor and a caller joined: the caller means another thing, split off",
    codes=("split_off", *HANDLED_BY_CREW, "closed"),
)
SPLIT_OFF = Ending(
    words="split off: has a crew of its own, the operator calls back",
    codes=("handled", "closed"),
)


async def split(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    case = await day.begins(rows[0], sensor)
    day.crews.at_work.add(case)
    place = _beside(sensor.placed.place, NEAR_DEG)
    joined = await day.reported(rows[0].kind, place, "round the corner")
    if joined != case:
        raise DayError(f"the call near by began {day.number(joined)}")
    whole = await day.desk.whole(case)
    part = next(one.id for one in whole.contributions if one.type == "person")
    outcome = await day.verb("split", case, contributions=[part])
    off = day.takes(rows[1], await _named_in(day, outcome["detail"]))
    day.crews.at_work.discard(case)
    await day.handled(off)
    await day.verb("verify", off, reason="called back, it is over")
    await day.handled(case)
    sensor.set_rest()
    await day.ended(case)


async def _named_in(day: Day, words: str) -> str:
    """The case that an answer names, by id or number."""

    def find() -> str:
        named = words.replace(".", " ").split()
        known = day.desk.cases.values()
        return next((one.id for one in known if {one.id, one.number} & set(named)), "")

    return str(await day.desk.until(find, f"the case that was split off: {words!r}"))


async def _two(day: Day, rows: list[Case], sensor: LiveSensor) -> tuple[str, str]:
    """A sensor's case, and a caller's of the same kind near by."""
    case = await day.begins(rows[0], sensor)
    day.crews.at_work.add(case)
    place = _beside(sensor.placed.place, APART_DEG)
    other = await day.reported(rows[1].kind, place, "the same as at the corner?")
    day.crews.at_work.add(other)
    return case, day.takes(rows[1], other)


def _beside(place: Point, degrees: float) -> Point:
    return Point(lat=round(place.lat + degrees, 6), lon=place.lon)
