"""Every limit has a value, a unit, a reason and a fate. The kernel's stand here; each tier keeps its own table in its `limits.py`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A bound: `fate` says what happens at it. `name` is also the metric's label."""

    name: str
    value: int
    unit: str
    reason: str
    fate: str


COMMIT_QUEUE = Limit(
    name="commit_queue",
    value=20_000,
    unit="inputs",
    reason="a burst of 4 s at 5,000 events a second",
    fate="the submitter gets QueueFullError and does not acknowledge",
)
COMMIT_BATCH = Limit(
    name="commit_batch",
    value=500,
    unit="inputs",
    reason="one fsync covers them; longer would delay the first",
    fate="the rest waits for the next commit",
)
COMMIT_WAIT = Limit(
    name="commit_wait",
    value=2,
    unit="ms",
    reason="company for a commit is worth no more",
    fate="the commit starts with what is there",
)
SNAPSHOT_EVERY = Limit(
    name="snapshot_every",
    value=20_000,
    unit="records",
    reason="bounds a start's replay to seconds",
    fate="a snapshot is taken",
)
MESSAGE_BYTES = Limit(
    name="message_bytes",
    value=256 * 1024,
    unit="bytes",
    reason="50 events with evidence take about 100 KiB",
    fate="rejected as oversized, quarantined",
)
SENDER_WINDOW = Limit(
    name="sender_window",
    value=100_000,
    unit="events",
    reason="bounds the receiver's spans",
    fate="newer events wait in the outbox",
)
QUARANTINE_ROWS = Limit(
    name="quarantine_rows",
    value=1_000,
    unit="messages",
    reason="enough to see what a sender does wrong",
    fate="the oldest is dropped, counted",
)
LINK_WINDOW = Limit(
    name="link_window",
    value=1_000,
    unit="letters",
    reason="one round trip at full rate",
    fate="further letters wait in the store",
)
