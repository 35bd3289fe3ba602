"""How long each hop took, from the journals alone. Pure.

The hops: frame → journal → incident → order → crew.
"""

import math
from collections.abc import Sequence

from citybrain.clock import Timestamp, seconds_between
from citybrain.decider.command import Notice, Reply
from citybrain.domain.event import Event
from citybrain.structs import Struct
from citybrain.vocabulary import CrewAction, Phase
from citysim.laws.history import DistrictHistory, History
from citysim.laws.projections.letters import DistrictRecord
from citysim.laws.projections.received_items import received_items
from district_node.inputs import CrewAnswered

HOPS = (
    "frame_to_journal",
    "journal_to_incident",
    "incident_to_order",
    "order_to_accepted",
    "camera_to_order",
    "camera_to_order_city",
)


class HopLatency(Struct, frozen=True, kw_only=True):
    """Milliseconds. `count` 0: the hop never happened."""

    name: str
    count: int
    p50_ms: float
    p95_ms: float


class _Start(Struct, frozen=True, kw_only=True):
    """The first start event of a trace: when it was observed and when it was journaled."""

    observed_at: Timestamp
    journaled_at: Timestamp


class _Opening(Struct, frozen=True, kw_only=True):
    """When a trace's incident was opened, and by which district."""

    at: Timestamp
    district: str


def hop_latencies(history: History) -> tuple[HopLatency, ...]:
    """Every hop of the table, in order.

    `camera_to_order` is from the frame that completed the rule's condition to the first order of
    that incident that was issued to a crew, where the district issued it itself;
    `camera_to_order_city` where the city's plan did (it waits for the duty officer).
    """
    seconds: dict[str, list[float]] = {name: [] for name in HOPS}
    starts = _starts(history, seconds["frame_to_journal"])
    openings = _openings(history)
    own = _first_issued(history, openings, by_city=False)
    foreign = _first_issued(history, openings, by_city=True)
    for trace, opening in openings.items():
        if trace in starts:
            waited_s = seconds_between(starts[trace].journaled_at, opening.at)
            seconds["journal_to_incident"].append(waited_s)
        if trace in own:
            seconds["incident_to_order"].append(seconds_between(opening.at, own[trace]))
    for trace, start in starts.items():
        if trace in own:
            seconds["camera_to_order"].append(seconds_between(start.observed_at, own[trace]))
        if trace in foreign:
            waited_s = seconds_between(start.observed_at, foreign[trace])
            seconds["camera_to_order_city"].append(waited_s)
    seconds["order_to_accepted"] = _accepted(history)
    return tuple(_hop(name, [s * 1000 for s in seconds[name]]) for name in HOPS)


def trace_of(traceparent: str) -> str:
    """The trace id of a W3C traceparent; "" when it has none."""
    parts = traceparent.split("-")
    return parts[1] if len(parts) == 4 else ""


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; not a number when there are no values."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else math.nan


def _hop(name: str, ms: list[float]) -> HopLatency:
    return HopLatency(
        name=name, count=len(ms), p50_ms=percentile(ms, 0.5), p95_ms=percentile(ms, 0.95)
    )


def _starts(history: History, frame_to_journal_s: list[float]) -> dict[str, _Start]:
    """By trace; adds the first hop of every start event to `frame_to_journal_s`."""
    first: dict[str, _Start] = {}
    for _, node in history.districts:
        for received in node.projection(received_items).new():
            event = received.item.content
            if not isinstance(event, Event) or event.phase is not Phase.START:
                continue
            start = _Start(observed_at=event.observed_at, journaled_at=received.record.at)
            frame_to_journal_s.append(seconds_between(start.observed_at, start.journaled_at))
            first.setdefault(trace_of(event.traceparent), start)
    first.pop("", None)
    return first


def _openings(history: History) -> dict[str, _Opening]:
    """By trace."""
    found: dict[str, _Opening] = {}
    for district, node in history.districts:
        incidents = node.state.incidents.values() if node.state is not None else ()
        for incident in incidents:
            at = next((e.at for e in incident.history if e.code == "opened"), None)
            if at is not None:
                found[trace_of(incident.traceparent)] = _Opening(at=at, district=district)
    found.pop("", None)
    return found


def _first_issued(
    history: History, openings: dict[str, _Opening], *, by_city: bool
) -> dict[str, Timestamp]:
    """By trace: when the first order for its incident was issued to a crew.

    By the incident's own district, or `by_city` by another one, as the city's plan says.
    """
    found: dict[str, Timestamp] = {}
    for district, node in history.districts:
        for record, notice in _issued(node):
            trace = trace_of(notice.detail)
            is_foreign = trace in openings and openings[trace].district != district
            if trace and is_foreign is by_city:
                found[trace] = min(found.get(trace, record.at), record.at)
    return found


def _issued(node: DistrictHistory) -> list[tuple[DistrictRecord, Notice]]:
    return [
        (record, command)
        for record in node.records
        for command in record.commands
        if isinstance(command, Notice) and command.code == "issued"
    ]


def _accepted(history: History) -> list[float]:
    """Seconds from each order's issue to its crew's acceptance."""
    found = []
    for _, node in history.districts:
        issued = {notice.subject: record.at for record, notice in _issued(node)}
        for record in node.records_of(CrewAnswered):
            answer = record.input.answer
            is_done = any(isinstance(c, Reply) and c.done for c in record.commands)
            if answer.action is not CrewAction.ACCEPT or not is_done:
                continue
            at = issued.pop(answer.order, None)
            if at is not None:
                found.append(seconds_between(at, record.at))
    return found
