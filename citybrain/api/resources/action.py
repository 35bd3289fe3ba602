"""Actions of people and programs, and what became of them."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeVar

from citybrain.access.naming import noted_name
from citybrain.api.errors import InvalidRequestError, Violation
from citybrain.api.limits import ACTIONS_OF_REQUEST, VIOLATIONS
from citybrain.api.problem_types import type_of
from citybrain.api.requests.checks import Checks
from citybrain.api.resources.elements import time_message
from citybrain.api.v1 import action_pb2 as pb
from citybrain.api.v1 import attachment_pb2, city_service_pb2, clock_pb2, district_service_pb2
from citybrain.domain.console import (
    AgentAction,
    AgentVerb,
    HandOver,
    OperatorAction,
    Outcome,
    PlanAction,
    ShiftAction,
    ShiftVerb,
    UnitAction,
    UnitVerb,
)
from citybrain.domain.principal import Principal
from citybrain.errors import CityBrainError
from citybrain.ids import (
    AgentId,
    AttachmentId,
    HandOverId,
    IncidentId,
    PlanId,
    RequestId,
    UnitId,
)
from citybrain.vocabulary import Disposition, OperatorVerb, Severity

Signed = TypeVar(
    "Signed",
    pb.Action,
    pb.AgentAction,
    pb.ShiftAction,
    pb.UnitAction,
    pb.Report,
    attachment_pb2.AttachRequest,
    city_service_pb2.PlanAction,
    clock_pb2.ClockAction,
)


class PlanVerb(StrEnum):
    """What can be done to a plan."""

    ISSUE = "issue"
    REJECT = "reject"


def plan_action_of(message: city_service_pb2.PlanAction) -> PlanAction:
    """Raises `InvalidRequestError` with everything that is wrong."""
    checks = Checks(message)
    action = PlanAction(
        request=RequestId(checks.identifier("request_id")),
        officer=checks.identifier("actor"),
        plan=PlanId(checks.identifier("plan")),
        issue=checks.choice("verb", PlanVerb) is PlanVerb.ISSUE,
        reason=checks.text("reason"),
    )
    checks.finish()
    return action


def operator_action_of(message: pb.Action, prefix: str = "") -> OperatorAction:
    """Raises `InvalidRequestError` with everything that is wrong. What a person wrote is of any
    length and as it came: the district cleans and bounds it. `prefix`: where the message stands in
    the request."""
    checks = Checks(message, prefix)
    unit, other = checks.optional_identifier("unit"), checks.optional_identifier("other")
    attachment = checks.optional_identifier("attachment")
    action = OperatorAction(
        request=RequestId(checks.identifier("request_id")),
        operator=checks.identifier("actor"),
        incident=IncidentId(checks.identifier("incident")),
        verb=checks.choice("verb", OperatorVerb),
        reason=checks.text("reason"),
        unit=None if unit is None else UnitId(unit),
        until=checks.optional_time("until"),
        disposition=checks.choice("disposition", Disposition, default=Disposition.UNKNOWN),
        confirmed=message.confirmed,
        text=message.text,
        kind=checks.incident_kind("kind") if message.kind else None,
        place=checks.place("place") if message.HasField("place") else None,
        severity=checks.choice("severity", Severity) if message.severity else None,
        person=message.person,
        other=None if other is None else IncidentId(other),
        contributions=checks.identifiers("contributions"),
        department=checks.optional_identifier("department") or "",
        preempt=message.preempt,
        attachment=None if attachment is None else AttachmentId(attachment),
        next=message.next,
    )
    checks.finish()
    return action


def operator_actions_of(message: pb.Actions) -> tuple[OperatorAction, ...]:
    """Raises `InvalidRequestError` with what is wrong in any of them: none is done then."""
    count, most = len(message.actions), ACTIONS_OF_REQUEST.value
    if not 0 < count <= most:
        what = f"it has {count} actions" if count else "it is missing"
        raise InvalidRequestError(
            Violation(field="actions", what=what, cure=f"Give 1 to {most} of them.")
        )
    actions: list[OperatorAction] = []
    violations: list[Violation] = []
    for index, one in enumerate(message.actions):
        try:
            actions.append(operator_action_of(one, f"actions[{index}]."))
        except InvalidRequestError as error:
            violations += error.violations
    if violations:
        raise InvalidRequestError(*violations[: VIOLATIONS.value])
    return tuple(actions)


def agent_action_of(message: pb.AgentAction) -> AgentAction:
    """Raises `InvalidRequestError` with everything that is wrong."""
    checks = Checks(message)
    action = AgentAction(
        request=RequestId(checks.identifier("request_id")),
        operator=checks.identifier("actor"),
        agent=AgentId(checks.identifier("agent")),
        verb=checks.choice("verb", AgentVerb),
        reason=checks.text("reason"),
    )
    checks.finish()
    return action


def unit_action_of(message: pb.UnitAction) -> UnitAction:
    """Raises `InvalidRequestError` with everything that is wrong."""
    checks = Checks(message)
    action = UnitAction(
        request=RequestId(checks.identifier("request_id")),
        operator=checks.identifier("actor"),
        unit=UnitId(checks.identifier("unit")),
        verb=checks.choice("verb", UnitVerb),
        reason=checks.text("reason"),
        until=checks.optional_time("until"),
    )
    checks.finish()
    return action


def signed(message: Signed, caller: Principal | None) -> Signed:
    """`message` with its proved caller as its actor, whoever it names (an adapter may note whom it
    speaks for); None: nobody was proved."""
    if caller is not None:
        message.actor = noted_name(caller, message.actor)
    return message


def outcomes_message(
    actions: Sequence[OperatorAction], outcomes: Sequence[Outcome | BaseException]
) -> pb.Outcomes:
    """One for each action. What the node could not take in just then was not done and may be sent
    again; where that is all of them, or anything else went wrong, the error is raised."""
    failed = [one for one in outcomes if isinstance(one, BaseException)]
    final = [one for one in failed if not _passes(one)]
    if final or len(failed) == len(outcomes):
        raise (final or failed)[0]
    return pb.Outcomes(
        outcomes=[
            outcome_message(
                _not_taken(action, one) if isinstance(one, BaseException) else one, action.incident
            )
            for action, one in zip(actions, outcomes, strict=True)
        ]
    )


def _passes(error: BaseException) -> bool:
    return isinstance(error, CityBrainError) and type_of(error).is_passing


def _not_taken(action: OperatorAction, error: BaseException) -> Outcome:
    return Outcome(
        request=action.request,
        done=False,
        reason="not_taken",
        detail=f"Nothing was done: {error} Send the same action again.",
    )


def outcome_message(outcome: Outcome, incident: str = "") -> pb.Outcome:
    """`incident`: the one that the request was about; "": the one that the outcome names."""
    return pb.Outcome(
        request_id=outcome.request,
        done=outcome.done,
        reason=outcome.reason,
        detail=outcome.detail,
        incident=incident or outcome.incident or "",
    )


def shift_action_of(message: pb.ShiftAction) -> ShiftAction:
    """Raises `InvalidRequestError` with everything that is wrong. What a person wrote is of any
    length and as it came: the district cleans and bounds it."""
    checks = Checks(message)
    name = checks.optional_identifier("hand_over")
    action = ShiftAction(
        request=RequestId(checks.identifier("request_id")),
        operator=checks.identifier("actor"),
        verb=checks.choice("verb", ShiftVerb),
        person=message.person,
        text=message.text,
        hand_over=None if name is None else HandOverId(name),
    )
    checks.finish()
    return action


def hand_overs_message(hand_overs: Iterable[HandOver]) -> district_service_pb2.HandOvers:
    """The newest first."""
    newest = sorted(hand_overs, key=lambda one: (one.at, one.hand_over), reverse=True)
    return district_service_pb2.HandOvers(hand_overs=[_hand_over(one) for one in newest])


def _hand_over(one: HandOver) -> district_service_pb2.HandOver:
    return district_service_pb2.HandOver(
        id=one.hand_over,
        actor=one.actor,
        person=one.person,
        at=time_message(one.at),
        text=one.text,
        incidents=one.incidents,
        taken_by=one.taken_by,
        taken_at=None if one.taken_at is None else time_message(one.taken_at),
    )
