"""Problems made by seed: a city of 20 km with districts side by side."""

import random  # noqa: TID251 - a seeded Random, one seed is one city

import pytest

from citybrain.domain.order import Task
from citybrain.geo import Point
from citybrain.vocabulary import Severity
from coordinator.planning.problem import FreeUnit, OpenSlot, Problem
from coordinator.policy import Costs

AT = 1_750_000_000_000_000


class Made:
    """Builders of problems and their parts."""

    at = AT

    def slot(
        self,
        name="s1",
        *,
        lat=30.66,
        lon=104.06,
        capability="patrol",
        severity=Severity.SEVERE,
        district="d0",
        deadline_s=600.0,
        version=1,
    ):
        task = Task(
            incident=f"i-{name}",
            incident_district=district,
            slot=name,
            slot_version=version,
            kind="crowding",
            severity=severity,
            place=Point(lat=lat, lon=lon),
            traceparent="",
        )
        return OpenSlot(capability=capability, deadline=AT + round(deadline_s * 1e6), task=task)

    def unit(
        self,
        name="u1",
        *,
        lat=30.66,
        lon=104.06,
        capabilities=("patrol",),
        district="d0",
        speed=10.0,
    ):
        return FreeUnit(
            unit=name,
            district=district,
            capabilities=tuple(capabilities),
            place=Point(lat=lat, lon=lon),
            speed_mps=speed,
        )

    def problem(self, slots, units, *, avoided=(), offline=(), costs=None, max_travel_s=1800.0):
        return Problem(
            world_version=1,
            at=AT,
            slots=tuple(slots),
            units=tuple(units),
            avoided=tuple(avoided),
            offline_capabilities=tuple(offline),
            unreachable_slots=(),
            costs=costs or Costs(),
            max_travel_s=max_travel_s,
        )

    def city(
        self,
        seed,
        slots,
        units,
        *,
        districts=4,
        capabilities=("patrol", "pump"),
        speeds=(6.0, 8.0, 12.0),
        side=0.2,
        **more,
    ):
        """A random problem: `side` degrees wide, districts in stripes."""
        rng = random.Random(seed)
        names = [f"d{i}" for i in range(districts)]

        def where():
            stripe = rng.randrange(districts)
            return (
                names[stripe],
                30.5 + rng.random() * side,
                104.0 + (stripe + rng.random()) * side / districts,
            )

        made_slots, made_units = [], []
        for i in range(slots):
            district, lat, lon = where()
            severity = rng.choice(
                [Severity.EXTREME, Severity.SEVERE, Severity.MODERATE, Severity.MINOR]
            )
            capability = rng.choice(capabilities)
            made_slots.append(
                self.slot(
                    f"s{i}",
                    lat=lat,
                    lon=lon,
                    capability=capability,
                    severity=severity,
                    district=district,
                    deadline_s=rng.choice([60, 300, 900]),
                )
            )
        for i in range(units):
            district, lat, lon = where()
            held = [c for c in capabilities if rng.random() < 0.7] or [capabilities[0]]
            made_units.append(
                self.unit(
                    f"u{i}",
                    lat=lat,
                    lon=lon,
                    capabilities=held,
                    district=district,
                    speed=rng.choice(speeds),
                )
            )
        avoided = [
            (f"s{rng.randrange(slots)}", f"u{rng.randrange(units)}")
            for _ in range(min(3, slots, units))
        ]
        return self.problem(made_slots, made_units, avoided=sorted(set(avoided)), **more)


@pytest.fixture(scope="session")
def made():
    return Made()
