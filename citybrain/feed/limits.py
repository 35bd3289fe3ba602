"""The limits of lists that are watched."""

from citybrain.limits import Limit

WINDOW_ROWS = Limit(
    name="feed_window_rows",
    value=500,
    unit="rows",
    reason="a screen shows fifty; a page for a program takes more",
    fate="a wider window is refused",
)
OFFSET = Limit(
    name="feed_offset",
    value=10_000_000,
    unit="rows",
    reason="more than a city has of anything; a number that fits everywhere",
    fate="a window further down is refused",
)
SEARCH_CHARS = Limit(
    name="feed_search_chars",
    value=200,
    unit="characters",
    reason="a sentence; every word is looked for in every row",
    fate="a longer search, or value of a filter, is refused",
)
FILTER_VALUES = Limit(
    name="feed_filter_values",
    value=32,
    unit="values",
    reason="each is asked of every row",
    fate="a view with more filters is refused",
)
STREAM_VIEWS = Limit(
    name="feed_stream_views",
    value=24,
    unit="views",
    reason="an operator's console has a count for each tab, a map of four lists, and one detail",
    fate="a stream of more is refused",
)
VIEWS = Limit(
    name="feed_views",
    value=256,
    unit="views",
    reason="fifty screens with five lists; each view costs 8 bytes a row and its kept windows",
    fate="the one unread for longest goes; if all are watched, the newcomer is refused",
)
VIEW_IDLE = Limit(
    name="feed_view_idle",
    value=60,
    unit="s",
    reason="a client that lost its connection is back in seconds",
    fate="a view that nobody watches or reads goes; who comes back later gets a page",
)
WINDOWS_KEPT = Limit(
    name="feed_windows_kept",
    value=64,
    unit="windows a view",
    reason="13 s at five changes a second: a reconnect, or a phone in a tunnel",
    fate="whoever knows only an older one gets a page",
)
ENCODED_KEPT = Limit(
    name="feed_encoded_kept",
    value=256,
    unit="updates",
    reason="one update of every view",
    fate="the oldest goes, and is encoded again if asked for",
)
