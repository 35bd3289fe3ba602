"""Which role may do what: one table, verb × role, checked by the cores beside the lifecycle table.

Nodes and devices have none of these verbs (their rights are topics and methods), a viewer and an
auditor change nothing, and a principal without a role may do nothing. A verb that one person alone
may not carry out would name here, beside its roles, who the second one is; none does so far.
"""

from collections.abc import Mapping
from enum import StrEnum

from citybrain.domain.principal import Principal, Role
from citybrain.structs import Struct

# who works on a district's incidents; an adapter does so for the foreign system it speaks for
OPERATE = frozenset({Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN, Role.ADAPTER})
OWN = OPERATE - {Role.ADAPTER}  # whose case an incident can be: a person's
REPORT = OPERATE | {Role.DUTY_OFFICER, Role.CREW, Role.RESPONDER, Role.SOURCE}
# who presses a crew's buttons; of a crew that has only a radio its operator does
CREW = frozenset({Role.CREW, Role.RESPONDER, Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN})
DECIDE = frozenset({Role.DUTY_OFFICER, Role.ADMIN})
OF_ONE_UNIT = frozenset({Role.CREW, Role.RESPONDER})  # the one that the name is of
# who answers for a whole node: every deadline of it may fire, or move
RUN_NODE = frozenset({Role.SUPERVISOR, Role.DUTY_OFFICER, Role.ADMIN})


class Permission(StrEnum):
    """What a principal can ask for. The verbs of operators, then the others."""

    OPEN = "open"
    ASSIGN = "assign"
    UNASSIGN = "unassign"  # take back what a crew was to do next
    CLOSE = "close"
    REJECT = "reject"
    VERIFY = "verify"
    ESCALATE = "escalate"
    DEFER = "defer"
    NOTE = "note"
    MESSAGE = "message"  # write to a crew about an incident
    RECLASSIFY = "reclassify"
    RELOCATE = "relocate"
    SET_SEVERITY = "set_severity"
    TAKE = "take"  # be the person whose case an incident is
    GIVE = "give"
    MERGE = "merge"
    SPLIT = "split"
    NOT_SAME = "not_same"
    LINK = "link"  # say that a case follows from another one
    UNLINK = "unlink"
    UNDO = "undo"
    ACKNOWLEDGE = "acknowledge"  # see to what people were called about
    RETURN = "return"  # say that a case is not one's department's
    ROUTE = "route"  # say whose case it is
    ATTACH = "attach"  # a picture or another file to a case; of a crew: to those of its orders
    REDACT = "redact"  # take an attached file's bytes away
    ALLOW_OUTBOX = "allow_outbox"  # believe a box that has lost its outbox again and again
    FORGET = "forget"  # keep nothing more of a box that is gone for good
    REPORT = "report"  # say that something happened
    CHANGE_PACKS = "change_packs"  # put other packs, playbooks or assets in force
    ANSWER_ORDER = "answer_order"  # a crew's buttons
    ANSWER_MESSAGE = "answer_message"  # read what the district wrote to a crew, and answer it
    REPORT_POSITION = "report_position"
    SET_DUTY = "set_duty"  # say of a unit that it is ready, on a break, off duty, out of service
    RELEASE_UNIT = "release_unit"  # take its order from a crew that is not heard of
    LINK_PHONE = "link_phone"  # make a device a unit's; asked by the desk, and by no core
    ISSUE_PLAN = "issue_plan"
    REJECT_PLAN = "reject_plan"
    SET_CLOCK = "set_clock"  # say what an implausible step of a node's clock was


MAY: Mapping[Permission, frozenset[Role]] = {
    Permission.OPEN: OPERATE,
    Permission.ASSIGN: OPERATE,
    Permission.UNASSIGN: OPERATE,
    Permission.CLOSE: OPERATE,
    Permission.REJECT: OPERATE,
    Permission.VERIFY: OPERATE,
    Permission.ESCALATE: OPERATE,
    Permission.DEFER: OPERATE,
    Permission.NOTE: OPERATE,
    Permission.MESSAGE: OPERATE,
    Permission.RECLASSIFY: OPERATE,
    Permission.RELOCATE: OPERATE,
    Permission.SET_SEVERITY: OPERATE,
    Permission.TAKE: OWN,
    Permission.GIVE: OWN,
    Permission.MERGE: OPERATE,
    Permission.SPLIT: OPERATE,
    Permission.NOT_SAME: OPERATE,
    Permission.LINK: OPERATE,
    Permission.UNLINK: OPERATE,
    Permission.UNDO: OPERATE,
    Permission.ACKNOWLEDGE: OPERATE - {Role.ADAPTER},
    Permission.RETURN: OPERATE,
    Permission.ROUTE: OPERATE - {Role.ADAPTER},
    Permission.ATTACH: OPERATE | {Role.CREW, Role.RESPONDER},
    Permission.REDACT: OWN,
    Permission.ALLOW_OUTBOX: OPERATE - {Role.ADAPTER},
    Permission.FORGET: OPERATE - {Role.ADAPTER},
    Permission.REPORT: REPORT,
    Permission.CHANGE_PACKS: OPERATE,
    Permission.ANSWER_ORDER: CREW,
    Permission.ANSWER_MESSAGE: CREW,
    Permission.REPORT_POSITION: CREW,
    Permission.SET_DUTY: CREW,
    Permission.RELEASE_UNIT: OPERATE,
    Permission.LINK_PHONE: OWN,
    Permission.ISSUE_PLAN: DECIDE,
    Permission.REJECT_PLAN: DECIDE,
    Permission.SET_CLOCK: RUN_NODE,
}


def permissions_of(principal: Principal) -> tuple[Permission, ...]:
    """What one of the principal's roles has, for a screen that offers nothing else."""
    return tuple(permission for permission in Permission if may(principal, permission))


def may(principal: Principal, permission: Permission) -> bool:
    """Whether one of the principal's roles has `permission`."""
    return not MAY[permission].isdisjoint(principal.roles)


def own_unit_of(principal: Principal) -> str:
    """The unit that the principal speaks for, where it speaks for nobody else; else ""."""
    is_of_one = bool(principal.roles) and OF_ONE_UNIT.issuperset(principal.roles)
    return principal.name if is_of_one else ""


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
