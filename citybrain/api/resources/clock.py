"""A person's answer to a step of a node's clock that is held back."""

from citybrain.api.requests.checks import Checks
from citybrain.api.v1 import clock_pb2 as pb
from citybrain.domain.clock import ClockAction, ClockVerb
from citybrain.ids import RequestId


def clock_action_of(message: pb.ClockAction) -> ClockAction:
    """Raises `InvalidRequestError` with everything that is wrong."""
    checks = Checks(message)
    action = ClockAction(
        request=RequestId(checks.identifier("request_id")),
        actor=checks.identifier("actor"),
        verb=checks.choice("verb", ClockVerb),
        reason=checks.text("reason"),
    )
    checks.finish()
    return action
