"""What a district's screen shows: an empty district, and a busy one with a queue of incidents."""

from citybrain.clock import later
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.domain.console import (
    Countdown,
    DistrictSnapshot,
    HistoryEntry,
    LinkStatus,
    QueueEntry,
)
from citybrain.domain.event import Box, Evidence
from citybrain.structs import replace
from consoles.reports import CENTRES, CLOCK, report, slot, typed, unit


def empty_district() -> DistrictSnapshot:
    name, centre = CENTRES["riverside"]
    now = CLOCK.now()
    return DistrictSnapshot(
        district="riverside",
        name=name,
        centre=centre,
        at=now,
        queue=(),
        units=(unit(1), unit(2), unit(3)),
        agents=(agent("box-a1", camera("cam-a1")),),
        links=(
            LinkStatus(name="city", up=True, since=later(now, -740), backlog=0),
            LinkStatus(name="broker", up=True, since=later(now, -741), backlog=0),
        ),
        counts={"events": 0.0, "duplicates": 0.0, "quarantined": 0.0, "gaps": 0.0, "records": 3.0},
    )


def busy_district() -> DistrictSnapshot:
    base = empty_district()
    units = (
        unit(1, "en_route", order="ord-riverside-31"),
        unit(2, "on_scene", order="ord-riverside-28"),
        unit(3, "out_of_service"),
        unit(4, "committed", order="ord-riverside-35"),
        unit(5),
        unit(6),
    )
    agents = (
        agent("box-a1", camera("cam-a1"), camera("cam-a2", "degraded", "too dark", fps=8.6)),
        agent("box-a2", camera("cam-b1", "blind", "no signal"), outbox_rows=14),
        agent("box-w1", camera("level-1", is_camera=False, infer_ms=0.0, fps=1.0)),
        agent("box-x1", online=False, lost=3),
    )
    city = LinkStatus(name="city", up=False, since=later(base.at, -128), backlog=14)
    links = (city, base.links[1])
    counts = {
        "events": 1284.0,
        "duplicates": 17.0,
        "quarantined": 1.0,
        "gaps": 0.0,
        "records": 1733.0,
    }
    return replace(base, queue=busy_queue(), units=units, agents=agents, links=links, counts=counts)


def busy_queue() -> tuple[QueueEntry, ...]:
    """Seven incidents: overdue, waiting for each party, closed and rejected."""
    return (*open_incidents(), *past_incidents())


def open_incidents() -> tuple[QueueEntry, ...]:
    """The most urgent first, each waiting for another party."""
    return (
        queue_entry(
            12,
            priority=91,
            due_s=-34,
            kind="waterlogging",
            severity="Severe",
            urgency="Immediate",
            escalated=True,
            waits_for="city",
            slots=(
                slot(12, "pump", from_city=True),
                slot(13, "patrol", "confirmed", unit="riverside-1"),
            ),
        ),
        queue_entry(
            15,
            priority=74,
            due_s=41,
            kind="crowding",
            severity="Severe",
            stage="reported",
            waits_for="person",
            slots=(),
        ),
        queue_entry(
            9,
            priority=62,
            due_s=372,
            kind="street_occupation",
            stage="working",
            waits_for="crew",
            slots=(slot(9, "patrol", "served", unit="riverside-2"),),
        ),
        queue_entry(
            17,
            priority=40,
            due_s=188,
            kind="loitering",
            severity="Minor",
            stage="dispatched",
            slots=(slot(17, "patrol", "confirmed", unit="riverside-4"),),
        ),
        queue_entry(
            7,
            priority=33,
            due_s=25,
            kind="illegal_parking",
            severity="Minor",
            stage="handled",
            waits_for="camera",
            slots=(),
        ),
    )


def past_incidents() -> tuple[QueueEntry, ...]:
    return (
        queue_entry(
            3, priority=0, due_s=None, kind="crowding", stage="closed", waits_for="", slots=()
        ),
        queue_entry(
            2,
            priority=0,
            due_s=None,
            kind="line_intrusion",
            severity="Minor",
            stage="rejected",
            waits_for="",
            slots=(),
        ),
    )


def queue_entry(
    n: int,
    *,
    priority: float = 50.0,
    due_s: float | None = 90.0,
    waits_for: str = "crew",
    district: str = "riverside",
    **changes: object,
) -> QueueEntry:
    now = CLOCK.now()
    incident = report(n, district, **changes)
    clocks = (
        ()
        if due_s is None
        else (
            Countdown(name="dispatch", due=later(now, due_s)),
            Countdown(name="handle", due=later(now, due_s + 900)),
        )
    )
    history = (
        HistoryEntry(at=later(now, -40.0 * n), code="reported", actor="box-a1"),
        HistoryEntry(at=later(now, -38.0 * n), code="opened", actor=district),
    )
    is_seen = incident.kind != "waterlogging"
    return QueueEntry(
        report=incident,
        priority=priority,
        clocks=clocks,
        history=history,
        evidence=evidence(3 + n % 3) if is_seen else None,
        source="cam-a1" if is_seen else "level-1",
        rule="crowd" if is_seen else "high-water",
        waits_for=waits_for,
    )


def evidence(people: int = 4) -> Evidence:
    boxes = tuple(
        Box(
            left=0.2 + 0.13 * i,
            top=0.4 + 0.05 * (i % 3),
            right=0.26 + 0.13 * i,
            bottom=0.72 + 0.05 * (i % 3),
            label="person",
            score=0.91 - 0.07 * i,
            track=i,
        )
        for i in range(people)
    )
    return Evidence(
        aspect=4 / 3, outline=((0.12, 0.35), (0.85, 0.3), (0.93, 0.9), (0.08, 0.93)), boxes=boxes
    )


def agent(name: str, *sources: SourceStatus, online: bool = True, **changes: object) -> AgentStatus:
    values = {
        "agent": name,
        "online": online,
        "at": CLOCK.now(),
        "software_version": "0.1.0",
        "outbox_rows": 0,
        "outbox_bytes": 0,
        "lost": 0,
        "sources": sources,
    }
    return typed(AgentStatus(**{**values, **changes}))


def camera(
    name: str, visibility: str = "observed", reason: str = "", **changes: object
) -> SourceStatus:
    values = {
        "source": name,
        "is_camera": True,
        "place": CENTRES["riverside"][1],
        "visibility": visibility,
        "reason": reason,
        "fps": 0.0 if visibility == "blind" else 10.0,
        "infer_ms": 12.4,
        "captured": 7_950,
        "used": 4_010,
        "gated": 3_100,
        "dropped": 840,
        "observed_s": 771.0,
        "degraded_s": 12.0,
        "blind_s": 12.0,
    }
    return SourceStatus(**{**values, **changes})


def many_incidents(count: int) -> tuple[QueueEntry, ...]:
    """`count` open incidents of the busy district's kinds, the most urgent first; the number in
    its id is an incident's place in the queue."""
    made_of = open_incidents()
    return tuple(
        replace(
            made_of[n % len(made_of)],
            priority=float(count - n),
            report=replace(made_of[n % len(made_of)].report, incident=f"inc-riverside-{n}"),
        )
        for n in range(count)
    )
