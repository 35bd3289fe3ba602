"""What really happened in a simulated city, noted by whoever simulated it, beside every journal and outbox. Times are the world's, not a node's."""

from dataclasses import dataclass

from citybrain.clock import Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Numbers that an agent's outbox gave: `put` had returned them, so they are durable."""

    agent: str
    incarnation: int
    seqs: tuple[int, ...]
    at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A stretch in which the condition of a rule was there before the source's eyes. `until` None: it still is."""

    agent: str
    source: str
    rule: str
    since: Timestamp
    until: Timestamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button that a crew was told "done" for."""

    unit: str
    request: str
    order: str
    action: str
    at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A node's store was put back from a backup: what it had committed after `back_to` is gone, and that is no break."""

    node: str
    back_to: Timestamp
    at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Everything noted, in the order of time."""

    conditions: tuple[Scene, ...] = ()
    said: tuple[Put, ...] = ()
    pressed: tuple[Pressed, ...] = ()
    restored: tuple[Restored, ...] = ()
    outboxes_lost: tuple[
        tuple[str, int], ...
    ] = ()  # agents whose outbox was destroyed, with the incarnation that went
