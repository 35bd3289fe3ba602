"""Writes to the log what an operator of the node should read though no screen asks for it: events
of a kind that no playbook knows, and what was refused without a reply. Decides nothing.
"""

import logging
from collections.abc import Sequence

from citybrain.decider.command import Notice
from citybrain.decider.decider import Committed
from district_node.cores.state import DistrictState

LOGGED = {
    "agent_enrolled": "the box %s is enrolled: %s",
    "agent_revoked": "the box %s is believed no more: %s",
    "outbox_waits": "a new outbox of %s waits for an operator: %s",
    "outbox_allowed": "new outboxes of %s are allowed again, by %s",
    "agent_forgotten": "the agent %s is forgotten: %s",
    "items_refused": "items of %s were not taken: %s",
    "ends_forgotten": "ends of %s were forgotten, of %s",
    "outbox_lost": "%s has another outbox: %s",
    "unknown_kind": "incident %s: %s",
    "packs_refused": "%s asked for other packs: %s",
    "place_doubtful": "incident %s waits for a person: %s",
    "position_doubtful": "the position of %s is doubtful: %s",
    "position_refused": "the position of %s was refused: %s",
}

log = logging.getLogger(__name__)


def log_notices(_: DistrictState, committed: Sequence[Committed]) -> None:
    """One line for each notice that is worth one."""
    for one in committed:
        for command in one.commands:
            if isinstance(command, Notice) and command.code in LOGGED:
                log.warning(LOGGED[command.code], command.subject, command.detail)
