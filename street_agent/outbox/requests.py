"""Which of a district's numbered requests are new to an agent. Pure; the books are the adapters'."""

from citybrain.domain.agent import RequestBatch
from citybrain.domain.event import VerificationRequest

EPOCHS_KEPT = 8  # stores of one district that an agent remembers: one changes only with a restore
OPEN_REQUESTS = 1_000  # more are not taken (the mark stays, the district asks again): a box has a few cameras to look with


def stands_at(asked: RequestBatch, seen: int) -> int:
    """The last number that need not come any more. A message begins with the first request that nobody acknowledged: what is before it was kept here,
    or in an outbox that was lost, and never comes again."""
    return max(seen, asked.first - 1)


def news_of(asked: RequestBatch, seen: int, *, room: int) -> tuple[VerificationRequest, ...]:
    """The requests above number `seen` (see `stands_at`), at most `room`; empty when all are known."""
    return asked.requests[seen + 1 - asked.first :][: max(room, 0)]
