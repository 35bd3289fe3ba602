"""MQTT topic filters: which topics a filter matches."""

from functools import lru_cache

CACHED_PAIRS = 16_384  # filters × topics of 4,000 agents: a district receives on few topics


@lru_cache(maxsize=CACHED_PAIRS)
def matches(topic_filter: str, topic: str) -> bool:
    """Whether `topic` matches `topic_filter` (`+` one level, `#` the rest; not `$…` topics)."""
    pattern, levels = topic_filter.split("/"), topic.split("/")
    if topic.startswith("$") and pattern[0] in ("+", "#"):
        return False
    for i, level in enumerate(pattern):
        if level == "#":
            return True
        if i >= len(levels) or level not in ("+", levels[i]):
            return False
    return len(pattern) == len(levels)
