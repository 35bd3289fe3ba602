"""Actions of people and programs, and what became of them."""

from citybrain.api.requests.checks import Checks
from citybrain.api.v1 import action_pb2 as pb
from citybrain.domain.console import OperatorAction, Outcome
from citybrain.ids import IncidentId, RequestId, UnitId
from citybrain.vocabulary import OperatorVerb


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
    )
    checks.finish()
    return action


def outcome_message(outcome: Outcome, incident: str = "") -> pb.Outcome:
    """`incident`: the one that the request was about; "": the one that the outcome names."""
    return pb.Outcome(
        request_id=outcome.request,
        done=outcome.done,
        reason=outcome.reason,
        detail=outcome.detail,
        incident=incident or outcome.incident or "",
    )
