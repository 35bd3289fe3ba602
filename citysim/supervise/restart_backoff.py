"""Whether and when a process that died is started again: a pure core without clock and process."""

from citybrain.clock import SECOND_US, Instant
from citybrain.structs import Struct

FIRST_DELAY_S = 0.5
DELAY_S_MAX = 8.0  # a process that keeps dying costs the machine one start in this time
STABLE_AFTER_S = 20.0  # after a longer run the next delay is the first again
DEATHS_MAX = 8  # quick deaths in a row: another start will not help


class RestartHistory(Struct, frozen=True, kw_only=True):
    """How often in a row a process died soon after its start."""

    quick_deaths: int = 0


def delay_after_death(
    restarts: RestartHistory, *, started: Instant, died: Instant
) -> tuple[RestartHistory, float | None]:
    """The delay in seconds before the next start; None: it died too often and stays down."""
    steady = (died - started) / SECOND_US >= STABLE_AFTER_S
    deaths = 1 if steady else restarts.quick_deaths + 1
    if deaths > DEATHS_MAX:
        return RestartHistory(quick_deaths=deaths), None
    return RestartHistory(quick_deaths=deaths), min(DELAY_S_MAX, FIRST_DELAY_S * 2 ** (deaths - 1))
