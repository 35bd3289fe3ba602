"""The street agent's limits: each with its unit, its reason and its fate."""

from citybrain.limits import Limit

INBOX = Limit(
    name="street_inbox",
    value=2_000,
    unit="inputs",
    reason="some seconds of 16 cameras and 100 sensors while a disk stalls",
    fate="observations and readings wait (the camera drops frames, counted); messages from the"
    " broker are dropped, the district sends them again",
)
BATCH = Limit(
    name="street_batch",
    value=200,
    unit="inputs",
    reason="one transaction covers them",
    fate="the rest waits for the next",
)
SET_APART_ROWS = Limit(
    name="street_set_apart",
    value=200,
    unit="rows of the outbox that cannot be read",
    reason="enough to see what was wrong with them; at most 50 MiB",
    fate="the oldest is deleted; how many there were stays counted",
)
DAMAGED_OUTBOXES = Limit(
    name="street_damaged_outboxes",
    value=3,
    unit="files",
    reason="a worn card damages the next one too; each may be as large as an outbox",
    fate="the oldest is deleted",
)
SERIES_POINTS = Limit(
    name="street_series_points",
    value=1_000_000,
    unit="readings",
    reason="eleven days at one a second, about 60 MiB",
    fate="The file is refused; split it or thin it out",
)
SERIES_BYTES = Limit(
    name="street_series_bytes",
    value=64 * 1024 * 1024,
    unit="bytes of one recorded series",
    reason="a million rows have fewer; it is read into memory",
    fate="The file is refused; split it or thin it out",
)
DECODED_BOXES = Limit(
    name="street_decoded_boxes",
    value=20_000,
    unit="candidate boxes of one picture",
    reason="a model of 640 x 640 pixels has 8,400 cells; each box costs memory",
    fate="the decoder of the package counts as failed, its cameras are blind",
)
LABELLED_PICTURES = Limit(
    name="street_labelled_pictures",
    value=20_000,
    unit="pictures of a labelled folder",
    reason="what a model finds on all of them is kept until it is judged; COCO's has 5,000",
    fate="the folder is refused; measure on a part of it",
)
PLUGIN_READS_PER_S = Limit(
    name="street_plugin_reads",
    value=100,
    unit="reads a second of one package's source",
    reason="no camera or sensor of a street is faster, and the inbox is shared by all",
    fate="the next read waits; what the source gives meanwhile is its package's to drop",
)
TOPIC_READS_PER_S = Limit(
    name="street_topic_reads",
    value=100,
    unit="readings a second of one sensor that writes to a topic",
    reason="as of a package's source; the link to the district is on the same connection",
    fate="a reading that comes sooner is dropped; the next one counts",
)
READING_BYTES = Limit(
    name="street_reading_bytes",
    value=512,
    unit="bytes of one reading that a sensor writes to a topic",
    reason="two numbers and their names; what is larger is something else",
    fate="it is refused, and the sensor is blind: unreadable",
)
SERIES_OF_SOURCE = Limit(
    name="street_series_of_source",
    value=16,
    unit="counts of one camera",
    reason="a model may know hundreds; a street has a handful",
    fate="a further class is not counted",
)
SERIES_WAITING = Limit(
    name="street_series_waiting",
    value=120,
    unit="minutes of counts and readings",
    reason="a broker that is away for longer leaves a hole in a picture of the day, no more",
    fate="the oldest minute is dropped; the picture shows the hole",
)
SERIES_MESSAGE = Limit(
    name="street_series_message",
    value=500,
    unit="points of one message",
    reason="with the longest of names they have room in one message",
    fate="the rest goes a second later; of one minute, what is beyond is dropped",
)
PLUGIN_PICTURE_PIXELS = Limit(
    name="street_plugin_picture",
    value=7_680 * 4_320,
    unit="pixels of one picture of a package's camera",
    reason="8K; each picture is copied",
    fate="the picture counts as a fault of the package: blind, because plugin",
)
DISTRICT_TIME_APART = Limit(
    name="street_district_time_apart",
    value=10,
    unit="s between two acknowledgements",
    reason="what waited at the broker comes at once; a district answers each hello, so once a"
    " minute",
    fate="a pair that is nearer proves nothing, the next may",
)
DISTRICT_TIME_TOLERANCE = Limit(
    name="street_district_time_tolerance",
    value=5,
    unit="s between what passed at the district and here",
    reason="what a broker and a busy box take to deliver",
    fate="the pair proves nothing: one of both has waited, or the district's own clock was set",
)
STATUS_EVERY_S = 1.0
RENEW_PAUSE_S = 2.0  # before an agent whose outbox was damaged while it ran begins anew
TICK_S = 0.5
# How exactly a later run knows when this one ended; a flash card is not written more often for it.
ALIVE_EVERY_S = 10.0
