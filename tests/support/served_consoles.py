"""The public API of a district on a gRPC server, with screens that answer what a test prepares."""

import asyncio
import functools

from consoles.fake_api import FakeDistrictApi, services

from citybrain.clock import ManualClock
from citybrain.conditions import Conditions
from citybrain.domain.console import (
    DistrictSnapshot,
    OperatorAction,
    Outcome,
)
from citybrain.domain.crew import CrewView
from citybrain.geo import Point
from citybrain.rpc.public.services import public_service
from citybrain.rpc.server import serve
from citybrain.vocabulary import OperatorVerb, UnitState

HERE = Point(lat=30.66, lon=104.06)


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        async def bounded():
            async with asyncio.timeout(60):
                await test(*arguments, **named)

        asyncio.run(bounded())

    return run


class FakeScreen:
    """Changes on command, counts its watchers, gives prepared answers."""

    def __init__(self):
        self.version, self.watchers, self.asked = 0, 0, []
        self.answers = []  # what the next actions raise or return
        self.busy = asyncio.Event()
        self.go_on = asyncio.Event()
        self._changed = asyncio.Condition()

    async def change(self):
        async with self._changed:
            self.version += 1
            self._changed.notify_all()

    async def changes(self):
        self.watchers += 1
        try:
            seen = self.version
            yield
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: self.version != seen)  # noqa: B023 - waited for within the turn
                    seen = self.version
                yield
        finally:
            self.watchers -= 1

    async def act(self, action, caller=None):
        self.asked.append(action)
        answer = self.answers.pop(0) if self.answers else Outcome(request=action.request, done=True)
        if answer == "wait":
            self.busy.set()
            await self.go_on.wait()
            answer = Outcome(request=action.request, done=True, detail="late")
        if isinstance(answer, Exception):
            raise answer
        return answer


class FakeDistrict(FakeScreen):
    def __init__(self):
        super().__init__()
        self.on_poke, self.value = [], self._snapshot()

    async def change(self):
        await super().change()
        self.value = self._snapshot()
        for step in self.on_poke:
            step()

    async def report(self, report, caller=None):
        return await self.act(report)

    def _snapshot(self):
        return DistrictSnapshot(
            district="riverside",
            name="滨江",
            centre=HERE,
            at=self.version,
            queue=(),
            units=(),
            agents=(),
            links=(),
            counts={"events": float(self.version)},
        )


class FakeCrews(FakeScreen):
    def view(self, unit):
        return (
            CrewView(unit=unit, name="Patrol 1", state=UnitState.AVAILABLE, place=HERE, order=None)
            if unit == "u-1"
            else None
        )

    async def answer(self, answer, caller=None):
        return await self.act(answer)

    async def report(self, position, caller=None):
        self.asked.append(position)
        return Outcome(request="", done=True)


def action(request="r-1"):
    """An action as its client sends it."""
    fields = {"incident": "inc-1", "verb": "escalate", "reason": "大水"}
    return {"request_id": request, "actor": "li", **fields}


ACTION = OperatorAction(
    request="r-1", operator="li", incident="inc-1", verb=OperatorVerb.ESCALATE, reason="大水"
)


class ServedConsoles:
    """All services on one server, as long as the block lasts."""

    async def __aenter__(self):
        self.district, self.crews = FakeDistrict(), FakeCrews()
        self.api = FakeDistrictApi(self.district)
        public = [public_service(one) for one in services(self.api, self.crews)]
        self.conditions = Conditions(ManualClock())
        self.server = await serve("127.0.0.1:0", public, conditions=self.conditions)
        self.address = f"127.0.0.1:{self.server.port}"
        return self

    async def __aexit__(self, *_):
        await self.server.stop(0.2)


async def eventually(condition, within_s=60.0):
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)
