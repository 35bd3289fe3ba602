"""How far each sender's clock is off this node's, measured from what its hellos and statuses say.

A message takes time, never less than none: of the last few samples the one that came fastest is
nearest to the truth. What waited at the broker while this node was away comes all at once, and is
as old as its wait: it is no measure before something came that was just sent. What is measured is
journaled when it has moved; screens and decisions read it from the state. Decides nothing.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.ids import AgentId
from district_node.inputs import SkewMeasured
from district_node.limits import SKEW_EVERY, SKEW_STEP, STATUS_AGENTS

SAMPLES = 8  # of about a second each: a step of a sender's clock is known after so many
SAMPLES_MIN = 3  # before that one slow message would be taken for a clock
GAP_S = 3.0  # who was silent for longer may send what had waited meanwhile …
SPAN_S = 1.5  # … and is measured so long after it is heard again: by then something fresh came
GAP_US, SPAN_US = round(GAP_S * SECOND_US), round(SPAN_S * SECOND_US)


@dataclass(slots=True)  # mutable
class SenderClock:
    """The newest samples of one sender, in microseconds ahead of this node's clock. `heard_since`:
    when it was first heard after its last silence."""

    samples: deque[int] = field(default_factory=lambda: deque(maxlen=SAMPLES))
    heard_since: Instant | None = None
    heard_at: Instant | None = None
    journaled_at: Instant | None = None


class SenderClocks:
    """`add_sample` where messages come in, one call at a time."""

    def __init__(
        self,
        clock: Clock,
        *,
        known_us: Callable[[AgentId], int | None],
        submit: Callable[[SkewMeasured], None],
    ) -> None:
        """`known_us`: what the journal has of a sender; None: the journal does not know it."""
        self._clock, self._known_us, self._submit = clock, known_us, submit
        self._senders: dict[AgentId, SenderClock] = {}

    def add_sample(self, agent: AgentId, at: Timestamp) -> None:
        """A sender said, just now, that it is `at`."""
        sender = self._senders.pop(agent, None) or SenderClock()
        if len(self._senders) >= STATUS_AGENTS.value:  # the one that was silent longest
            self._senders.pop(next(iter(self._senders)))
        self._senders[agent] = sender
        now = self._clock.instant()
        is_fresh = sender.heard_since is not None and now - sender.heard_since >= SPAN_US
        if sender.heard_at is None or now - sender.heard_at > GAP_US:
            sender.heard_since = now
        sender.heard_at = now
        sender.samples.append(at - self._clock.now())
        known_us = self._known_us(agent)
        if known_us is None or len(sender.samples) < SAMPLES_MIN or not is_fresh:
            return
        skew_us = max(sender.samples)
        is_soon = (
            sender.journaled_at is not None
            and now - sender.journaled_at < SKEW_EVERY.value * SECOND_US
        )
        if abs(skew_us - known_us) > SKEW_STEP.value * SECOND_US and not is_soon:
            sender.journaled_at = now
            self._submit(SkewMeasured(agent=agent, skew_us=skew_us))
