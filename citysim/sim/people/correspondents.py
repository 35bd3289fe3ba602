"""Who writes in a simulated district: its operator to crews of other districts, and its own crews
that answer what other districts wrote. They have a network of their own: what they say takes no
chance from anybody else.
"""

import asyncio

from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewReply
from citybrain.domain.principal import Role, unauthenticated
from citybrain.errors import CityBrainError
from citybrain.ids import UnitId
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.net.calls import Calls
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.people.correspondence import said_now, written_now
from citysim.sim.people.operator_session import simulated_now

POLL_PERIOD_S = 4.0


class Correspondents:
    """The people of one district. `units`: of the crews that answer."""

    def __init__(
        self,
        node: DistrictProcess,
        calls: Calls,
        *,
        loop: VirtualTimeLoop,
        units: tuple[UnitId, ...],
    ) -> None:
        self._node, self._calls, self._loop, self._units = node, calls, loop, units

    async def run(self) -> None:
        """For as long as the simulation lasts."""
        while True:
            await asyncio.sleep(POLL_PERIOD_S)
            if self._node.runtime is None or self._node.state is None:
                continue
            for asked in self._due():
                try:
                    await self._send(asked)
                except CityBrainError:
                    continue  # the screen will show whether it took effect

    def _due(self) -> tuple[OperatorAction | CrewReply, ...]:
        state, runtime = self._node.state, self._node.runtime
        if state is None or runtime is None:
            return ()
        now, views = simulated_now(self._loop), map(runtime.crew_console.view, self._units)
        answers = (said for view in views if view is not None for said in said_now(view, now))
        return (*written_now(f"operator-{state.setup.district}", state), *answers)

    async def _send(self, asked: OperatorAction | CrewReply) -> None:
        running = self._node.running
        if isinstance(asked, CrewReply):
            crew = unauthenticated(asked.unit, Role.CREW)
            await self._calls.call(lambda: running().crew_console.reply(asked, crew))
        else:
            await self._calls.call(lambda: running().console.act(asked))
