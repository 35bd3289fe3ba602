"""What really happened at a box, for the laws: which numbers its disk held, life after life, whatever the agent was told of it. Values and two wrappers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from citybrain.domain.agent import Ack, AgentHello, RequestAck, RequestBatch
from citybrain.domain.event import VerificationRequest
from citybrain.ids import AgentId
from citysim.sim.bell import Bell
from citysim.sim.street.scene import Blindness, Condition
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.port import Draft, Lane, OutboxStats, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """The numbers `first`..`last` of `incarnation` are durable since `at_s` of the story; `drafts` are what they stand for."""

    at_s: float
    incarnation: int
    first: int
    last: int
    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxTruth:
    """A box's whole story."""

    agent: AgentId
    puts: tuple[Put, ...]
    conditions: tuple[Condition, ...]
    blindness: tuple[Blindness, ...]
    down: tuple[tuple[float, float | None], ...]  # when nothing ran on it; None: still


class Witness:
    """An outbox in front of the one in memory: notes every put that became durable, also where the process died before it was told so."""

    def __init__(
        self,
        outbox: MemoryOutbox,
        puts: list[Put],
        now_s: Callable[[], float],
        *,
        mail: Bell,
        words: Bell,
    ) -> None:
        self._outbox, self._puts, self._now_s, self._mail, self._words = (
            outbox,
            puts,
            now_s,
            mail,
            words,
        )

    @property
    def incarnation(self) -> int:
        return self._outbox.incarnation

    def put(self, drafts: Sequence[Draft]) -> tuple[int, ...]:
        first = self._outbox.stats().next_seq
        try:
            return self._outbox.put(drafts)
        finally:
            last = self._outbox.stats().next_seq - 1
            if last >= first:
                self._puts.append(
                    Put(
                        at_s=self._now_s(),
                        incarnation=self.incarnation,
                        first=first,
                        last=last,
                        drafts=tuple(drafts),
                    )
                )
                self._words.ring(drafts)

    def acknowledge(self, ack: Ack) -> int:
        self._mail.ring()
        return self._outbox.acknowledge(ack)

    def hello(self, agent: AgentId) -> AgentHello:
        return self._outbox.hello(agent)

    def pending(self, lane: Lane, limit: int) -> tuple[Row, ...]:
        return self._outbox.pending(lane, limit)

    def again(self, seqs: Sequence[int]) -> tuple[Row, ...]:
        return self._outbox.again(seqs)

    def stats(self) -> OutboxStats:
        return self._outbox.stats()

    def close(self) -> None:
        self._outbox.close()


class Book:
    """The book of requests in front of the one in memory: rings `questions` for every request that has come to stand in it, and `mail` before any is taken."""

    def __init__(self, book: MemoryOutbox, *, questions: Bell, mail: Bell) -> None:
        self._book, self._questions, self._mail = book, questions, mail

    def keep_asked(self, asked: RequestBatch) -> RequestAck:
        before = {request.request for request in self._book.open_requests()}
        self._mail.ring()
        try:
            return self._book.keep_asked(asked)
        finally:
            for request in self._book.open_requests():
                if request.request not in before:
                    self._questions.ring(request)

    def open_requests(self) -> tuple[VerificationRequest, ...]:
        return self._book.open_requests()

    def request_acks(self) -> tuple[RequestAck, ...]:
        return self._book.request_acks()
