"""What a district's operator writes to crews of other districts that come to its cases, and what
crews read and answer. Pure.

Both go by what a screen shows, for a share of the orders and of the messages: the same one is
always one of them or never. What a screen does not show yet is said again under the same request.
"""

import hashlib
from collections.abc import Iterator

from citybrain.clock import Timestamp, seconds_between
from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewMessage, CrewReply, CrewView
from citybrain.ids import RequestId
from citybrain.stages import ENDED_INCIDENT_STAGES, ENDED_ORDER_STAGES
from citybrain.vocabulary import OperatorVerb, SlotState
from district_node.cores.incidents.incident import Incident, Slot
from district_node.cores.state import DistrictState

WRITTEN_SHARES = (0.3, 0.12)  # of the orders of other districts' crews: one message, and two
UNREAD_SHARE = 0.2  # of the messages, which their crew never reads
ANSWERED_SHARE = 0.5  # of the others
READ_AFTER_S = (2.0, 40.0)  # since it was written; what waits for its case is over by then, or not


def written_now(operator: str, state: DistrictState) -> Iterator[OperatorAction]:
    """To crews of other districts, one message after the other."""
    for incident in state.incidents.values():
        if incident.stage in ENDED_INCIDENT_STAGES:
            continue
        for slot in incident.slots:
            if slot.unit is not None and slot.order is not None and _is_elsewhere(state, slot):
                count = len(_of_order(state, slot))
                if _is_written(slot.order, count):
                    yield _action(operator, incident, slot, count)


def said_now(view: CrewView, now: Timestamp) -> Iterator[CrewReply]:
    """What a crew does with what other districts wrote."""
    for message in view.messages:
        if message.district and _share(f"unread|{message.message}") >= UNREAD_SHARE:
            yield from _said(message, now)


def _said(message: CrewMessage, now: Timestamp) -> Iterator[CrewReply]:
    low, high = READ_AFTER_S
    after_s = low + (high - low) * _share(f"read|{message.message}")
    if seconds_between(message.at, now) < after_s:
        return
    is_answered = _share(f"answer|{message.message}") < ANSWERED_SHARE
    if is_answered and not message.replies:
        yield _reply(message, "on our way")
    elif message.read_at is None:
        yield _reply(message, "")


def _reply(message: CrewMessage, text: str) -> CrewReply:
    what = "answers" if text else "reads"
    request = RequestId(f"{message.unit}-{what}-{message.message}")
    return CrewReply(request=request, unit=message.unit, message=message.message, text=text)


def _is_elsewhere(state: DistrictState, slot: Slot) -> bool:
    """Whether another district's crew is on its way to the place, or at it."""
    return (
        slot.state is SlotState.CONFIRMED
        and slot.order_stage not in ENDED_ORDER_STAGES
        and slot.unit not in state.roster.units
    )


def _of_order(state: DistrictState, slot: Slot) -> tuple[CrewMessage, ...]:
    kept = state.messages.get(slot.unit) if slot.unit is not None else None
    return tuple(message for message in kept or () if message.order == slot.order)


def _is_written(order: str, count: int) -> bool:
    """Whether the order gets one more message after `count`."""
    return count < len(WRITTEN_SHARES) and _share(f"write|{order}") < WRITTEN_SHARES[count]


def _action(operator: str, incident: Incident, slot: Slot, count: int) -> OperatorAction:
    return OperatorAction(
        request=RequestId(f"{operator}-writes-{slot.order}-{count}"),
        operator=operator,
        incident=incident.incident,
        verb=OperatorVerb.MESSAGE,
        text=f"{incident.number or incident.incident}: use gate {count + 1}",
        unit=slot.unit,
    )


def _share(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64
