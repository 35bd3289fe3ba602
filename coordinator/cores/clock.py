"""What it makes of the city's state that a person moved node time: after a rebase every deadline
keeps what was left of it.
"""

from citybrain.clock import Timestamp
from citybrain.decider.command import ClockSet, Command, Notice, Reply
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderProgress
from citybrain.domain.unit import UnitReport
from citybrain.errors import ClockNotSetError
from citybrain.node_time.rebase import Foreign, rebase_of, rebased
from citybrain.permissions import Permission, refusal_of
from coordinator.cores.state import CityState

# by the clocks of the districts that reported them
FOREIGN: Foreign = frozenset({(IncidentReport, ""), (UnitReport, ""), (OrderProgress, "")})


def clock_set(
    state: CityState, given: ClockSet, at: Timestamp
) -> tuple[CityState, tuple[Command, ...]]:
    """Node time is `at`. Raises `ClockNotSetError`."""
    refused = refusal_of(given.principal, Permission.SET_CLOCK)
    if refused is not None:
        raise ClockNotSetError(refused.reason, refused.detail)
    said: tuple[Command, ...] = (
        Reply(request=given.action.request, done=True),
        Notice(code="clock_set", subject="city", detail=f"{given.action.verb} {given.micros} us"),
    )
    rebase = rebase_of(given, at)
    if rebase is None:
        return state, said
    return rebased(state, rebase, FOREIGN), (*rebase.timers(given.timers), *said)
