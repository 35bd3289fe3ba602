"""The address of a sensor that writes to a topic of its own: `topic:` and the id of its name."""

TOPIC = "topic:"


def sensor_name(source: str) -> str | None:
    """Which sensor's topic an address such as `topic:level-1` names; None where it is none."""
    return source.removeprefix(TOPIC) if source.startswith(TOPIC) else None
