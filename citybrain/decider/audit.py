"""The auditor of timers: a query that proves that no deadline was missed. Fires nothing."""

from citybrain.clock import Timestamp, later
from citybrain.journal.port import Store, Timer

AUDIT_ROWS = 1_000  # enough to see what is wrong; reading a whole table would stop the node


def overdue(store: Store, at: Timestamp, grace_s: float = 1) -> tuple[Timer, ...]:
    """Timers that should have fired more than `grace_s` before `at`, the oldest first, at most
    `AUDIT_ROWS`. Empty is the law while a node is up."""
    return store.timers_due(at=later(at, -grace_s), limit=AUDIT_ROWS)
