"""Every limit has a value, a unit, a reason and a fate. Here are the kernel's; each tier has its
own `limits.py`.
"""

from citybrain.structs import Struct


class Limit(Struct, frozen=True, kw_only=True):
    """A bound: `fate` says what happens at it. `name` is also the metric's label."""

    name: str
    value: int
    unit: str
    reason: str
    fate: str


FOUND_NEEDS = Limit(
    name="found_needs",
    value=8,
    unit="capabilities that a crew at the scene asks for",
    reason="a crew says what is missing, and no plan",
    fate="its answer is refused; a letter with more is no letter",
)
ORDER_MESSAGES = Limit(
    name="order_messages",
    value=10,
    unit="messages to another district's crew within one order",
    reason="a way and its work; who has more to say calls",
    fate="a further one is refused, and its writer told to call",
)
MESSAGE_REPLIES = Limit(
    name="message_replies",
    value=10,
    unit="answers of a crew to one message",
    reason="a conversation; the next message begins another",
    fate="a further one is refused, and the crew is told to call",
)
VIEW_RANGE = Limit(
    name="view_range",
    value=5_000,
    unit="m that a camera sees what its rules are about",
    reason="a camera on a mast by a motorway or a river; over more it tells no object apart",
    fate="a configuration with more is refused, a status with more rejected as malformed",
)
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
    reason="waiting longer for more inputs to share a commit does not pay",
    fate="the commit starts with what is there",
)
CHECKPOINT_EVERY = Limit(
    name="checkpoint_every",
    value=20_000,
    unit="records",
    reason="bounds a start's replay to seconds",
    fate="a checkpoint is made",
)
CHECKPOINT_LETTERS = Limit(
    name="checkpoint_letters",
    value=5_000,
    unit="letters",
    reason="some MiB beside the state; a link that is up has a handful waiting",
    fate="one behind them that is deleted from the store becomes a declared gap",
)
MESSAGE_BYTES = Limit(
    name="message_bytes",
    value=256 * 1024,
    unit="bytes",
    reason="50 events with evidence take about 100 KiB",
    fate="rejected as oversized, quarantined",
)
LABEL_CHARS = Limit(
    name="label_chars",
    value=128,
    unit="characters of a box's label",
    reason="a class of a detector is a word or two",
    fate="rejected as malformed, quarantined; a box sends no longer ones",
)
SCRUB_BYTES = Limit(
    name="scrub_bytes",
    value=4,
    unit="MiB/s",
    reason="a disk of an edge server reads a hundred; commits and crews come first",
    fate="reading the journal back waits; a large one takes hours",
)
SCRUB_RECORDS = Limit(
    name="scrub_records",
    value=2_000,
    unit="records/s",
    reason="hashing so many takes two percent of a core",
    fate="reading the journal back waits; a large one takes hours",
)
SENDER_WINDOW = Limit(
    name="sender_window",
    value=100_000,
    unit="events",
    reason="bounds the receiver's ack ranges",
    fate="newer events wait in the outbox",
)
QUARANTINE_ROWS = Limit(
    name="quarantine_rows",
    value=1_000,
    unit="messages",
    reason="enough to see what a sender does wrong",
    fate="the oldest is dropped, counted",
)
REFUSED_LETTERS = Limit(
    name="refused_letters",
    value=200,
    unit="letters",
    reason="those not yet acknowledged as gaps are a handful",
    fate="the oldest leaves the state; if its gap was not acknowledged it is refused once more",
)
LINK_WINDOW = Limit(
    name="link_window",
    value=1_000,
    unit="letters",
    reason="one round trip at full rate",
    fate="further letters wait in the store",
)
REFUSALS_LOGGED = Limit(
    name="refusals_logged",
    value=1_000,
    unit="senders and reasons",
    reason="who was refused in the last minute, so that each has one log line in it",
    fate="the one that is known for longest gets a line again",
)
