"""Incidents, slots and units of three districts as every screen shows them, and where these are."""

from typing import TypeVar

from citybrain import canonical_json
from citybrain.clock import later
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.structs import Struct
from citybrain.system_clock import SystemClock

S = TypeVar("S", bound=Struct)
CLOCK = SystemClock()
CENTRES = {
    "riverside": ("Riverside", Point(lat=30.660, lon=104.060)),
    "oldtown": ("Old Town", Point(lat=30.668, lon=104.104)),
    "hillside": ("Hillside", Point(lat=30.630, lon=104.086)),
}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def typed(value: S) -> S:
    """`value` with its words as members of their sets."""
    return canonical_json.decode(canonical_json.encode(value), type(value))


def near(point: Point, north_m: float, east_m: float) -> Point:
    return Point(lat=point.lat + north_m / 111_195, lon=point.lon + east_m / 95_600)


def report(n: int, district: str = "riverside", **changes: object) -> IncidentReport:
    now = CLOCK.now()
    _, centre = CENTRES[district]
    values = {
        "incident": f"inc-{district}-{n}",
        "district": district,
        "kind": "crowding",
        "stage": "opened",
        "severity": "Moderate",
        "urgency": "Expected",
        "certainty": "Observed",
        "place": near(centre, 130.0 * ((n * 7) % 11 - 5), 150.0 * ((n * 5) % 9 - 4)),
        "opened_at": later(now, -40.0 * n),
        "changed_at": later(now, -20.0 * n),
        "escalated": False,
        "slots": (slot(n),),
        "traceparent": TRACE,
        "events": 1 + n % 5,
    }
    return typed(IncidentReport(**{**values, **changes}))


def slot(n: int, capability: str = "patrol", state: str = "open", **changes: object) -> SlotReport:
    values = {
        "slot": f"slot-{n}",
        "capability": capability,
        "version": 1,
        "state": state,
        "deadline": later(CLOCK.now(), 300),
        "from_city": False,
    }
    return typed(SlotReport(**{**values, **changes}))


def unit(
    n: int, state: str = "available", district: str = "riverside", **changes: object
) -> UnitReport:
    _, centre = CENTRES[district]
    values = {
        "unit": f"{district}-{n}",
        "district": district,
        "name": f"{'Pump' if n == 3 else 'Patrol'} {n}",
        "capabilities": ("pump",) if n == 3 else ("patrol",),
        "state": state,
        "place": near(centre, 420.0 * (n - 2), 300.0 * ((n * 3) % 5 - 2)),
        "speed_mps": 8.0,
        "order": None,
        "assignment_number": n,
        "at": CLOCK.now(),
    }
    return typed(UnitReport(**{**values, **changes}))
