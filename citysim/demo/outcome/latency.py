"""How long each hop took, from the journals alone: frame → journal → incident → order → crew. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from citybrain.clock import Timestamp, seconds_between
from citybrain.decider.command import Notice, Reply
from citybrain.vocabulary import CrewAction, Phase
from citysim.laws.history import History, NodeHistory, Step
from district_node.inputs import BatchReceived, CrewAnswered

HOPS = (
    "frame_to_journal",
    "journal_to_incident",
    "incident_to_order",
    "order_to_accepted",
    "camera_to_order",
    "camera_to_order_city",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """Milliseconds. `count` 0: never happened."""

    name: str
    count: int
    p50_ms: float
    p95_ms: float


def hops(history: History) -> tuple[Hop, ...]:
    """Every hop of the table, in order.

    `camera_to_order` is from the picture that completed the rule's persistence to the first order of that incident issued to a crew, where the district
    sent its own; `camera_to_order_city` where the city's plan sent it (it waits for the duty officer's key).
    """
    seen: dict[str, list[float]] = {name: [] for name in HOPS}
    journaled = _journaled(history, seen)
    opened = _opened(history)
    for trace, (at, _) in opened.items():
        if trace in journaled:
            seen["journal_to_incident"].append(seconds_between(journaled[trace][1], at))
    for trace, (at, _) in _first_issued(history, opened, by_city=False).items():
        if trace in opened:
            seen["incident_to_order"].append(seconds_between(opened[trace][0], at))
        if trace in journaled:
            seen["camera_to_order"].append(seconds_between(journaled[trace][0], at))
    for trace, (at, _) in _first_issued(history, opened, by_city=True).items():
        if trace in journaled:
            seen["camera_to_order_city"].append(seconds_between(journaled[trace][0], at))
    seen["order_to_accepted"] = _accepted(history)
    return tuple(_hop(name, [s * 1000 for s in seen[name]]) for name in HOPS)


def trace_of(traceparent: str) -> str:
    """The trace id of a W3C traceparent; "" when it has none."""
    parts = traceparent.split("-")
    return parts[1] if len(parts) == 4 else ""


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; not a number when there are none."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else math.nan


def _hop(name: str, ms: list[float]) -> Hop:
    return Hop(name=name, count=len(ms), p50_ms=percentile(ms, 0.5), p95_ms=percentile(ms, 0.95))


def _journaled(
    history: History, seen: dict[str, list[float]]
) -> dict[str, tuple[Timestamp, Timestamp]]:
    """trace → (when the picture was taken, when its START was journaled), each item once."""
    first: dict[str, tuple[Timestamp, Timestamp]] = {}
    for _, node in history.districts:
        known: set[tuple[str, int, int]] = set()
        for step in node.steps:
            if not isinstance(step.input, BatchReceived):
                continue
            for item in step.input.items:
                key = (step.input.agent, step.input.incarnation, item.seq)
                event = item.event
                if event is None or key in known or event.phase is not Phase.START:
                    continue
                known.add(key)
                seen["frame_to_journal"].append(seconds_between(event.observed_at, step.at))
                first.setdefault(trace_of(event.traceparent), (event.observed_at, step.at))
    first.pop("", None)
    return first


def _opened(history: History) -> dict[str, tuple[Timestamp, str]]:
    """trace → (when its incident was opened, the district that owns it)."""
    found: dict[str, tuple[Timestamp, str]] = {}
    for district, node in history.districts:
        incidents = node.state.incidents.values() if node.state is not None else ()
        for incident in incidents:
            at = next((line.at for line in incident.history if line.what == "opened"), None)
            if at is not None:
                found[trace_of(incident.traceparent)] = (at, district)
    found.pop("", None)
    return found


def _first_issued(
    history: History, opened: dict[str, tuple[Timestamp, str]], *, by_city: bool
) -> dict[str, tuple[Timestamp, str]]:
    """trace → (when the first order for it was issued to a crew, by which district): the incident's own, or another one's by the city's plan."""
    found: dict[str, tuple[Timestamp, str]] = {}
    for district, node in history.districts:
        for step, notice in _issued(node):
            trace = trace_of(notice.detail)
            is_foreign = trace in opened and opened[trace][1] != district
            if (
                trace
                and is_foreign is by_city
                and (trace not in found or step.at < found[trace][0])
            ):
                found[trace] = (step.at, district)
    return found


def _issued(node: NodeHistory) -> list[tuple[Step, Notice]]:
    return [
        (step, c)
        for step in node.steps
        for c in step.commands
        if isinstance(c, Notice) and c.what == "issued"
    ]


def _accepted(history: History) -> list[float]:
    """Seconds from each order's issue to its crew's acceptance."""
    found = []
    for _, node in history.districts:
        issued = {notice.subject: step.at for step, notice in _issued(node)}
        for step in node.steps:
            taken = any(isinstance(c, Reply) and c.done for c in step.commands)
            if (
                isinstance(step.input, CrewAnswered)
                and step.input.answer.action is CrewAction.ACCEPT
                and taken
            ):
                at = issued.pop(step.input.answer.order, None)
                if at is not None:
                    found.append(seconds_between(at, step.at))
    return found
