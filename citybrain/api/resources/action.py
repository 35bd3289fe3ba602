"""Actions of people and programs, and what became of them."""

from enum import StrEnum
from typing import TypeVar

from citybrain.access.naming import noted_name
from citybrain.api.requests.checks import Checks
from citybrain.api.v1 import action_pb2 as pb
from citybrain.api.v1 import city_service_pb2, clock_pb2
from citybrain.domain.console import (
    AgentAction,
    AgentVerb,
    OperatorAction,
    Outcome,
    PlanAction,
    UnitAction,
    UnitVerb,
)
from citybrain.domain.principal import Principal
from citybrain.ids import AgentId, IncidentId, PlanId, RequestId, UnitId
from citybrain.vocabulary import Disposition, OperatorVerb

Signed = TypeVar(
    "Signed",
    pb.Action,
    pb.AgentAction,
    pb.UnitAction,
    pb.Report,
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


def operator_action_of(message: pb.Action) -> OperatorAction:
    """Raises `InvalidRequestError` with everything that is wrong."""
    checks = Checks(message)
    unit = checks.optional_identifier("unit")
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
    )
    checks.finish()
    return action


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


def outcome_message(outcome: Outcome, incident: str = "") -> pb.Outcome:
    """`incident`: the one that the request was about; "": the one that the outcome names."""
    return pb.Outcome(
        request_id=outcome.request,
        done=outcome.done,
        reason=outcome.reason,
        detail=outcome.detail,
        incident=incident or outcome.incident or "",
    )
