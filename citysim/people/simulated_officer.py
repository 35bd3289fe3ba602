"""The simulated duty officer: issues every proposed plan after a short reading time.

Works over the city's real console service.
"""

import asyncio
import logging
from collections.abc import Callable

from citybrain.clock import Clock, Timestamp
from citybrain.domain.console import PlanAction
from citybrain.domain.plan import Plan
from citybrain.errors import RpcError
from citybrain.ids import PlanId, RequestId
from citybrain.rpc.clients import CityConsoleClient
from citysim.people.pending_work import proposed_plans, read_long_enough, track_first_seen

log = logging.getLogger(__name__)
NAME = "demo-officer"
READING_S, POLL_S, RETRY_S = 3.0, 0.25, 1.0


class SimulatedOfficer:
    """Issues a plan `READING_S` after it was first seen. `on_issued` is called for each."""

    def __init__(
        self, *, client: CityConsoleClient, clock: Clock, on_issued: Callable[[PlanId], None]
    ) -> None:
        self._client, self._clock, self._on_issued = client, clock, on_issued
        self._seen: dict[str, Timestamp] = {}

    async def run(self) -> None:
        """Work until cancelled; a city that does not answer is tried again for ever."""
        while True:
            try:
                snapshot = await self._client.snapshot()
                await self._issue_read_plans(snapshot.plans)
            except RpcError as error:
                log.info("the city's console does not answer: %s", error)
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(POLL_S)

    async def _issue_read_plans(self, plans: tuple[Plan, ...]) -> None:
        now = self._clock.now()
        self._seen = track_first_seen(self._seen, proposed_plans(plans), now)
        for plan in map(PlanId, read_long_enough(self._seen, now, READING_S)):
            outcome = await self._client.act(
                PlanAction(request=RequestId(f"{NAME}-{plan}"), officer=NAME, plan=plan, issue=True)
            )
            if outcome.done:
                self._on_issued(plan)
            else:
                log.info("plan %s was not issued: %s %s", plan, outcome.reason, outcome.detail)
