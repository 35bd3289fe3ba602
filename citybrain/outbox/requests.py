"""Which of a district's numbered requests are new to an agent. Pure; the books are the adapters'."""

from citybrain.domain.agent import Asked
from citybrain.domain.event import Reobserve

EPOCHS_KEPT = 8  # stores of one district that an agent remembers: one changes only with a restore
OPEN_REQUESTS = 1_000  # more are not taken (the mark stays, the district asks again): a box has a few cameras to look with


def news_of(asked: Asked, seen: int, *, room: int) -> tuple[Reobserve, ...]:
    """The requests that follow number `seen` without a hole, at most `room`; empty when all are known, or when some in between are missing."""
    if asked.first > seen + 1:
        return ()
    return asked.requests[seen + 1 - asked.first :][: max(room, 0)]
