"""Frames accounted for: what each camera captured and what became of every frame, over restarts of its agent. Counts only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus

IN_HAND = 1  # a frame that was captured and whose fate is being decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """`captured` = used + gated + dropped, and at most one in hand per life of the agent."""

    captured: int = 0
    used: int = 0
    gated: int = 0
    dropped: int = 0
    lives: int = 1

    @property
    def in_hand(self) -> int:
        """Captured a moment before the last word on them."""
        return min(
            IN_HAND * self.lives, max(0, self.captured - self.used - self.gated - self.dropped)
        )

    @property
    def unaccounted(self) -> int:
        return max(0, self.captured - self.used - self.gated - self.dropped - IN_HAND * self.lives)


class FrameBook:
    """Adds up the cameras' status messages since `since` (a broker keeps older ones); a count that went back is an agent that was started again."""

    def __init__(self, since: Timestamp) -> None:
        self._since = since
        self._ended: dict[str, Tally] = {}
        self._now: dict[str, SourceStatus] = {}

    def see(self, agents: Iterable[AgentStatus]) -> None:
        for agent in agents:
            if agent.at < self._since:
                continue
            for source in agent.sources:
                self._see(source)

    def total(self) -> dict[str, Tally]:
        """By camera."""
        return {
            name: _plus(self._ended.get(name, Tally(lives=0)), source)
            for name, source in sorted(self._now.items())
        }

    def _see(self, source: SourceStatus) -> None:
        if not source.is_camera:
            return
        before = self._now.get(source.source)
        if before is not None and source.captured < before.captured:
            self._ended[source.source] = _plus(
                self._ended.get(source.source, Tally(lives=0)), before
            )
        self._now[source.source] = source


def _plus(tally: Tally, source: SourceStatus) -> Tally:
    return replace(
        tally,
        captured=tally.captured + source.captured,
        used=tally.used + source.used,
        gated=tally.gated + source.gated,
        dropped=tally.dropped + source.dropped,
        lives=tally.lives + 1,
    )
