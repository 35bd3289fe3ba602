"""How a person's answer to a held-back step goes to the journal and comes back. Decides nothing."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future

from citybrain.decider.decider import Committed
from citybrain.domain.clock import ClockAction
from citybrain.domain.console import Outcome
from citybrain.domain.principal import Principal, Role, unauthenticated
from citybrain.errors import ClockNotSetError

AskClock = Callable[[ClockAction, Principal], "Future[Committed]"]  # `ClockWatch.request`


async def set_clock(
    ask: AskClock, action: ClockAction, caller: Principal | None, *, role: Role
) -> Outcome:
    """The outcome. `caller`: who was proved to ask; None: nobody was, and the name that the action
    has counts as of `role`. Raises what kept it from being decided."""
    principal = caller or unauthenticated(action.actor, role)
    try:
        await asyncio.wrap_future(ask(action, principal))
    except ClockNotSetError as error:
        return Outcome(request=action.request, done=False, reason=error.reason, detail=error.detail)
    return Outcome(request=action.request, done=True)
