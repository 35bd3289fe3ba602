"""The list of needs: the open places of cases, for which nobody is sent as yet."""

from citybrain.api.lists.area import is_in_area
from citybrain.api.lists.conditions import is_true, is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.city import open_need_message
from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection
from citybrain.vocabulary import SEVERITY_RANK
from coordinator.api.shown import ReadShown, ShownNeed


def need_list(shown: ReadShown) -> PublicList[ShownNeed]:
    """The list over what `shown` gives."""
    return PublicList(collection=NEEDS, items=lambda: shown().needs, row=_row, detail=_row)


def _row(need: ShownNeed, _: Timestamp) -> PublicMessage:
    return open_need_message(
        slot=need.slot,
        incident=need.incident,
        capability=need.capability,
        deadline=need.deadline,
        is_requested=need.is_requested,
        reason=need.reason,
        plan=need.plan,
    )


def _rank(need: ShownNeed) -> int:
    return SEVERITY_RANK[need.incident.severity]


NEEDS: Collection[ShownNeed] = Collection(
    name="needs",
    orders={
        "urgency": lambda need, _: (not need.is_requested, -_rank(need), need.deadline),
        "deadline": lambda need, _: (need.deadline,),
        "slot": lambda need, _: (need.slot,),
    },
    filters={
        "slot": is_word(lambda need: need.slot),
        "incident": is_word(lambda need: need.incident.incident),
        "district": is_word(lambda need: need.incident.district),
        "kind": is_word(lambda need: need.incident.kind),
        "severity": is_word(lambda need: need.incident.severity.value),
        "capability": is_word(lambda need: need.capability),
        "reason": is_word(lambda need: need.reason),
        "requested": is_true(lambda need: need.is_requested),
        "area": is_in_area(lambda need: need.incident.place),
    },
    text=lambda need: (
        f"{need.incident.number} {need.incident.incident} {need.incident.kind} {need.capability}"
    ),
)
