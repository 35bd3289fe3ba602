"""The list of incidents: the operator's queue, and every other way to look at it."""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import cast

from citybrain.api.lists.area import is_in_area
from citybrain.api.lists.conditions import has_word, is_true, is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.incident import (
    case_playbook_message,
    crew_message_message,
    incident_detail_message,
    incident_message,
    note_message,
)
from citybrain.clock import Timestamp
from citybrain.domain.console import QueueEntry
from citybrain.feed.collection import Collection
from citybrain.ids import IncidentId, OrderId
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from citybrain.vocabulary import SEVERITY_RANK
from district_node.api.contributions import contribution_rows, verification_row
from district_node.api.files import FileState, as_noted, attachment_row
from district_node.api.orders import order_row
from district_node.api.paging import is_calling, paging_row
from district_node.api.recommendations import Recommendations
from district_node.cores import messages, view
from district_node.cores.incidents.incident import Incident, has_ended, waits_for
from district_node.cores.orders.roster import Order
from district_node.cores.state import DistrictState
from district_node.inputs import Setup
from district_node.naming.shown_names import ShownNames
from district_node.playbook import NO_PLAYBOOK, UNKNOWN_PLAYBOOK

ReadState = Callable[[], DistrictState]


def incident_list(
    state: ReadState,
    now: Callable[[], Timestamp],
    travel: TravelTimes = GREAT_CIRCLE,
    names: ShownNames | None = None,
    file_state: FileState = as_noted,
) -> PublicList[Incident]:
    """The list over the state that `state` gives; `travel` says how long units would take from
    `now` on. `names`: of what incidents name by id; left out, those that the state knows.
    `file_state`: what became of an attached file.
    """
    orders_of, names = _Orders(state).of, names or ShownNames(state)
    recommended = Recommendations(state, travel).of

    def row(incident: Incident, at: Timestamp) -> PublicMessage:
        shown = _entry(incident, at, state().setup, names)
        paging = paging_row(incident, state().setup.paging)
        return incident_message(shown, paging=paging, names=names.of_row(incident))

    def detail(incident: Incident, at: Timestamp) -> PublicMessage:
        current = state()
        said, called = messages.about(current.messages, incident.incident), names.of_case(incident)
        return incident_detail_message(
            _entry(incident, at, current.setup, names),
            contributions=contribution_rows(incident, called, current.setup.assets),
            orders=[order_row(order, at) for order in orders_of(incident)],
            reported_kind=incident.reported_kind,
            playbook=incident.playbook,
            verification=verification_row(incident),
            recommendations=recommended(incident, at),
            handled_by=_handled_by(current, incident),
            notes=[
                note_message(at=note.at, actor=note.actor, text=note.text)
                for note in incident.case_file.notes
            ],
            messages=[crew_message_message(one) for one in said],
            attachments=[
                attachment_row(one, file_state(one)) for one in incident.case_file.attachments
            ],
            paging=paging_row(incident, current.setup.paging),
            names=called,
        )

    def related(incident: Incident) -> tuple[object, ...]:
        current = state()
        return (
            *orders_of(incident),
            *messages.about(current.messages, incident.incident),
            *recommended(incident, now()),  # of what other units and cases are
            current.in_force.get(incident.kind),
            current.setup,
        )

    def text(incident: Incident) -> str:
        place, playbook = names.of_place(incident.place), state().playbooks.get(incident.playbook)
        called = () if playbook is None else (playbook.title.en, playbook.title.zh)
        return " ".join((_text(incident), place.en, place.zh, *called))

    return PublicList(
        collection=dataclasses.replace(INCIDENTS, text=text),
        items=lambda: cast("Mapping[str, Incident]", state().incidents.unordered()),
        row=row,
        detail=detail,
        related=related,
    )


def _entry(incident: Incident, at: Timestamp, setup: Setup, names: ShownNames) -> QueueEntry:
    """As screens show it: where it is by name, and who comes to it next."""
    shown = view.queue_entry(incident, setup.district, at, setup.calendar, setup.routing)
    coming = names.coming_to(incident)
    return replace(shown, place_name=names.of_place(incident.place), next_units=coming)


def _handled_by(state: DistrictState, incident: Incident) -> PublicMessage:
    playbook = state.playbooks.get(incident.playbook) or UNKNOWN_PLAYBOOK
    in_force = state.in_force.get(incident.kind) or NO_PLAYBOOK
    return case_playbook_message(
        playbook=incident.playbook,
        is_current=in_force == incident.playbook,
        grid=playbook.grid,
        grid_code=playbook.grid_code,
        texts=playbook.texts,
    )


class _Orders:
    """The orders of each incident, found anew only where one of any is another."""

    def __init__(self, state: ReadState) -> None:
        self._state = state
        self._made_of: SortedMap[OrderId, Order] = SortedMap()
        self._by_incident: Mapping[IncidentId, tuple[Order, ...]] = {}

    def of(self, incident: Incident) -> tuple[Order, ...]:
        """In the order of their ids."""
        orders = self._state().roster.orders
        if orders is not self._made_of:
            found: defaultdict[IncidentId, list[Order]] = defaultdict(list)
            for order in orders.values():
                found[order.task.incident].append(order)
            self._made_of = orders
            self._by_incident = {key: tuple(some) for key, some in found.items()}
        return self._by_incident.get(incident.incident, ())


def _queue(incident: Incident, now: Timestamp) -> tuple[object, ...]:
    ended = has_ended(incident)
    age = -incident.changed_at if ended else incident.reported_at
    return -view.priority(incident, now), age


def _next_change_at(incident: Incident, now: Timestamp) -> Timestamp | None:
    """A clock that runs out raises the priority."""
    if has_ended(incident):
        return None
    return min((clock.due for clock in incident.clocks if clock.due > now), default=None)


def _units(incident: Incident) -> tuple[str, ...]:
    return tuple(slot.unit for slot in incident.slots if slot.unit is not None)


def _text(incident: Incident) -> str:
    words = (incident.number, incident.incident, incident.kind, incident.stage.value)
    more = (incident.first_source, incident.case_file.owner)
    return " ".join((*words, *more, *_units(incident)))


AREA = "area"  # what a case waits for that an area case stands for

INCIDENTS: Collection[Incident] = Collection(
    name="incidents",
    orders={
        "queue": _queue,
        "priority": lambda incident, now: (view.priority(incident, now),),
        "reported_at": lambda incident, _: (incident.reported_at,),
        "changed_at": lambda incident, _: (incident.changed_at,),
        "severity": lambda incident, _: (SEVERITY_RANK[incident.severity],),
        "id": lambda incident, _: (incident.incident,),
    },
    filters={
        "id": is_word(lambda incident: incident.incident),
        "area": is_in_area(lambda incident: incident.place),
        "number": is_word(lambda incident: incident.number),
        "kind": is_word(lambda incident: incident.kind),
        "stage": is_word(lambda incident: incident.stage.value),
        "severity": is_word(lambda incident: incident.severity.value),
        "urgency": is_word(lambda incident: incident.urgency.value),
        "certainty": is_word(lambda incident: incident.certainty.value),
        "waits_for": is_word(waits_for),
        "source": is_word(lambda incident: incident.first_source),
        "unit": has_word(_units),
        "owner": is_word(lambda incident: incident.case_file.owner),
        "responsible": is_word(lambda incident: incident.responsible),
        "escalated": is_true(lambda incident: incident.escalated),
        "calling": is_true(is_calling),
        "unwitnessed": is_true(lambda incident: incident.unwitnessed is not None),
        "unstable": is_true(lambda incident: bool(incident.unstable)),
        "open": is_true(lambda incident: not has_ended(incident)),
        "queued": is_true(lambda incident: not has_ended(incident) and waits_for(incident) != AREA),
        "parent": is_word(lambda incident: incident.parent or ""),
        "caused_by": is_word(lambda incident: incident.caused_by or ""),
    },
    text=_text,
    next_change_at=_next_change_at,
)
