"""When a process that died is started again."""

from citybrain.clock import SECOND_US, Instant
from citysim.supervise.restart_backoff import (
    DEATHS_MAX,
    DELAY_S_MAX,
    FIRST_DELAY_S,
    STABLE_AFTER_S,
    RestartHistory,
    delay_after_death,
)


def die_quickly(restarts: RestartHistory) -> tuple[RestartHistory, float | None]:
    return delay_after_death(restarts, started=Instant(0), died=Instant(SECOND_US))


def test_the_first_death_costs_the_first_delay():
    assert die_quickly(RestartHistory()) == (RestartHistory(quick_deaths=1), FIRST_DELAY_S)


def test_delays_double_up_to_the_bound():
    restarts, delays = RestartHistory(), []
    for _ in range(DEATHS_MAX):
        restarts, delay = die_quickly(restarts)
        delays.append(delay)
    assert delays[:3] == [0.5, 1.0, 2.0]
    assert delays[-1] == DELAY_S_MAX


def test_it_stays_down_when_it_died_too_often():
    restarts = RestartHistory(quick_deaths=DEATHS_MAX)
    assert die_quickly(restarts)[1] is None


def test_a_steady_life_makes_the_next_delay_the_first_again():
    steady = Instant(round(STABLE_AFTER_S * SECOND_US))
    assert delay_after_death(
        RestartHistory(quick_deaths=DEATHS_MAX), started=Instant(0), died=steady
    ) == (
        RestartHistory(quick_deaths=1),
        FIRST_DELAY_S,
    )
