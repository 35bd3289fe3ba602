"""Who reports a street event to its district: people, and the program of a foreign system.

A caller repeats a report under the same request until an answer comes, whatever becomes of the
network or the node.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from citybrain.domain.console import Outcome
from citybrain.domain.report import Report
from citybrain.errors import CityBrainError
from citybrain.ids import AgentId, DistrictId
from citybrain.structs import replace
from citysim.laws.ground_truth_log import AcceptedReport
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.net.calls import Calls
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.people.operator_session import simulated_now
from citysim.sim.scenario import StreetCall
from citysim.sim.street.scene import Scenes

REPEAT_S = 4.0  # without an answer
# reasons for which the same report would be refused again; every other refusal may pass
FINAL_REFUSALS = frozenset({"unnamed", "not_permitted"})


class Callers:
    """`begin` them once. `pending` are the reports that were begun, or may still be, without an
    answer; `on_accepted` hears of each that was confirmed."""

    def __init__(
        self,
        calls: Iterable[StreetCall],
        *,
        loop: VirtualTimeLoop,
        district_of: Mapping[AgentId, DistrictId],
        districts: Mapping[DistrictId, DistrictProcess],
        networks: Mapping[DistrictId, Calls],
        scenes: Scenes,
        on_accepted: Callable[[AcceptedReport], None],
    ) -> None:
        self._calls, self._loop, self._scenes = tuple(calls), loop, scenes
        self._district_of, self._districts, self._networks = district_of, districts, networks
        self._on_accepted = on_accepted
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def pending(self) -> tuple[str, ...]:
        """The requests of the callers that are not done."""
        return tuple(task.get_name() for task in self._tasks if not task.done())

    def begin(self) -> None:
        """Everybody waits for their time to call."""
        self._tasks = [
            self._loop.start_task(self._call(call), name=call.report.request)
            for call in self._calls
        ]

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _call(self, call: StreetCall) -> None:
        await asyncio.sleep(call.at_s - self._loop.time())
        if not self._is_present(call):
            return
        report = call.report
        if call.says_when:
            report = replace(report, observed_at=simulated_now(self._loop))
        district = self._district_of[call.agent]
        await self._report(district, report)
        if call.sends_twice:
            await self._answer(district, report)
        if call.again is None:
            return
        await asyncio.sleep(call.again_after_s)
        if call.again.case is not None or self._is_present(call):
            await self._report(district, call.again)

    async def _report(self, district: DistrictId, report: Report) -> None:
        while True:
            outcome = await self._answer(district, report)
            if outcome is not None and outcome.done:
                self._on_accepted(
                    AcceptedReport(
                        district=district,
                        request=report.request,
                        incident=outcome.incident or "",
                        at=simulated_now(self._loop),
                    )
                )
                return
            if outcome is not None and outcome.reason in FINAL_REFUSALS:
                return
            await asyncio.sleep(REPEAT_S)

    async def _answer(self, district: DistrictId, report: Report) -> Outcome | None:
        """None: it may have taken effect or not."""
        node = self._districts[district]
        try:
            return await self._networks[district].call(partial(_report_at, node, report))
        except CityBrainError:
            return None

    def _is_present(self, call: StreetCall) -> bool:
        return self._scenes.of(call.agent).is_present(self._loop.time())


async def _report_at(node: DistrictProcess, report: Report) -> Outcome:
    return await node.running().console.report(report)
