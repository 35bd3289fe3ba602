"""The simulated operator of a headless demo: opens what waits for a person to open it.

It never verifies and never closes: what a camera could not see for certain stays with a person,
and a program that says "seen by a person" would lie.
"""

import asyncio
import logging
from collections.abc import Callable

from citybrain.domain.console import DistrictSnapshot, OperatorAction
from citybrain.errors import RpcError
from citybrain.ids import IncidentId, RequestId
from citybrain.rpc.public.district_clients import DistrictClient
from citybrain.vocabulary import OperatorVerb
from citysim.people.pending_work import awaits_opening

log = logging.getLogger(__name__)
NAME = "demo-operator"
POLL_S, RETRY_S = 1.0, 1.0


class SimulatedOperator:
    """One district's operator. `on_opened` is called for every incident that it opened."""

    def __init__(self, *, client: DistrictClient, on_opened: Callable[[IncidentId], None]) -> None:
        self._client, self._on_opened = client, on_opened

    async def run(self) -> None:
        """Work until cancelled; a district that does not answer is tried again for ever."""
        while True:
            try:
                await self._open_waiting(await self._client.snapshot())
            except RpcError as error:
                log.info("the district's console does not answer: %s", error)
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(POLL_S)

    async def _open_waiting(self, snapshot: DistrictSnapshot) -> None:
        for row in snapshot.queue:
            if awaits_opening(row):
                incident = row.report.incident
                action = OperatorAction(
                    request=RequestId(f"{NAME}-{incident}-open"),
                    operator=NAME,
                    incident=incident,
                    verb=OperatorVerb.OPEN,
                )
                if (await self._client.act(action)).done:
                    self._on_opened(incident)
