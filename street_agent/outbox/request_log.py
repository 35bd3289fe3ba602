"""Which of a district's numbered requests are new to an agent. Pure; adapters store them."""

from citybrain.domain.agent import RequestBatch
from citybrain.domain.event import VerificationRequest

EPOCHS_MAX = 8  # stores of one district that an agent remembers: one changes only with a restore
# More are not stored (the position stays, the district sends them again): a box has few cameras.
OPEN_REQUESTS = 1_000


def contiguous_before(batch: RequestBatch, stored: int) -> int:
    """The last number that need not come any more, given that all up to `stored` came. A batch
    begins with the first request that nobody acknowledged: what is before it was stored here, or in
    an outbox that was lost, and never comes again."""
    return max(stored, batch.first - 1)


def new_requests(
    batch: RequestBatch, contiguous: int, *, room: int
) -> tuple[VerificationRequest, ...]:
    """The requests above `contiguous` (see `contiguous_before`), at most `room`; empty when all are
    known."""
    return batch.requests[contiguous + 1 - batch.first :][: max(room, 0)]
