"""Who is on call: rotas and a time, in local time by the set-up's own offsets. Pure."""

from bisect import bisect_right
from collections.abc import Iterator

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct
from district_node.paging.policy import (
    NO_POLICY,
    NOBODY,
    PagingSetup,
    Person,
    PersonId,
    Policy,
    PolicyId,
    Rota,
    Shift,
    Step,
    ZoneOffset,
)

DAY_MIN = 24 * 60
WEEK_MIN = 7 * DAY_MIN
EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday
FIRST_MONDAY = 4  # 5 January 1970, in days since then
AHEAD_DAYS = 15  # how far the next hand-over is looked for: two weeks and a day

Minutes = tuple[int, int]  # from, to


class OnCall(Struct, frozen=True, kw_only=True):
    """Who is on call in a rota at a time, and until when nobody comes or goes; None: not within two
    weeks. `is_gap`: nobody is, and the supervisor stands in."""

    rota: str
    people: tuple[PersonId, ...]
    is_gap: bool
    until: Timestamp | None


def local_minute(setup: PagingSetup, at: Timestamp) -> int:
    """Minutes of local time since 1970."""
    return (at // SECOND_US + _offset_s(setup.offsets, at // SECOND_US)) // 60


def on_call(rota: Rota, minute: int) -> tuple[PersonId, ...]:
    """Everybody whose shift it is at that minute of local time."""
    today = minute // DAY_MIN
    found = [
        _whose_turn(shift, day)
        for day in (today - 1, today)
        for shift, (begins, ends) in _shifts_of(rota, day)
        if begins <= minute < ends
    ]
    return tuple(dict.fromkeys(found))


def on_call_now(setup: PagingSetup, rota: Rota, at: Timestamp) -> OnCall:
    """As a screen shows it."""
    minute = local_minute(setup, at)
    people = on_call(rota, minute)
    changes = sorted({edge for edge in _edges(rota, minute // DAY_MIN) if edge > minute})
    until = next((edge for edge in changes if on_call(rota, edge) != people), None)
    standing_in = () if setup.supervisor == NOBODY else (setup.supervisor,)
    return OnCall(
        rota=rota.rota,
        people=people or standing_in,
        is_gap=not people,
        until=None if until is None else _time_of(setup, until, at),
    )


def gaps(rota: Rota) -> tuple[Minutes, ...]:
    """The minutes of the week, from Monday 0:00, in which nobody is on call."""
    covered = sorted(
        piece
        for shift in rota.shifts
        for day in shift.days
        for piece in _within_week(day * DAY_MIN + shift.begins_min, _length_min(shift))
    )
    found, reached = [], 0
    for begins, ends in covered:
        if begins > reached:
            found.append((reached, begins))
        reached = max(reached, ends)
    if reached < WEEK_MIN:
        found.append((reached, WEEK_MIN))
    if len(found) > 1 and found[0][0] == 0 and found[-1][1] == WEEK_MIN:
        found = [*found[1:-1], (found[-1][0], found[0][1])]  # one, over the turn of the week
    return tuple(found)


def person_of(setup: PagingSetup, name: PersonId) -> Person | None:
    return next((person for person in setup.people if person.person == name), None)


def policy_of(setup: PagingSetup, name: PolicyId) -> Policy | None:
    """None: there is none of that name, or none is named."""
    if name == NO_POLICY:
        return None
    return next((policy for policy in setup.policies if policy.policy == name), None)


def recipients(setup: PagingSetup, step: Step, at: Timestamp) -> tuple[tuple[Person, str], ...]:
    """Whom `step` calls at that time, each once, and the rota in whose gap a person stands in; ""
    where it is their own turn. Nobody where it names nobody that there is."""
    named = [(name, "") for name in step.people]
    for rota in setup.rotas:
        if rota.rota in step.rotas:
            found = on_call(rota, local_minute(setup, at))
            named += [(name, "") for name in found] or [(setup.supervisor, rota.rota)]
    named += [
        (person.person, "")
        for person in setup.people
        if not set(step.roles).isdisjoint(person.roles)
    ]
    first: dict[PersonId, str] = {}
    for name, gap in named:
        first.setdefault(name, gap)
    known = ((person_of(setup, name), gap) for name, gap in first.items())
    return tuple((person, gap) for person, gap in known if person is not None)


def _offset_s(offsets: tuple[ZoneOffset, ...], utc_s: int) -> int:
    if not offsets:
        return 0
    known = bisect_right(offsets, utc_s, key=lambda offset: offset.since_s)
    return offsets[max(known - 1, 0)].offset_s


def _time_of(setup: PagingSetup, minute: int, near: Timestamp) -> Timestamp:
    """When it is that minute of local time. Of the two where the clock goes back: the earlier."""
    guess = minute * 60 - _offset_s(setup.offsets, near // SECOND_US)
    return Timestamp((minute * 60 - _offset_s(setup.offsets, guess)) * SECOND_US)


def _length_min(shift: Shift) -> int:
    return (shift.ends_min - shift.begins_min) % DAY_MIN or DAY_MIN


def _shifts_of(rota: Rota, day: int) -> Iterator[tuple[Shift, Minutes]]:
    """Those that begin on that day since 1970, with their minutes of local time."""
    for shift in rota.shifts:
        if (day + EPOCH_WEEKDAY) % 7 in shift.days:
            begins = day * DAY_MIN + shift.begins_min
            yield shift, (begins, begins + _length_min(shift))


def _whose_turn(shift: Shift, day: int) -> PersonId:
    return shift.people[(day - FIRST_MONDAY) // shift.turn_days % len(shift.people)]


def _edges(rota: Rota, today: int) -> Iterator[int]:
    for day in range(today - 1, today + AHEAD_DAYS):
        for _, minutes in _shifts_of(rota, day):
            yield from minutes


def _within_week(begins: int, length: int) -> Iterator[Minutes]:
    ends = begins + length
    yield begins, min(ends, WEEK_MIN)
    if ends > WEEK_MIN:
        yield 0, ends - WEEK_MIN
