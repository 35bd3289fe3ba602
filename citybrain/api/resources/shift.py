"""What goes from one shift to the next."""

from collections.abc import Iterable

from citybrain.api.requests.checks import Checks
from citybrain.api.resources.elements import time_message
from citybrain.api.v1 import action_pb2
from citybrain.api.v1 import district_service_pb2 as pb
from citybrain.domain.shift import HandOver, ShiftAction, ShiftVerb
from citybrain.ids import HandOverId, RequestId


def shift_action_of(message: action_pb2.ShiftAction) -> ShiftAction:
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


def hand_overs_message(hand_overs: Iterable[HandOver]) -> pb.HandOvers:
    """The newest first."""
    newest = sorted(hand_overs, key=lambda one: (one.at, one.hand_over), reverse=True)
    return pb.HandOvers(hand_overs=[_message(one) for one in newest])


def _message(one: HandOver) -> pb.HandOver:
    return pb.HandOver(
        id=one.hand_over,
        actor=one.actor,
        person=one.person,
        at=time_message(one.at),
        text=one.text,
        incidents=one.incidents,
        taken_by=one.taken_by,
        taken_at=None if one.taken_at is None else time_message(one.taken_at),
    )
