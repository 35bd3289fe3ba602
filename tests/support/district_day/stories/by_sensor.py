"""Stories that a sensor begins. Each gets its sensor at rest, and leaves it so."""

import asyncio

from citybrain.domain.order import FoundNeed
from citybrain.vocabulary import Capability, Finding
from district_day.day import Day
from district_day.desk import DayError
from district_day.expected import HANDLED_BY_CREW, Case, Ending
from district_day.layout import TRAFFIC
from district_day.live_sensors import LiveSensor

ROUTINE = Ending(
    words="a sensor sees it, a crew mends it, the sensor sees it over",
    codes=(*HANDLED_BY_CREW, "closed"),
)
WITH_CITY = Ending(
    words="the same, with a pump that the city sends",
    codes=(*HANDLED_BY_CREW, "escalated", "closed"),
)


async def routine(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    case = await day.begins(rows[0], sensor)
    await day.handled(case)
    sensor.set_rest()
    await day.ended(case)


FALSE_ALARM = Ending(
    words="a shadow: the operator rejects it, the crew is called back",
    stage="rejected",
    dispositions=("false_alarm",),
    codes=("rejected",),
)


async def false_alarm(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    case = await day.begins(rows[0], sensor)
    await day.verb("reject", case, reason="a shadow", disposition="false_alarm")
    sensor.set_rest()
    await day.ended(case)


NOTHING_HERE = Ending(
    words="the sensor is wrong: its crew finds nothing, the operator says so",
    dispositions=("false_alarm",),
    codes=("found", *HANDLED_BY_CREW, "closed"),
)


async def nothing_here(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    case = await day.begins(rows[0], sensor)
    day.crews.found[case] = (Finding.NOTHING_HERE, ())
    await day.handled(case)
    await day.verb("verify", case, reason="the crew sees nothing", disposition="false_alarm")
    sensor.set_rest()
    await day.ended(case)


GONE = Ending(
    words="it is gone before the crew is there",
    dispositions=("gone",),
    codes=("handled", "closed"),
)


async def gone(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    case = await day.begins(rows[0], sensor)
    day.crews.found[case] = (Finding.NOTHING_HERE, ())
    sensor.set_rest()
    await day.ended(case)


NOBODY_FREE = Ending(
    words="the only unit for it is on a break, and it clears by itself",
    dispositions=("gone",),
    codes=("opened", "handled", "closed"),
)
BREAKS = asyncio.Lock()


async def nobody_free(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    async with BREAKS:
        await day.desk.command("unit", "break", TRAFFIC, "--minutes", "30")
        try:
            case = await day.begins(rows[0], sensor)
            sensor.set_rest()
            await day.ended(case)
        finally:
            await day.desk.command("unit", "ready", TRAFFIC)


STILL_SEEN = Ending(
    words="closed though the sensor sees it: told so, done at the second press",
    dispositions=("fixed", "gone"),
    codes=("still_seen", "closed"),
)


async def still_seen(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    case = await day.begins(rows[0], sensor)
    why = "the caller says it is over"
    answer = await day.tries("close", case, reason=why)
    if answer["done"] or answer["reason"] != "still_seen":
        raise DayError(f"close was {answer['reason'] or 'done'} at the first press")
    await day.verb("close", case, reason=why, confirmed=True)
    sensor.set_rest()
    await day.ended(case)


REOPENED = Ending(
    words="it comes back within the guard time: the same case again",
    codes=("reopened", *HANDLED_BY_CREW, "closed"),
)


async def reopened(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    await routine(day, rows, sensor)
    case = rows[0].case
    sensor.set_alarm()
    await day.desk.until_stage(case, "reopened", "dispatched", "working", "handled")
    await day.handled(case)
    sensor.set_rest()
    await day.ended(case)


FLAPPING = Ending(
    words="the sensor flaps twelve times: one case, a person is shown, it calms down",
    dispositions=("fixed", "gone"),
    codes=("unstable", "stable", "closed"),
    orders_max=2,
)
FLAPS, FLAP_S = 6, 0.4


async def flapping(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    sensor.set_alarm()
    for _ in range(FLAPS):
        await asyncio.sleep(FLAP_S)
        sensor.set_rest()
        await asyncio.sleep(FLAP_S)
        sensor.set_alarm()
    sensor.set_rest()
    case = await day.comes(rows[0], sensor)
    await day.ended(case)


WORSE = Ending(
    words="the crew finds it worse and asks for a patrol: two crews, graver",
    codes=("found", "severity_changed", *HANDLED_BY_CREW, "closed"),
)


async def worse(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    case = await day.begins(rows[0], sensor)
    patrol = FoundNeed(capability=Capability("patrol"))
    day.crews.found[case] = (Finding.WORSE, (patrol,))
    await day.desk.until(lambda: case not in day.crews.found, "its crew says what it found", 120)
    await day.handled(case)
    sensor.set_rest()
    await day.ended(case)


NOT_VERIFIABLE = Ending(
    words="handled, and nobody can say whether it is over: a person closes it so",
    dispositions=("not_verifiable",),
    codes=(*HANDLED_BY_CREW, "closed"),
)


async def not_verifiable(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    case = await day.begins(rows[0], sensor)
    await day.handled(case)
    await day.verb("close", case, reason="no way to look", disposition="not_verifiable")
    sensor.set_rest()
    await day.ended(case)


CASEWORK = Ending(
    words="note, message to the crew and its answer, graver, moved, taken, given; then as ever",
    codes=("severity_set", "relocated", "given", *HANDLED_BY_CREW, "closed"),
)


async def casework(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    case = await day.begins(rows[0], sensor)
    day.crews.at_work.add(case)
    await day.verb("take", case)
    await day.verb("note", case, text="the owner has a key 业主有钥匙")
    await day.verb("set_severity", case, severity="Extreme", reason="a school is near")
    place = sensor.placed.place
    moved = {"latitude": round(place.lat + 0.0003, 6), "longitude": place.lon}
    await day.verb("relocate", case, place=moved)
    units = await day.desk.until(
        lambda: [slot.unit for slot in day.row(case).slots if slot.unit], "a crew of it"
    )
    if units[0].startswith("riverside"):
        await day.verb("message", case, unit=units[0], text="use gate 4")
        said = (await day.desk.whole(case)).messages
        await day.desk.command("crew", "reply", units[0], said[0].id, "--text", "on our way")
    await day.verb("give", case, person="Chen Bo")
    day.crews.at_work.discard(case)
    await day.handled(case)
    sensor.set_rest()
    await day.ended(case)
    whole = await day.desk.whole(case)
    if whole.incident.owner != "Chen Bo" or not whole.notes:
        raise DayError(f"it is {whole.incident.owner!r}'s, with {len(whole.notes)} notes")


CUT_OFF = Ending(
    words="it needs the city while there is none, and gets its pump when it is back",
    codes=("escalated", *HANDLED_BY_CREW, "closed"),
)


async def cut_off(day: Day, rows: list[Case], sensor: LiveSensor) -> None:
    await day.is_cut.wait()
    case = await day.begins(rows[0], sensor)
    await day.desk.until_stage(case, "opened", "dispatched", "working")
    answer = await day.tries("escalate", case, reason="no pump here")
    if answer["done"] and answer["reason"] != "queued":
        raise DayError("escalate says done while nobody can be asked")
    await day.handled(case)
    sensor.set_rest()
    await day.ended(case)
