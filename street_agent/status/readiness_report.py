"""Whether the box is ready, told where nobody sits before a screen: in the log and to the service
manager at each change, and to whoever asks (`street status`). Decides nothing.
"""

import json
import logging
from collections.abc import Callable, Sequence

from citybrain.clock import SECOND_US, Clock, Timestamp, iso
from citybrain.domain.agent import AgentStatus
from citybrain.ids import AgentId
from citybrain.structs import replace, to_builtins
from citybrain.supervision.sd_notify import SdNotify
from citybrain.supervision.status_line import words
from street_agent.status.camera_rates import SourceRates
from street_agent.status.readiness import (
    BoxCode,
    BoxCondition,
    BoxFacts,
    Readiness,
    condition,
    readiness,
)

log = logging.getLogger(__name__)

# Of an agent that publishes its status each second: it stands still, though its process answers.
SILENT_S = 10.0


class ReadinessReport:
    """`take` on the agent's thread, once a second; `text` from any."""

    def __init__(
        self,
        agent: AgentId,
        *,
        clock: Clock,
        facts: Callable[[], BoxFacts],
        rates: Callable[[], Sequence[SourceRates]] = tuple,
        manager: SdNotify | None = None,
    ) -> None:
        self._clock, self._facts, self._manager = clock, facts, manager or SdNotify()
        self._rates = rates
        starting = (condition(BoxCode.STARTING),)
        self._known = Readiness(agent=agent, at=Timestamp(0), conditions=starting)
        self._taken_at = clock.instant()

    def conditions(self) -> tuple[BoxCondition, ...]:
        """Those that last now."""
        is_silent = self._clock.instant() - self._taken_at > SILENT_S * SECOND_US
        silent = (condition(BoxCode.SILENT),) if is_silent else ()
        return (*silent, *self._known.conditions)

    def take(self, status: AgentStatus, *, is_clock_held: bool) -> None:
        """The agent's status is this now."""
        before = self._known
        now = readiness(status, self._facts(), is_clock_held=is_clock_held)
        self._known, self._taken_at = now, self._clock.instant()
        if _codes(now) != _codes(before):
            line = words(_codes(now), is_ready=now.is_ready)
            self._manager.notify(STATUS=line)
            details = "; ".join(one.detail for one in now.conditions)
            level = logging.INFO if now.is_ready else logging.WARNING
            log.log(level, "the box is %s", f"{line} ({details})" if details else line)

    def text(self) -> str:
        """One JSON object, as `/readyz` of a district answers, with the outbox."""
        known = replace(self._known, conditions=self.conditions())
        return json.dumps(
            {
                "ready": known.is_ready,
                "conditions": [
                    {"code": one.code.value, "detail": one.detail} for one in known.conditions
                ],
                "agent": known.agent,
                "at": iso(known.at),
                "outbox_rows": known.outbox_rows,
                "outbox_bytes": known.outbox_bytes,
                "sources": [to_builtins(one) for one in self._rates()],
            }
        )


def _codes(of: Readiness) -> tuple[str, ...]:
    return tuple(one.code.value for one in of.conditions)
