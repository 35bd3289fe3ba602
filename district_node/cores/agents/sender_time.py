"""When a box observed something, in this node's time: by the skew that was measured of its clock,
and never after it was received. Where that cannot be known well enough, in doubt it was later: a
case is reopened rather than swallowed.
"""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.event import Event
from citybrain.structs import Struct
from district_node.cores.agents.known_agent import Agent
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.incidents.grouping.limits import LIVE_AGE
from district_node.inputs import BatchReceived
from district_node.limits import SENDER_RETENTION, SKEW_DOUBT

UNKNOWN_AGENT = Agent()
LIVE_AGE_US = min(LIVE_AGE.value, SENDER_RETENTION.value) * SECOND_US


class SenderTime(Struct, frozen=True, kw_only=True):
    """The times of one batch: when it came in, and by how much its sender's clock is ahead now, and
    was before that was measured."""

    received_at: Timestamp
    skew_us: int
    skew_since: Timestamp
    skew_before_us: int

    def observed_at(self, event: Event) -> Timestamp:
        """When it was observed, as well as that is known: by its sender's clock now, else by the
        one before, else, where neither can be right, when it was received."""
        observed_us = event.observed_at - self.skew_us
        if 0 <= self.received_at - observed_us <= LIVE_AGE_US:  # hot: almost all are live
            return Timestamp(observed_us)
        by_clocks = (event.observed_at - self.skew_us, event.observed_at - self.skew_before_us)
        for observed_us in by_clocks:
            if self._can_be(observed_us, event):
                return Timestamp(min(observed_us, self.received_at))
        return self.received_at

    def earliest(self, event: Event) -> Timestamp:
        """When it was observed at the earliest, by either clock."""
        skew_us = max(self.skew_us, self.skew_before_us)
        doubt_us = SKEW_DOUBT.value * SECOND_US + round(event.error_ms * 1_000)
        return Timestamp(min(event.observed_at - skew_us - doubt_us, self.received_at))

    def latest(self, event: Event) -> Timestamp:
        """When it was observed at the latest: by the clock that its sender has now, or had before,
        if that was then."""
        latest_us = event.observed_at - self.skew_us
        before_us = event.observed_at - self.skew_before_us
        if before_us <= self.skew_since:
            latest_us = max(latest_us, before_us)
        doubt_us = SKEW_DOUBT.value * SECOND_US + round(event.error_ms * 1_000)
        return Timestamp(min(latest_us + doubt_us, self.received_at))

    def _can_be(self, observed_us: int, event: Event) -> bool:
        """Whether what its sender calls live is young, and what it calls old not older than what
        any outbox keeps; nobody observes what is to come."""
        age = LIVE_AGE if not event.is_historical else SENDER_RETENTION
        age_s = (self.received_at - observed_us) / SECOND_US
        return -SKEW_DOUBT.value - event.error_ms / 1_000 <= age_s <= age.value


def sender_time(draft: DecisionDraft, batch: BatchReceived) -> SenderTime:
    """Of a batch that no door stamped, the time of its record."""
    known = draft.agents.get(batch.agent) or UNKNOWN_AGENT
    return SenderTime(
        received_at=min(batch.received_at or draft.at, draft.at),
        skew_us=known.skew_us,
        skew_since=known.skew_since,
        skew_before_us=known.skew_before_us,
    )
