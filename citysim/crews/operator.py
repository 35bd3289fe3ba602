"""The simulated operator of a headless demo: opens what waits for a person to be opened, and nothing else. Never verifies and never closes.

What a camera could not see for certain stays with a person; a machine that says "seen by a person" would be a lie.
"""

import asyncio
import logging
from collections.abc import Callable

from citybrain.domain.console import DistrictSnapshot, OperatorAction
from citybrain.errors import RpcError
from citybrain.ids import IncidentId, RequestId
from citybrain.rpc.clients import DistrictConsoleClient
from citybrain.vocabulary import OperatorVerb
from citysim.crews.reading import waits_to_be_opened

log = logging.getLogger(__name__)
NAME = "demo-operator"
LOOK_S, AGAIN_S = 1.0, 1.0


class Operator:
    """One district's. `said` hears of every incident that it opened."""

    def __init__(
        self, *, client: DistrictConsoleClient, said: Callable[[IncidentId], None]
    ) -> None:
        self._client, self._said = client, said

    async def run(self) -> None:
        """Work until cancelled; a district that is away is tried again for ever."""
        while True:
            try:
                await self._open_what_waits(await self._client.snapshot())
            except RpcError as error:
                log.info("the district's desk is away: %s", error)
                await asyncio.sleep(AGAIN_S)
            await asyncio.sleep(LOOK_S)

    async def _open_what_waits(self, snapshot: DistrictSnapshot) -> None:
        for row in snapshot.rows:
            if waits_to_be_opened(row):
                incident = row.report.incident
                action = OperatorAction(
                    request=RequestId(f"{NAME}-{incident}-open"),
                    operator=NAME,
                    incident=incident,
                    verb=OperatorVerb.OPEN,
                )
                if (await self._client.act(action)).done:
                    self._said(incident)
