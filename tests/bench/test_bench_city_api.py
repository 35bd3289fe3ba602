"""What one change costs the city and a screen that watches it, with 100,000 units: bytes, and
milliseconds of the node; and what a screen's first page costs."""

import asyncio
import json
import time
from contextlib import aclosing

import pytest
from consoles.reports import CENTRES, near, unit

from citybrain.api.client.messages import request_of
from citybrain.api.methods import CITY
from citybrain.api.services.city import city_service
from citybrain.clock import ManualClock
from citybrain.decider.decider import Committed
from citybrain.domain.console import Outcome
from citybrain.domain.unit import UnitReport
from citybrain.ids import CountingIds
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from coordinator.api.adapter import CityApiAdapter
from coordinator.cores.state import EMPTY, CityState
from coordinator.inputs import DistrictLetterReceived
from coordinator.shell.planner import PlannerStatus

pytestmark = pytest.mark.bench
UNITS = 100_000
CHANGES = 30
GOAL_BYTES, GOAL_MS = 4_096, 5.0
WATCHED = (
    {"name": "city", "collection": "city", "key": "city"},
    {"name": "districts", "collection": "districts", "limit": 500},
    {"name": "plans", "collection": "plans", "limit": 6},
    {"name": "orders", "collection": "orders", "limit": 40},
    {
        "name": "map_units",
        "collection": "units",
        "filter": "area = 30.64,104.04,30.68,104.08",
        "order_by": "activity",
        "limit": 500,
    },
)


class Loop:
    """A commit loop without a journal: states come as commits do."""

    def __init__(self, state: CityState) -> None:
        self.state, self._listeners = state, []
        self._position = 0

    def on_commit(self, listener):
        self._listeners.append(listener)

    def say(self, letter: UnitReport) -> None:
        self._position += 1
        world = self.state.world
        units = world.units.put(letter.unit, letter)
        self.state = replace(self.state, world=replace(world, units=units))
        given = DistrictLetterReceived(
            district=letter.district, epoch="e", position=self._position, letter=letter
        )
        for listener in self._listeners:
            listener(self.state, [Committed(seq=self._position, commands=(), input=given)])


def many_units():
    places = list(CENTRES)
    for n in range(UNITS):
        district = places[n % 3]
        centre = CENTRES[district][1]
        place = near(centre, (n * 37) % 9_000 - 4_500, (n * 91) % 9_000 - 4_500)
        yield unit(1, district=district, unit=f"u-{n:06}", name=f"Patrol {n}", place=place)


def ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1e3


async def measured() -> dict[str, float]:
    world = replace(EMPTY.world, units=SortedMap((one.unit, one) for one in many_units()))
    loop = Loop(replace(EMPTY, world=world))
    began = time.perf_counter()
    api = CityApiAdapter(
        loop,
        act=_nobody,
        planner=lambda: PlannerStatus(planner="ray", reason=""),
        name={"en": "Bench", "zh": "测"},
        clock=ManualClock(),
        epoch="bench",
    )
    found = {"start of the node's lists, ms": ms_since(began)}
    service = city_service(api, CountingIds())
    began = time.perf_counter()
    stream = service.streams["Watch"](request_of(CITY.methods["Watch"], {"views": WATCHED}))
    async with aclosing(stream):
        first = (await anext(stream)).json()
        found["first page of a screen, ms"] = ms_since(began)
        found["first page of a screen, bytes"] = len(first)
        page = {view["name"]: view for view in json.loads(first)["views"]}["map_units"]["page"]
        keys = [row["key"] for row in page["rows"]]
        assert (page["total"] > 500, len(keys)) == (True, 500)
        sizes, node_ms, told_ms = [], [], []
        for n in range(CHANGES):
            was = loop.state.world.units[keys[n]]
            loop.say(replace(was, name=f"Patrol {n}b", at=n + 1))
            began = time.perf_counter()
            api.refresh()
            node_ms.append(ms_since(began))
            message = await anext(stream)
            began = time.perf_counter()
            sizes.append(len(message.json()))
            told_ms.append(ms_since(began))
    found["one change, bytes (median)"] = sorted(sizes)[CHANGES // 2]
    found["one change, the node's look, ms (median)"] = sorted(node_ms)[CHANGES // 2]
    found["one change, encoding, ms (median)"] = sorted(told_ms)[CHANGES // 2]
    began = time.perf_counter()
    api.feed.refresh("units", dict(api.shown().units), api.now())
    found["a look at all units, ms"] = ms_since(began)
    began = time.perf_counter()
    await service.unary["ListUnits"](request_of(CITY.methods["ListUnits"], {"page_size": 50}))
    found["first page of ListUnits, ms"] = ms_since(began)
    return found


async def _nobody(_) -> Outcome:
    raise AssertionError("nobody acts")


def test_a_change_of_a_hundred_thousand_units():
    found = asyncio.run(measured())
    print()
    for what, number in found.items():
        print(f"{what:45}{number:12.2f}")
    assert found["one change, bytes (median)"] <= GOAL_BYTES
