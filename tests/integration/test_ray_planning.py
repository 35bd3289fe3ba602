"""The coordinator with a real local Ray: plans by Ray when it is up, at once in-process when its
process is killed, by Ray again when it is back.
"""

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from functools import wraps

import pytest

from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Certainty, IncidentStage, Severity, SlotState, UnitState, Urgency
from coordinator.config import CityConfig
from coordinator.inputs import DistrictConnected, DistrictLetterReceived
from coordinator.node import CityNode
from coordinator.ray_plane import session

pytestmark = pytest.mark.timeout(240)


def in_a_loop(test):
    @wraps(test)
    def run(*arguments, **named):
        async def limited():
            async with asyncio.timeout(200):
                await test(*arguments, **named)

        asyncio.run(limited())

    return run


@asynccontextmanager
async def a_city(folder):
    raw = {
        "name": {"en": "Test", "zh": "测试"},
        "data_dir": str(folder),
        "listen": {"grpc": "127.0.0.1:0"},
        "plan": {"issue": "ask", "min_replan_s": 0.1},
        "ray": {"mode": "local", "budget_s": 10.0},
    }
    node = CityNode(CityConfig.model_validate(raw), clock=SystemClock(), ids=RandomIds())
    try:
        await node.start()
        yield node
    finally:
        await node.stop()


async def until(condition, within_s=90):
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.02)


class Districts:
    """Two districts whose letters are given to the journal as their streams would."""

    def __init__(self, node):
        self._node, self._positions = node, {"north": 0, "south": 0}
        for district in self._positions:
            self._submit(
                DistrictConnected(
                    district=district,
                    name=district,
                    centre=Point(lat=30.6, lon=104.0),
                    epoch="e1",
                    session=1,
                    up_next=1,
                    down_acked=0,
                )
            )
        for i in range(6):
            self.post("north", self._unit(f"n{i}"))

    def alarm(self, name):
        slot = SlotReport(
            slot=f"slot-{name}",
            capability="patrol",
            version=1,
            state=SlotState.OPEN,
            deadline=2_000_000_000_000_000,
            from_city=True,
        )
        report = IncidentReport(
            incident=name,
            district="south",
            kind="crowding",
            stage=IncidentStage.OPENED,
            severity=Severity.SEVERE,
            urgency=Urgency.EXPECTED,
            certainty=Certainty.OBSERVED,
            place=Point(lat=30.65, lon=104.06),
            opened_at=1,
            changed_at=1,
            escalated=True,
            slots=(slot,),
            traceparent="",
            events=1,
        )
        self.post("south", report)

    def post(self, district, letter):
        self._positions[district] += 1
        self._submit(
            DistrictLetterReceived(
                district=district,
                epoch="e1",
                position=self._positions[district],
                letter=letter,
            )
        )

    def _submit(self, given):
        self._node.commit_loop.submit(given).result(10)

    def _unit(self, name):
        return UnitReport(
            unit=name,
            district="north",
            name=name,
            capabilities=("patrol",),
            state=UnitState.AVAILABLE,
            place=Point(lat=30.66, lon=104.06),
            speed_mps=8.0,
            order=None,
            assignment_number=0,
            at=1,
        )


def newest(node):
    """(planner, slots planned) of the plan on top."""
    plans = node.commit_loop.state.plans
    return (plans[0].planner, len(plans[0].orders)) if plans else None


@in_a_loop
async def test_ray_plans_dies_and_comes_back_without_a_plan_lost(tmp_path):
    async with a_city(tmp_path) as node:
        districts = Districts(node)
        districts.alarm("i1")
        await until(lambda: newest(node) is not None, 10)
        assert newest(node) == ("in-process", 1)  # Ray was still starting: nothing waited for it
        assert node.city.planner.status().reason == "Ray is starting"

        await until(lambda: node.city.planner.status().planner == "ray")
        await until(lambda: node.supervisor.status().rebuilt > 0)  # its twins are loaded
        districts.alarm("i2")
        await until(lambda: newest(node) == ("ray", 2))
        assert node.commit_loop.state.plans[0].cost == node.commit_loop.state.plans[0].bound

        token = (tmp_path / "ray.session").read_text().split("\n")[0]
        for pid in session.processes(token):
            os.kill(pid, signal.SIGKILL)
        districts.alarm("i3")
        await until(lambda: newest(node)[1] == 3, 10)
        assert newest(node)[0] == "in-process"

        await until(lambda: node.city.planner.status().planner == "ray")
        await until(lambda: node.supervisor.status().rebuilt > 1)
        districts.alarm("i4")
        await until(lambda: newest(node)[1] == 4)
        assert node.commit_loop.state.counts.get("plans_failed") is None
        last = (tmp_path / "ray.session").read_text().split("\n")[0]
    assert session.processes(token) == ()
    assert session.processes(last) == ()
