"""What cores may ask for. Letters and timers commit with the record; replies and notices leave only after the commit."""

from dataclasses import dataclass
from typing import Any

from citybrain.clock import Timestamp
from citybrain.ids import RequestId, TimerId

# of the kernel, what a core's decision depends on: part of every tier's fingerprint
KERNEL_DECIDING = (
    "citybrain.canonical_json",
    "citybrain.clock",
    "citybrain.domain",
    "citybrain.errors",  # a refusal's sentence is part of the answer
    "citybrain.geo",
    "citybrain.ids",
    "citybrain.limits",
    "citybrain.ack_ranges",
    "citybrain.decider.command",
    "citybrain.decider.decider",
    "citybrain.stages",
    "citybrain.sorted_map",
    "citybrain.structs",
    "citybrain.vocabulary",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A durable letter: `letter` is a domain value that travels to `to` until that peer has committed it."""

    to: str
    letter: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimer:
    timer: TimerId
    due: Timestamp
    subject: str
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTimer:
    timer: TimerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to whoever submitted the input."""

    request: RequestId
    done: bool
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that screens or meters may want to know; losing it loses nothing. `what` is a code, `subject` an id."""

    what: str
    subject: str
    detail: str = ""


Command = Post | SetTimer | CancelTimer | Reply | Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired:
    """The input that a due timer becomes. Every tier's kinds table has it."""

    timer: TimerId
    subject: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStepped:
    """The machine's wall clock was stepped by `micros` (node time never goes back all the same)."""

    micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionContext:
    """When an input is decided: the number its record gets (for names) and node time."""

    seq: int
    at: Timestamp
