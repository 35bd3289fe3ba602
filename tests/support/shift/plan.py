"""The plan of the shift: which stories, in which order, and how many cases each is."""

from collections.abc import Callable, Coroutine
from typing import NamedTuple

from shift.shift import Shift
from shift.stories import city, desk, phones

CASES = 30


class Part(NamedTuple):
    """A story. `shows`: what is seen on screens by its end."""

    play: Callable[[Shift], Coroutine[object, object, None]]
    cases: int
    shows: tuple[str, ...]


PARTS = (
    Part(desk.first_wave, 6, ("a wave of alarms was worked off",)),
    Part(desk.phone, 3, ("a phone call was entered",)),
    Part(desk.false_alarm, 1, ("a false alarm was called one",)),
    Part(desk.merge_undone, 2, ("a merge was undone",)),
    Part(phones.rings_away, 1, ("a phone rang with the screen locked",)),
    Part(phones.without_network, 1, ("three answers were sent once, in order",)),
    Part(city.plans, 1, ("a plan was rejected", "a plan was issued")),
    Part(city.plan_on_a_laptop, 1, ("a plan was issued on a laptop, in Chinese",)),
    Part(phones.break_and_back, 0, ("a crew took a break and came back",)),
    Part(desk.second_wave, 5, ("several cases were taken at once",)),
    Part(city.city_cut_off, 3, ("the city was cut off and came back",)),
    Part(city.district_killed, 2, ("the district's node was killed",)),
    Part(city.city_killed, 1, ("the city's node was killed",)),
    Part(desk.nothing_here, 1, ("a crew found nothing",)),
    Part(desk.handed_over, 2, ("the shift was handed over",)),
)
assert sum(part.cases for part in PARTS) == CASES


def planned(cases: int, only: str = "") -> tuple[Part, ...]:
    """As many stories from the first one as make up `cases`; `only`: those of that name."""
    if only:
        return tuple(part for part in PARTS if part.play.__name__ in only.split(","))
    chosen: list[Part] = []
    for part in PARTS:
        if sum(one.cases for one in chosen) >= cases:
            break
        chosen.append(part)
    return tuple(chosen)
