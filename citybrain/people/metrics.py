"""What became of sign-ins, and of requests without a session, and how many sessions stand."""

from citybrain.people.door import PeopleDoor
from citybrain.people.limits import SESSIONS
from citybrain.people.sign_in import Count
from citybrain.telemetry.metrics import MetricsRegistry


def sign_in_counter(registry: MetricsRegistry) -> Count:
    """Counts sign-ins and what was refused for want of one, by result."""
    counter = registry.counter(
        "sign_ins", "Sign-ins at the pages, and what was refused for want of one.", ("result",)
    )
    return lambda result: counter.add(1, result)


def watch_sessions(registry: MetricsRegistry, door: PeopleDoor) -> None:
    """Show the sessions that stand against their limit."""
    registry.limit(SESSIONS, lambda: door.sessions.count)
