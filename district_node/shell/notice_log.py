"""Writes to the log what an operator of the node should read though no screen asks for it: events
of a kind that no playbook knows, and what was refused without a reply. Decides nothing.
"""

import logging
from collections.abc import Sequence

from citybrain.clock import Clock
from citybrain.decider.command import Notice
from citybrain.decider.decider import Committed
from citybrain.refusal_log import RefusalLog
from district_node.cores.state import DistrictState

LOGGED = {
    "agent_enrolled": "the box %s is enrolled: %s",
    "agent_revoked": "the box %s is believed no more: %s",
    "outbox_waits": "a new outbox of %s waits for an operator: %s",
    "outbox_allowed": "new outboxes of %s are allowed again, by %s",
    "agent_forgotten": "the agent %s is forgotten: %s",
    "outbox_lost": "%s has another outbox: %s",
    "calendar_ended": "incident %s has deadlines that are estimates: %s; see the calendar",
    "unknown_kind": "incident %s: %s",
    "packs_refused": "%s asked for other packs: %s",
    "place_doubtful": "incident %s waits for a person: %s",
    "position_doubtful": "the position of %s is doubtful: %s",
}
# what a sender causes by each of its messages: a line a minute at most
REFUSED = frozenset({"ends_forgotten", "items_refused", "position_refused"})

log = logging.getLogger(__name__)


class NoticeLog:
    """Called with what was committed: one line for each notice that is worth one."""

    def __init__(self, clock: Clock) -> None:
        self._refusals = RefusalLog(clock)

    def __call__(self, _: DistrictState, committed: Sequence[Committed]) -> None:
        for one in committed:
            for command in one.commands:
                if isinstance(command, Notice):
                    self._add(command)

    def _add(self, notice: Notice) -> None:
        if notice.code in REFUSED:
            self._refusals.add(notice.subject, notice.code, notice.detail)
        elif notice.code in LOGGED:
            log.warning(LOGGED[notice.code], notice.subject, notice.detail)
