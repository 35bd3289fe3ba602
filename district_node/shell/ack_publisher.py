"""Publishes acknowledgements to agents after the commits that they acknowledge. Reads the committed
state; decides nothing.
"""

import asyncio
import threading
from collections import OrderedDict

from citybrain.bus import topics
from citybrain.bus.port import Bus
from citybrain.clock import Clock
from citybrain.decider.commit_loop import CommitLoop
from citybrain.ids import AgentId, DistrictId, StoreEpoch
from citybrain.structs import replace
from citybrain.wire.agent import encode_ack
from district_node.cores import intake
from district_node.cores.state import DistrictState
from district_node.shell.thread_event import ThreadEvent

RETRY_S = 0.05  # the bus's window is full


class AckPublisher:
    """At most one pending acknowledgement per sender, however many commits there were.

    An acknowledgement is absolute (everything that is committed of its sender), so the newest one
    includes all earlier ones. Each lane is first come, first served: one that found no room on the
    bus keeps its place, whatever is scheduled after it.
    """

    def __init__(
        self,
        district: DistrictId,
        commit_loop: CommitLoop[DistrictState],
        bus: Bus,
        *,
        clock: Clock,
        epoch: StoreEpoch,
    ) -> None:
        self._district, self._commit_loop, self._bus = district, commit_loop, bus
        self._clock, self._epoch = clock, epoch
        self._urgent: OrderedDict[tuple[AgentId, int], None] = OrderedDict()
        self._pending: OrderedDict[tuple[AgentId, int], None] = OrderedDict()
        self._guard = threading.Lock()
        self._wake = ThreadEvent()

    def schedule(self, agent: AgentId, incarnation: int, *, is_urgent: bool = False) -> None:
        """Acknowledge this sender soon, before all others if it `is_urgent`. Call it from any
        thread, after the commit."""
        sender = (agent, incarnation)
        with self._guard:
            if is_urgent:
                self._pending.pop(sender, None)
                self._urgent[sender] = None
            elif sender not in self._urgent:
                self._pending[sender] = None
        self._wake.set()

    async def run(self) -> None:
        self._wake.bind()
        while True:
            await self._wake.wait(None)
            while not self.flush():
                await asyncio.sleep(RETRY_S)

    def flush(self) -> bool:
        """Publish as many as are pending now; False when the bus has no room (what is left stays
        pending). An urgent one that comes meanwhile is next."""
        for _ in range(len(self._urgent) + len(self._pending)):
            with self._guard:
                lane = self._urgent or self._pending
                if not lane:
                    return True
                sender, _ = lane.popitem(last=False)
            agent, incarnation = sender
            ack = intake.ack_for(self._commit_loop.state.intake, agent, incarnation)
            payload = encode_ack(replace(ack, at=self._clock.now(), epoch=self._epoch))
            if self._bus.publish(topics.topic(self._district, agent, topics.ACK), payload):
                continue
            with self._guard:
                lane[sender] = None
                lane.move_to_end(sender, last=False)
            # without a broker the rest waits: agents say hello when they are connected again
            return not self._bus.is_connected()
        return True
