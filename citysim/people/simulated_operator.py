"""The simulated operator of a headless demo: opens what waits for a person to open it.

It never verifies and never closes: what a camera could not see for certain stays with a person,
and a program that says "seen by a person" would lie.
"""

import asyncio
import logging
from collections.abc import Callable

from citybrain.errors import RpcError
from citybrain.ids import IncidentId
from citybrain.rpc.public.client import ApiClient

log = logging.getLogger(__name__)
NAME = "demo-operator"
POLL_S, RETRY_S = 1.0, 1.0
AWAITS_OPENING = "stage = reported AND waits_for = person"


class SimulatedOperator:
    """One district's operator. `on_opened` is called for every incident that it opened."""

    def __init__(self, *, client: ApiClient, on_opened: Callable[[IncidentId], None]) -> None:
        self._client, self._on_opened = client, on_opened

    async def run(self) -> None:
        """Work until cancelled; a district that does not answer is tried again for ever."""
        while True:
            try:
                await self._open_waiting()
            except RpcError as error:
                log.info("the district's console does not answer: %s", error)
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(POLL_S)

    async def _open_waiting(self) -> None:
        for waiting in await self._client.rows("ListIncidents", filter=AWAITS_OPENING):
            incident = IncidentId(waiting.id)
            outcome = await self._client.call(
                "Act",
                request_id=f"{NAME}-{incident}-open",
                actor=NAME,
                incident=incident,
                verb="open",
            )
            if outcome.done:
                self._on_opened(incident)
