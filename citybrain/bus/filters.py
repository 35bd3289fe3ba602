"""MQTT topic filters: which topics a filter means."""


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
