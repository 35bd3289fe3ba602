"""Frames accounted for: what each camera captured, and the fate of every frame.

Counts go on over restarts of the agent.
"""

from collections.abc import Iterable

from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.structs import Struct, replace

IN_PROGRESS_MAX = 1  # a captured frame whose fate is being decided


class FrameCounts(Struct, frozen=True, kw_only=True):
    """`captured` = used + gated + dropped, and at most one in progress per run of the agent."""

    captured: int = 0
    used: int = 0
    gated: int = 0
    dropped: int = 0
    agent_runs: int = 1

    @property
    def in_progress(self) -> int:
        """Captured just before the last status, and not decided then."""
        return min(IN_PROGRESS_MAX * self.agent_runs, self._undecided)

    @property
    def unaccounted(self) -> int:
        return self._undecided - self.in_progress

    @property
    def _undecided(self) -> int:
        return max(0, self.captured - self.used - self.gated - self.dropped)


NO_FRAMES = FrameCounts(agent_runs=0)


class FrameCounter:
    """Adds up the cameras' status messages since `since` (a broker keeps older ones).

    Where a count went back, the agent was started again.
    """

    def __init__(self, since: Timestamp) -> None:
        self._since = since
        self._earlier_runs: dict[str, FrameCounts] = {}
        self._latest: dict[str, SourceStatus] = {}

    def add(self, agents: Iterable[AgentStatus]) -> None:
        for agent in agents:
            if agent.at < self._since:
                continue
            for source in agent.sources:
                if agent.online or source.captured:  # else it counted nothing: its box is away
                    self._add_source(source)

    def total(self) -> dict[str, FrameCounts]:
        """By camera."""
        return {
            name: _plus(self._earlier_runs.get(name, NO_FRAMES), source)
            for name, source in sorted(self._latest.items())
        }

    def _add_source(self, source: SourceStatus) -> None:
        if not source.is_camera:
            return
        name, before = source.source, self._latest.get(source.source)
        if before is not None and source.captured < before.captured:
            self._earlier_runs[name] = _plus(self._earlier_runs.get(name, NO_FRAMES), before)
        self._latest[name] = source


def _plus(counts: FrameCounts, source: SourceStatus) -> FrameCounts:
    return replace(
        counts,
        captured=counts.captured + source.captured,
        used=counts.used + source.used,
        gated=counts.gated + source.gated,
        dropped=counts.dropped + source.dropped,
        agent_runs=counts.agent_runs + 1,
    )
