"""What screens and the public API show of agents: as they last said how they are, unless they are
believed no more. Decides nothing.
"""

from collections.abc import Callable, Mapping

from citybrain.domain.agent import AgentStatus
from citybrain.ids import AgentId
from citybrain.structs import replace
from citybrain.vocabulary import Visibility


class ShownStatuses:
    """Over the last status of each agent. `refusal`: why an agent is not believed now, "" if it
    is."""

    def __init__(
        self, statuses: Mapping[AgentId, AgentStatus], refusal: Callable[[AgentId], str]
    ) -> None:
        self._statuses, self._refusal = statuses, refusal
        self._shown: dict[AgentId, tuple[AgentStatus, str, AgentStatus]] = {}

    def now(self) -> tuple[AgentStatus, ...]:
        """By agent; the same objects as long as nothing in them is another."""
        last = dict(self._statuses)
        self._shown = {name: self._of(name, last[name]) for name in sorted(last)}
        return tuple(shown for _, _, shown in self._shown.values())

    def _of(self, agent: AgentId, status: AgentStatus) -> tuple[AgentStatus, str, AgentStatus]:
        reason, known = self._refusal(agent), self._shown.get(agent)
        if known is not None and known[0] is status and known[1] == reason:
            return known
        return status, reason, _not_believed(status, reason) if reason else status


def _not_believed(status: AgentStatus, reason: str) -> AgentStatus:
    """It is offline to this district, and what its sources see nobody knows."""
    sources = tuple(
        replace(source, visibility=Visibility.UNKNOWN, reason=reason, fps=0.0)
        for source in status.sources
    )
    return replace(status, online=False, sources=sources)
