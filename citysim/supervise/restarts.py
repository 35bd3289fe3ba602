"""Whether and when a process that died is started again: a pure core, no clock and no process in it."""

from dataclasses import dataclass

from citybrain.clock import SECOND_US, Instant

FIRST_DELAY_S = 0.5
DELAY_S_MAX = 8.0  # a process that keeps dying costs the machine one start in this time
STEADY_S = 20.0  # a life longer than this makes the next delay the first again
DEATHS_MAX = 8  # quick deaths in a row: something is wrong that another start will not mend


@dataclass(frozen=True, slots=True, kw_only=True)
class Restarts:
    """How often in a row a process died soon after its start."""

    quick_deaths: int = 0


def after_death(
    restarts: Restarts, *, started: Instant, died: Instant
) -> tuple[Restarts, float | None]:
    """The delay in seconds before the next start; None when it died too often and stays down."""
    steady = (died - started) / SECOND_US >= STEADY_S
    deaths = 1 if steady else restarts.quick_deaths + 1
    if deaths > DEATHS_MAX:
        return Restarts(quick_deaths=deaths), None
    return Restarts(quick_deaths=deaths), min(DELAY_S_MAX, FIRST_DELAY_S * 2 ** (deaths - 1))
