"""Which role may do what: one table, verb × role, checked by the cores beside the lifecycle table.

Until people and programs sign in, every role of theirs may do everything. Nodes and devices have
none of these verbs (their rights are topics and methods), an auditor changes nothing, and a
principal without a role may do nothing.
"""

from collections.abc import Mapping
from enum import StrEnum

from citybrain.domain.principal import NODE_ROLES, Principal, Role
from citybrain.structs import Struct

ALL_ROLES = frozenset(Role) - NODE_ROLES - {Role.AUDITOR, Role.UNKNOWN}


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


MAY: Mapping[Permission, frozenset[Role]] = {
    Permission.OPEN: ALL_ROLES,
    Permission.ASSIGN: ALL_ROLES,
    Permission.CLOSE: ALL_ROLES,
    Permission.REJECT: ALL_ROLES,
    Permission.VERIFY: ALL_ROLES,
    Permission.ESCALATE: ALL_ROLES,
    Permission.DEFER: ALL_ROLES,
    Permission.REPORT: ALL_ROLES,
    Permission.CHANGE_PACKS: ALL_ROLES,
    Permission.ANSWER_ORDER: ALL_ROLES,
    Permission.REPORT_POSITION: ALL_ROLES,
    Permission.ISSUE_PLAN: ALL_ROLES,
    Permission.REJECT_PLAN: ALL_ROLES,
}


def may(principal: Principal, permission: Permission) -> bool:
    """Whether one of the principal's roles has `permission`."""
    return not MAY[permission].isdisjoint(principal.roles)


class ActionRefusal(Struct, frozen=True, kw_only=True):
    """Why an action is not carried out: a reason code, and a sentence for whoever asked."""

    reason: str
    detail: str


def refusal_of(principal: Principal, permission: Permission) -> ActionRefusal | None:
    """None: it may."""
    if not principal.name.strip():
        return ActionRefusal(
            reason="unnamed",
            detail="Say who you are: every decision about an incident has a name.",
        )
    if may(principal, permission):
        return None
    roles = ", ".join(principal.roles) or "no role"
    return ActionRefusal(
        reason="not_permitted",
        detail=f"{principal.name} ({roles}) may not {permission.replace('_', ' ')}. "
        "Ask somebody whose role may.",
    )
