"""The limits of the public API's requests. The lists' own are in `citybrain.feed.limits`."""

from citybrain.limits import Limit

REFUSED = "refused with the field's name; nothing is done"

REQUEST_BYTES = Limit(
    name="api_request_bytes",
    value=64 * 1024,
    unit="bytes",
    reason="a report of 4,000 characters, each escaped",
    fate="413 or RESOURCE_EXHAUSTED; nothing is done",
)
FILE_BYTES = Limit(
    name="api_file_bytes",
    value=8 * 1024 * 1024,
    unit="bytes of one file",
    reason="a picture of a good phone has 3 to 6 MB; it is read through at each download",
    fate="413 or RESOURCE_EXHAUSTED, while it is read; nothing of it is kept",
)
FILE_TIME = Limit(
    name="api_file_time",
    value=300,
    unit="s",
    reason="8 MiB over 220 kbit/s, a bad mobile network",
    fate="what came of it is thrown away, and its sender is told to send it again",
)
FILE_PIECE = Limit(
    name="api_file_piece",
    value=48 * 1024,
    unit="bytes",
    reason="a piece of a file with its frame fits into a request",
    fate="a file is sent in several",
)
DEFAULT_PAGE_ROWS = Limit(
    name="api_default_page_rows",
    value=50,
    unit="rows",
    reason="a screen of rows",
    fate="further rows are on further pages",
)
PAGE_TOKEN_CHARS = Limit(
    name="api_page_token_chars",
    value=4_096,
    unit="characters",
    reason="a sort key and an id of the longest, in any script",
    fate=REFUSED,
)
FILTER_CHARS = Limit(
    name="api_filter_chars",
    value=2_000,
    unit="characters",
    reason="a dozen conditions; each is asked of every row",
    fate=REFUSED,
)
VIOLATIONS = Limit(
    name="api_violations",
    value=20,
    unit="fields",
    reason="more faults of one request are one misunderstanding",
    fate="the rest is not listed",
)
ACTIONS_OF_REQUEST = Limit(
    name="api_actions_of_request",
    value=200,
    unit="actions",
    reason="a screen of cases, chosen together; each is a record of the journal",
    fate=REFUSED,
)
PUSH_INTERVAL = Limit(
    name="api_push_interval",
    value=200,
    unit="ms",
    reason="five updates a second look live",
    fate="changes in between share one message",
)
HEARTBEAT = Limit(
    name="api_heartbeat",
    value=4_000,
    unit="ms",
    reason="a client that receives nothing for 10 s knows that the line is dead",
    fate="a message without a change is sent",
)
WINDOWS_OF_CALLER = Limit(
    name="api_windows_of_caller",
    value=64,
    unit="windows at a time, over all its streams of a service",
    reason="ten screens; a quarter of what a node keeps, so that one caller leaves room for others",
    fate="a further stream of that caller is refused as overloaded",
)
STREAMS_OF_CALLER = Limit(
    name="api_streams_of_caller",
    value=500,
    unit="streams at a time that have no windows",
    reason="a program that follows each crew of a district has as many",
    fate="a further one of that caller is refused as overloaded",
)
