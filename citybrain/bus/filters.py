"""MQTT topic filters: which topics a filter means."""

from functools import lru_cache

PAIRS_KEPT = 16_384  # filters × topics of 4,000 agents


@lru_cache(maxsize=PAIRS_KEPT)  # a district hears the same topics over and over
def matches(topic_filter: str, topic: str) -> bool:
    """Whether `topic` falls under `topic_filter` (`+` one level, `#` the rest; neither reaches into `$…` topics)."""
    wanted, given = topic_filter.split("/"), topic.split("/")
    if topic.startswith("$") and wanted[0] in ("+", "#"):
        return False
    for i, level in enumerate(wanted):
        if level == "#":
            return True
        if i >= len(given) or level not in ("+", given[i]):
            return False
    return len(wanted) == len(given)
