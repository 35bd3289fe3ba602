"""Which role may do what: one table, verb × role, checked by the cores beside the lifecycle table.

Until people and programs sign in every role may do everything. A principal without a role may do
nothing.
"""

from collections.abc import Mapping
from enum import StrEnum

from citybrain.domain.principal import Principal, Role

ALL_ROLES = frozenset(role for role in Role if role is not Role.UNKNOWN)


class Permission(StrEnum):
    """What a principal can ask for. The verbs of operators, then the others."""

    OPEN = "open"
    ASSIGN = "assign"
    CLOSE = "close"
    REJECT = "reject"
    VERIFY = "verify"
    ESCALATE = "escalate"
    DEFER = "defer"
    REPORT = "report"  # say that something happened
    CHANGE_PACKS = "change_packs"  # put other packs, playbooks or assets in force
    ANSWER_ORDER = "answer_order"  # a crew's buttons
    REPORT_POSITION = "report_position"
    ISSUE_PLAN = "issue_plan"
    REJECT_PLAN = "reject_plan"


MAY: Mapping[Permission, frozenset[Role]] = dict.fromkeys(Permission, ALL_ROLES)


def may(principal: Principal, permission: Permission) -> bool:
    """Whether one of the principal's roles has `permission`."""
    return not MAY[permission].isdisjoint(principal.roles)
