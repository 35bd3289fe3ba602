"""The simulated duty officer: reads a proposed plan for as long as a person would at least need, then turns the key. On the city's real desk."""

import asyncio
import logging
from collections.abc import Callable

from citybrain.clock import Clock, Timestamp
from citybrain.domain.console import PlanAction
from citybrain.domain.plan import Plan
from citybrain.errors import RpcError
from citybrain.ids import PlanId, RequestId
from citybrain.rpc.clients import CityConsoleClient
from citysim.crews.reading import look, proposed, ripe

log = logging.getLogger(__name__)
NAME = "demo-officer"
READING_S, LOOK_S, AGAIN_S = 3.0, 0.25, 1.0


class Officer:
    """Issues every proposed plan `READING_S` after it was first seen. `said` hears of each that was issued."""

    def __init__(
        self, *, client: CityConsoleClient, clock: Clock, said: Callable[[PlanId], None]
    ) -> None:
        self._client, self._clock, self._said = client, clock, said
        self._seen: dict[str, Timestamp] = {}

    async def run(self) -> None:
        """Work until cancelled; a city that is away is tried again for ever."""
        while True:
            try:
                snapshot = await self._client.snapshot()
                await self._read(snapshot.plans)
            except RpcError as error:
                log.info("the city's desk is away: %s", error)
                await asyncio.sleep(AGAIN_S)
            await asyncio.sleep(LOOK_S)

    async def _read(self, plans: tuple[Plan, ...]) -> None:
        now = self._clock.now()
        self._seen = look(self._seen, proposed(plans), now)
        for plan in map(PlanId, ripe(self._seen, now, READING_S)):
            outcome = await self._client.act(
                PlanAction(request=RequestId(f"{NAME}-{plan}"), officer=NAME, plan=plan, issue=True)
            )
            if outcome.done:
                self._said(plan)
            else:
                log.info("plan %s was not issued: %s %s", plan, outcome.reason, outcome.detail)
