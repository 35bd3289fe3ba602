"""The limits of incoming messages. A message over one of them is rejected as a whole."""

from citybrain.kinds import EVENT_KIND_CHARS, INCIDENT_KIND_CHARS
from citybrain.limits import LABEL_CHARS, MESSAGE_BYTES, Limit

REJECTED = "rejected as malformed, quarantined"

LINK_FRAME_BYTES = Limit(
    name="link_frame_bytes",
    value=32 * 1024 * 1024,
    unit="bytes",
    reason="what gRPC lets in: a letter over message_bytes is refused by its position",
    fate="the stream ends",
)
ID_CHARS = Limit(
    name="id_chars", value=128, unit="characters", reason="ids are read by people", fate=REJECTED
)
NAMES = Limit(
    name="names",
    value=100,
    unit="ids or names in one request",
    reason="more than an incident rests on",
    fate=REJECTED,
)
KINDS_KEPT = Limit(
    name="kinds_kept",
    value=256,
    unit="pairs of kinds",
    reason="a district's events are of a handful of kinds, whose form need not be checked anew",
    fate="the pair that was not seen for longest is checked again",
)
PLACES_KEPT = Limit(
    name="places_kept",
    value=4_096,
    unit="places of cameras and sensors",
    reason="more than a district has, whose places need not be decoded anew for each event",
    fate="the place that was not seen for longest is decoded again",
)
NAMES_KEPT = Limit(
    name="names_kept",
    value=1_024,
    unit="sets of names of measurements",
    reason="a rule measures the same few things in each event: their names need no new check",
    fate="the set that was not seen for longest is checked again",
)
TEXT_CHARS = Limit(
    name="text_chars",
    value=2_000,
    unit="characters",
    reason="a reason is a sentence, not a report",
    fate=REJECTED,
)
WRITTEN_CHARS = Limit(
    name="written_chars",
    value=4_000,
    unit="characters of a message to a crew, or of its answer",
    reason="as much as people write in one district: two pages",
    fate=REJECTED,
)
AT_MICROS = Limit(
    name="at_micros",
    value=2**53,
    unit="µs since 1970",
    reason="the year 2255; exact in JavaScript too",
    fate=REJECTED,
)
SEQUENCE_NUMBER = Limit(
    name="sequence_number",
    value=2**53,
    unit="the highest number of an outbox or a log",
    reason="a number a microsecond for 285 years; exact in JavaScript too, and fits a store's row",
    fate=REJECTED,
)
DURATION_S = Limit(
    name="duration_s",
    value=365 * 86_400,
    unit="s",
    reason="the longest that a configuration can ask for; a deadline behind it fits its row",
    fate=REJECTED,
)
BATCH_ITEMS = Limit(
    name="batch_items", value=1_000, unit="items", reason="10-50 are usual", fate=REJECTED
)
NAMED_NUMBERS = Limit(
    name="named_numbers",
    value=256,
    unit="entries",
    reason="a rule has a handful of measurements, a snapshot a few dozen counts",
    fate=REJECTED,
)
BOXES = Limit(
    name="boxes",
    value=1_000,
    unit="boxes",
    reason="more cannot be told apart in a picture",
    fate=REJECTED,
)
LABELS = Limit(
    name="labels",
    value=256,
    unit="different labels of what one event shows",
    reason="a rule watches for a handful of classes, and no picture shows a detector's hundreds",
    fate=REJECTED,
)
OUTLINE = Limit(
    name="outline", value=256, unit="corners", reason="zones are drawn by hand", fate=REJECTED
)
EVIDENCE_BYTES = Limit(
    name="evidence_bytes",
    value=64 * 1024,
    unit="bytes of what one event shows",
    reason="a thousand boxes with their labels",
    fate=REJECTED,
)
LOSSES = Limit(
    name="losses", value=4_096, unit="rows", reason="severities × rules of one box", fate=REJECTED
)
SERIES_POINTS = Limit(
    name="series_points",
    value=1_000,
    unit="points of one message",
    reason="a minute of a large box, or what waited of some minutes",
    fate=REJECTED,
)
ACK_RANGES = Limit(
    name="ack_ranges",
    value=8_192,
    unit="ranges",
    reason="fits in a message",
    fate="later ranges are left off an ack: those events are sent again",
)
HELLO_PROOF = Limit(
    name="hello_proof",
    value=16 * 1024,
    unit="bytes of claims, signature and certificates",
    reason="a box's certificate and the one that issued it take two thousand",
    fate=REJECTED,
)
REQUESTS = Limit(
    name="requests",
    value=1_000,
    unit="requests",
    reason="one message of letters to an agent",
    fate=REJECTED,
)
SOURCES = Limit(
    name="sources",
    value=1_024,
    unit="sources",
    reason="16 cameras and 1,000 sensors on a box",
    fate=REJECTED,
)
COUNTED_SOURCES = Limit(
    name="counted_sources",
    value=4_000_000,
    unit="cameras, or boxes, of one district",
    reason="2,000 boxes with 1,024 cameras each, twice; the public API has room for it",
    fate=REJECTED,
)
SLOTS = Limit(
    name="slots",
    value=256,
    unit="slots",
    reason="an incident that needs more is several",
    fate=REJECTED,
)
AVOIDS = Limit(
    name="avoids",
    value=64,
    unit="cases of one unit",
    reason="a district keeps fewer of a crew that gave them back",
    fate=REJECTED,
)
CAPABILITIES = Limit(
    name="capabilities",
    value=64,
    unit="names",
    reason="a crew can do a handful of things",
    fate=REJECTED,
)

WIRE_LIMITS = (
    MESSAGE_BYTES, LINK_FRAME_BYTES, ID_CHARS, EVENT_KIND_CHARS,
    INCIDENT_KIND_CHARS, KINDS_KEPT, PLACES_KEPT, NAMES_KEPT,
    TEXT_CHARS, WRITTEN_CHARS, AT_MICROS, SEQUENCE_NUMBER,
    DURATION_S, BATCH_ITEMS, NAMED_NUMBERS, BOXES, LABEL_CHARS, LABELS, OUTLINE, EVIDENCE_BYTES,
    LOSSES, ACK_RANGES, HELLO_PROOF,
    SERIES_POINTS, REQUESTS, SOURCES, COUNTED_SOURCES,
    SLOTS, CAPABILITIES,
)  # fmt: skip
