"""A scene that comes and goes again and again, as a loose contact or a crowd at the edge of a zone
does: its camera or sensor is unstable. Pure.

Numbered behind all other street events, so that what a seed means otherwise stays as it was.
"""

from random import Random  # noqa: TID251 - seeded

from citysim.sim.scenario import CitySpec, StreetEvent

SHARE = 0.25  # of the scenarios that have such a box
TIMES = (3, 8)  # that it comes and goes
PERIOD_S = (14.0, 90.0)  # from one beginning to the next
THERE_SHARE = (0.3, 0.7)  # of the period in which it is there


def draw_flapping(
    rng: Random, city: CitySpec, *, after: int, until_s: float
) -> tuple[StreetEvent, ...]:
    """What flaps in front of one box of the city, or nothing; numbered from `after` + 1."""
    boxes = [box for _, box in city.boxes()]
    if rng.random() >= SHARE or not boxes:
        return ()
    box, times = rng.choice(boxes), rng.randint(*TIMES)
    period_s, there = rng.uniform(*PERIOD_S), rng.uniform(*THERE_SHARE)
    begin_s = rng.uniform(0.0, until_s)
    begins = [begin_s + n * period_s for n in range(times)]
    return tuple(
        StreetEvent(
            number=after + n,
            at_s=round(at_s, 3),
            agent=box.agent,
            duration_s=round(there * period_s, 1),
        )
        for n, at_s in enumerate(begins, start=1)
        if at_s < until_s
    )
