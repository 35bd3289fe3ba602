"""The plan of the day: 200 cases, and which story each is. The same every time."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from itertools import count, cycle

from district_day.day import Day
from district_day.expected import Case, Ending
from district_day.layout import KINDS, MEASURED, SENSORS_OF_KIND
from district_day.live_sensors import LiveSensor
from district_day.stories import by_call, by_sensor, regrouping

CASES = 200
WithSensor = Callable[[Day, list[Case], LiveSensor], Coroutine[object, object, None]]
ByCall = Callable[[Day, list[Case]], Coroutine[object, object, None]]


@dataclass(frozen=True, slots=True)
class SensorStory:
    """What a sensor begins; each ending is a case of it."""

    play: WithSensor
    endings: tuple[Ending, ...]


@dataclass(frozen=True, slots=True)
class CallStory:
    """What a call begins."""

    play: ByCall
    ending: Ending


@dataclass(frozen=True, slots=True)
class Planned:
    """A story with its rows; `sensor`: which of its kind, of those that one begins."""

    rows: list[Case]
    story: SensorStory | CallStory
    sensor: int = -1


ROUTINE = SensorStory(by_sensor.routine, (by_sensor.ROUTINE,))
WITH_CITY = SensorStory(by_sensor.routine, (by_sensor.WITH_CITY,))
FALSE_ALARM = SensorStory(by_sensor.false_alarm, (by_sensor.FALSE_ALARM,))
NOTHING_HERE = SensorStory(by_sensor.nothing_here, (by_sensor.NOTHING_HERE,))
GONE = SensorStory(by_sensor.gone, (by_sensor.GONE,))
NOBODY_FREE = SensorStory(by_sensor.nobody_free, (by_sensor.NOBODY_FREE,))
STILL_SEEN = SensorStory(by_sensor.still_seen, (by_sensor.STILL_SEEN,))
REOPENED = SensorStory(by_sensor.reopened, (by_sensor.REOPENED,))
FLAPPING = SensorStory(by_sensor.flapping, (by_sensor.FLAPPING,))
WORSE = SensorStory(by_sensor.worse, (by_sensor.WORSE,))
NOT_VERIFIABLE = SensorStory(by_sensor.not_verifiable, (by_sensor.NOT_VERIFIABLE,))
CASEWORK = SensorStory(by_sensor.casework, (by_sensor.CASEWORK,))
CUT_OFF = SensorStory(by_sensor.cut_off, (by_sensor.CUT_OFF,))
DUPLICATE = SensorStory(regrouping.duplicate, (regrouping.WITH_DUPLICATE, regrouping.DUPLICATE))
UNDONE = SensorStory(regrouping.merge_undone, (regrouping.UNDONE_KEPT, regrouping.UNDONE))
SPLIT = SensorStory(regrouping.split, (regrouping.SPLIT_WHOLE, regrouping.SPLIT_OFF))

# by kind, beside what is routine
BY_SENSOR: dict[str, tuple[SensorStory, ...]] = {
    "bike_overflow": (FALSE_ALARM, NOTHING_HERE, GONE, REOPENED, STILL_SEEN, WORSE),
    "messy_parking": (FALSE_ALARM, FLAPPING, GONE, REOPENED, NOT_VERIFIABLE, DUPLICATE),
    "illegal_parking": (FALSE_ALARM, STILL_SEEN, GONE, FLAPPING, DUPLICATE, FALSE_ALARM),
    "crowding": (
        *(FALSE_ALARM, UNDONE, NOTHING_HERE, CASEWORK),
        *(GONE, SPLIT, WORSE, REOPENED),
    ),
    "wrong_way": (NOBODY_FREE, FALSE_ALARM, NOBODY_FREE, NOBODY_FREE),
    "waterlogging": (CUT_OFF, CUT_OFF),
    "fire_alarm": (FALSE_ALARM, NOTHING_HERE, CASEWORK, STILL_SEEN, FALSE_ALARM, WORSE),
    "air_quality": (FALSE_ALARM, CASEWORK, NOTHING_HERE, GONE, NOT_VERIFIABLE),
    "bin_full": (FLAPPING, SPLIT, FALSE_ALARM, GONE, DUPLICATE, REOPENED, CASEWORK),
    "street_occupation": (
        *(STILL_SEEN, UNDONE, FALSE_ALARM, NOTHING_HERE),
        *(WORSE, REOPENED, NOT_VERIFIABLE),
    ),
}
PHONED = CallStory(by_call.phoned, by_call.PHONED)
SECOND_CALLER = CallStory(by_call.second_caller, by_call.SECOND_CALLER)
NOT_OURS = CallStory(by_call.not_ours, by_call.NOT_OURS)
UNKNOWN_KIND = CallStory(by_call.unknown_kind, by_call.UNKNOWN_KIND)
DEFERRED = CallStory(by_call.deferred, by_call.DEFERRED)
ASSIGNED = CallStory(by_call.assigned, by_call.ASSIGNED)
# who answers the phone works through one of these lists; no two of them flood one street
BY_CALL: tuple[tuple[tuple[str, CallStory], ...], ...] = (
    (
        *[("person_down", PHONED)] * 9,
        *[("person_down", SECOND_CALLER)] * 2,
    ),
    (
        *[("damaged_facility", NOT_OURS)] * 2,
        *[("damaged_facility", PHONED)] * 9,
        *[("damaged_facility", SECOND_CALLER)] * 2,
        *[("damaged_facility", NOT_OURS)] * 2,
    ),
    (
        ("waterlogging", ASSIGNED),
        ("crowding", UNKNOWN_KIND),
        ("waterlogging", DEFERRED),
        ("crowding", UNKNOWN_KIND),
        ("waterlogging", DEFERRED),
        ("waterlogging", ASSIGNED),
    ),
)


def planned(cases: int = CASES) -> tuple[Planned, ...]:
    """Those of sensors, then calls; routine ones fill up what is left of `cases`, between the
    others."""
    numbers = count(1)
    calls = [one for some in BY_CALL for one in some]
    of_sensors = {kind: list(stories) for kind, stories in BY_SENSOR.items()}
    special = sum(len(story.endings) for some in of_sensors.values() for story in some)
    kinds = cycle(of_sensors)
    for _ in range(max(0, cases - special - len(calls))):
        kind = next(kinds)
        more = WITH_CITY if kind == "waterlogging" else ROUTINE
        at = len(of_sensors[kind]) * 2 // 3
        of_sensors[kind].insert(at if kind != "waterlogging" else 0, more)
    found = []
    for kind, stories in of_sensors.items():
        for place, story in enumerate(stories):
            rows = list(_rows(kind, story.endings, numbers))
            found.append(Planned(rows, story, place % SENSORS_OF_KIND))
    for kind, call in calls:
        found.append(Planned(list(_rows(kind, (call.ending,), numbers)), call))
    return tuple(found)


def _rows(kind: str, endings: tuple[Ending, ...], numbers: Iterator[int]) -> Iterator[Case]:
    for ending in endings:
        yield Case(number=next(numbers), kind=kind, story=ending.words, ending=ending)


assert {one.kind for one in MEASURED} == set(BY_SENSOR), "every kind that a sensor sees has stories"
assert len(KINDS) == 12
