"""Publishes acknowledgements to agents after the commits that they acknowledge. Reads the committed
state; decides nothing.
"""

import asyncio
import threading

from citybrain.bus import topics
from citybrain.bus.port import Bus
from citybrain.decider.commit_loop import CommitLoop
from citybrain.ids import AgentId, DistrictId
from citybrain.wire.agent import encode_ack
from district_node.cores import intake
from district_node.cores.state import DistrictState
from district_node.shell.thread_event import ThreadEvent

RETRY_S = 0.05  # the bus's window is full


class AckPublisher:
    """At most one pending acknowledgement per sender, however many commits there were.

    An acknowledgement is absolute (everything that is committed of its sender), so the newest one
    includes all earlier ones.
    """

    def __init__(
        self, district: DistrictId, commit_loop: CommitLoop[DistrictState], bus: Bus
    ) -> None:
        self._district, self._commit_loop, self._bus = district, commit_loop, bus
        self._urgent: dict[tuple[AgentId, int], None] = {}
        self._pending: dict[tuple[AgentId, int], None] = {}
        self._guard = threading.Lock()
        self._wake = ThreadEvent()

    def schedule(self, agent: AgentId, incarnation: int, *, is_urgent: bool = False) -> None:
        """Acknowledge this sender soon, before all others if it `is_urgent`. Call it from any
        thread, after the commit."""
        with self._guard:
            (self._urgent if is_urgent else self._pending)[(agent, incarnation)] = None
        self._wake.set()

    async def run(self) -> None:
        self._wake.bind()
        while True:
            await self._wake.wait(None)
            while not self.flush():
                await asyncio.sleep(RETRY_S)

    def flush(self) -> bool:
        """Publish what is pending; False when the bus has no room (what is left stays pending)."""
        with self._guard:
            pending = list(self._urgent | self._pending)
            self._urgent, self._pending = {}, {}
        for at, (agent, incarnation) in enumerate(pending):
            ack = intake.ack_for(self._commit_loop.state.intake, agent, incarnation)
            if self._bus.publish(topics.topic(self._district, agent, topics.ACK), encode_ack(ack)):
                continue
            with self._guard:
                self._pending = dict.fromkeys(pending[at:]) | self._pending
            # without a broker the rest waits: agents say hello when they are connected again
            return not self._bus.is_connected()
        return True
