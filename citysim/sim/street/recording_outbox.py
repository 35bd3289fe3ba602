"""Wrappers of the memory outbox and request store that record what became durable.

They see it also where the process died before it was told, and fire the edge box's triggers.
"""

from collections.abc import Callable, Sequence

from citybrain.clock import Clock
from citybrain.domain.agent import Ack, AgentHello, RequestAck, RequestBatch
from citybrain.domain.event import VerificationRequest
from citybrain.ids import AgentId
from citysim.sim.fault_trigger import FaultTrigger
from citysim.sim.street.ground_truth import DurableAppend
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.port import OutboxDraft, OutboxRow, OutboxStats, PendingRange


class RecordingOutbox:
    """See `street_agent.outbox.port.Outbox`. Every append goes to `appends`."""

    def __init__(
        self,
        outbox: MemoryOutbox,
        appends: list[DurableAppend],
        now_s: Callable[[], float],
        *,
        clock: Clock,
        inbound_received: FaultTrigger[Ack | RequestBatch],
        acked: Callable[[Ack], None],
        outbox_appended: FaultTrigger[Sequence[OutboxDraft]],
    ) -> None:
        self._outbox, self._appends, self._now_s = outbox, appends, now_s
        self._inbound_received, self._outbox_appended = inbound_received, outbox_appended
        self._acked, self._clock = acked, clock

    @property
    def incarnation(self) -> int:
        return self._outbox.incarnation

    def put(self, drafts: Sequence[OutboxDraft]) -> tuple[int, ...]:
        first = self._outbox.stats().next_seq
        try:
            return self._outbox.put(drafts)
        finally:
            last = self._outbox.stats().next_seq - 1
            if last >= first:
                self._appends.append(
                    DurableAppend(
                        at_s=self._now_s(),
                        box_at=self._clock.now(),
                        incarnation=self.incarnation,
                        first=first,
                        last=last,
                        drafts=tuple(drafts),
                    )
                )
                self._outbox_appended.fire(drafts)

    def acknowledge(self, ack: Ack) -> int:
        self._inbound_received.fire(ack)
        self._acked(ack)
        return self._outbox.acknowledge(ack)

    def hello(self, agent: AgentId) -> AgentHello:
        return self._outbox.hello(agent)

    def follow(self, previous: int) -> None:
        self._outbox.follow(previous)

    def pending(self, wanted: PendingRange, limit: int) -> tuple[OutboxRow, ...]:
        return self._outbox.pending(wanted, limit)

    def rows_of(self, seqs: Sequence[int]) -> tuple[OutboxRow, ...]:
        return self._outbox.rows_of(seqs)

    def stats(self) -> OutboxStats:
        return self._outbox.stats()

    def close(self) -> None:
        self._outbox.close()


class RecordingRequests:
    """See `street_agent.outbox.port.RequestStore`."""

    def __init__(
        self,
        store: MemoryOutbox,
        *,
        request_stored: FaultTrigger[VerificationRequest],
        inbound_received: FaultTrigger[Ack | RequestBatch],
    ) -> None:
        self._store = store
        self._request_stored, self._inbound_received = request_stored, inbound_received

    def store_requests(self, batch: RequestBatch) -> RequestAck:
        before = {request.request for request in self._store.open_requests()}
        self._inbound_received.fire(batch)
        try:
            return self._store.store_requests(batch)
        finally:
            for request in self._store.open_requests():
                if request.request not in before:
                    self._request_stored.fire(request)

    def open_requests(self) -> tuple[VerificationRequest, ...]:
        return self._store.open_requests()

    def request_acks(self) -> tuple[RequestAck, ...]:
        return self._store.request_acks()
