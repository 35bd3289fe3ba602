"""The simulated duty officer: issues every proposed plan after a short reading time.

Works over the city's public API.
"""

import asyncio
import logging
from collections.abc import Callable

from citybrain.clock import Clock, Timestamp
from citybrain.errors import RpcError
from citybrain.ids import PlanId
from citybrain.rpc.public.client import ApiClient
from citysim.people.pending_work import read_long_enough, track_first_seen

log = logging.getLogger(__name__)
NAME = "demo-officer"
READING_S, POLL_S, RETRY_S = 3.0, 0.25, 1.0


class SimulatedOfficer:
    """Issues a plan `READING_S` after it was first seen. `on_issued` is called for each."""

    def __init__(
        self, *, client: ApiClient, clock: Clock, on_issued: Callable[[PlanId], None]
    ) -> None:
        self._client, self._clock, self._on_issued = client, clock, on_issued
        self._seen: dict[str, Timestamp] = {}

    async def run(self) -> None:
        """Work until cancelled; a city that does not answer is tried again for ever."""
        while True:
            try:
                plans = await self._client.rows("ListPlans", filter="stage = proposed")
                await self._issue_read_plans([plan.id for plan in plans])
            except RpcError as error:
                log.info("the city does not answer: %s", error)
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(POLL_S)

    async def _issue_read_plans(self, plans: list[str]) -> None:
        now = self._clock.now()
        self._seen = track_first_seen(self._seen, plans, now)
        for plan in map(PlanId, read_long_enough(self._seen, now, READING_S)):
            outcome = await self._client.call(
                "Act", request_id=f"{NAME}-{plan}", actor=NAME, plan=plan, verb="issue"
            )
            if outcome.done:
                self._on_issued(plan)
            else:
                log.info("plan %s was not issued: %s %s", plan, outcome.reason, outcome.detail)
