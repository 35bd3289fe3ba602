"""Lab mode's bound on new names: so many a minute may say their first word. Decides nothing about
what they say.
"""

from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.ids import AgentId
from district_node.limits import NEW_NAMES

MINUTE_US = 60 * SECOND_US


class Beginners:
    """One thread at a time. A name that may begin goes on for a minute, in which its first word is
    journaled."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun: dict[AgentId, Instant] = {}  # the oldest first

    def may_begin(self, agent: AgentId) -> bool:
        """Whether this name, which the journal does not know yet, is listened to."""
        if agent in self._begun:
            return True
        now = self._clock.instant()
        for oldest, at in list(self._begun.items()):
            if now - at < MINUTE_US:
                break
            del self._begun[oldest]
        if len(self._begun) >= NEW_NAMES.value:
            return False
        self._begun[agent] = now
        return True
