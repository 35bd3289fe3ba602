"""Stories that begin with a call."""

from datetime import UTC, datetime

from citybrain.clock import SECOND_US
from district_day.day import Day
from district_day.desk import CLOCK, DayError
from district_day.expected import HANDLED_BY_CREW, Case, Ending

PHONED = Ending(
    words="a call is entered, a crew goes, the operator calls back",
    codes=(*HANDLED_BY_CREW, "verification_requested", "closed"),
)


async def phoned(day: Day, rows: list[Case]) -> None:
    (row,) = rows
    case = await day.calls(row, row.kind, "somebody called 有人报告")
    await day.handled(case)
    await day.verb("verify", case, reason="called back, it is over")
    await day.ended(case)


SECOND_CALLER = Ending(
    words="a second caller about the same thing: one case",
    codes=(*HANDLED_BY_CREW, "closed"),
)


async def second_caller(day: Day, rows: list[Case]) -> None:
    (row,) = rows
    place = next(day.places)
    case = day.takes(row, await day.reported(row.kind, place, "it is broken"))
    day.crews.at_work.add(case)  # a second call about what is handled opens it again
    again = await day.reported(row.kind, place, "it is still broken")
    day.crews.at_work.discard(case)
    if again != case:
        raise DayError(f"the second call began {day.number(again)}")
    await day.handled(case)
    await day.verb("verify", case, reason="called both back")
    await day.ended(case)


NOT_OURS = Ending(
    words="a private road: rejected as not ours",
    stage="rejected",
    dispositions=("not_ours",),
    codes=("rejected",),
)


async def not_ours(day: Day, rows: list[Case]) -> None:
    (row,) = rows
    case = await day.calls(row, row.kind, "the barrier of a private road")
    await day.verb("reject", case, reason="a private road", disposition="not_ours")
    await day.ended(case)


UNKNOWN_KIND = Ending(
    words="a misspelt kind: the operator says what it is, a crew goes",
    codes=("unknown_kind", *HANDLED_BY_CREW, "closed"),
)


async def unknown_kind(day: Day, rows: list[Case]) -> None:
    (row,) = rows
    case = await day.calls(row, "crowdng", "too many people at the gate")
    await day.verb("reclassify", case, kind=row.kind, reason="misspelt")
    await day.handled(case)
    await day.verb("verify", case, reason="called back, all are out")
    await day.ended(case)


DEFERRED = Ending(
    words="minor: put aside with a reason, taken up again, worked on",
    codes=("deferred", *HANDLED_BY_CREW, "closed"),
)


async def deferred(day: Day, rows: list[Case]) -> None:
    (row,) = rows
    case = await day.calls(row, row.kind, "a puddle", "Minor")
    until = datetime.fromtimestamp(CLOCK.now() // SECOND_US + 43_200, UTC)
    await day.verb("defer", case, until=until, reason="it rains until the evening")
    await day.desk.until_stage(case, "deferred")
    await day.verb("open", case, reason="the rain is over")
    await day.handled(case)
    await day.verb("verify", case, reason="called back, it is dry")
    await day.ended(case)


ASSIGNED = Ending(
    words="minor, so that nobody is sent: the operator sends a free patrol",
    codes=(*HANDLED_BY_CREW, "closed"),
)


async def assigned(day: Day, rows: list[Case]) -> None:
    (row,) = rows
    case = await day.calls(row, row.kind, "a puddle at the kerb", "Minor")
    is_sent = False
    while not is_sent:
        unit = await day.desk.until(day.free_patrol, "a patrol that is free")
        answer = await day.tries("assign", case, unit=unit, reason="it may grow")
        is_sent = answer["done"]
        if not is_sent and answer["reason"] not in ("busy", "preempts"):
            raise DayError(f"assign was refused: {answer['detail']}")
    await day.handled(case)
    await day.verb("verify", case, reason="called back, it is dry")
    await day.ended(case)
