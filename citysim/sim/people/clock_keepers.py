"""Who says what a step of a node's clock was that it holds back: wrongly first, and then, once the
machine's clock is right, until the node's time is. They go through production's door.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from random import Random  # noqa: TID251 - seeded

from citybrain.clock import Timestamp
from citybrain.decider.command import ClockSet
from citybrain.decider.commit_loop import POLL_S
from citybrain.decider.decider import Committed
from citybrain.domain.clock import ClockAction, ClockVerb
from citybrain.domain.console import Outcome
from citybrain.domain.principal import Principal, Role
from citybrain.errors import CityBrainError, RpcError
from citybrain.ids import RequestId
from citybrain.node_time.setting import set_clock
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.net.calls import Calls
from citysim.sim.nodes.city import CityProcess
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.random_streams import RandomStreams

READ_S = (2.0, 12.0)  # from when the clock shows another date until a person says something
LOOK_S = (2.0, 6.0)  # between two looks at a clock that a person has begun to set
AGAIN_S = 3.0  # without an answer

# (the node, by how many microseconds a person moved its time, what its time was)
OnSet = Callable[[str, int, Timestamp], None]
Node = DistrictProcess | CityProcess


class ClockKeepers:
    """Of each node one, by the names of fault targets, who does nothing before `say`."""

    def __init__(
        self,
        nodes: Mapping[str, Node],
        calls: Mapping[str, Calls],
        *,
        loop: VirtualTimeLoop,
        streams: RandomStreams,
        on_set: OnSet,
    ) -> None:
        self._nodes, self._calls, self._loop, self._on_set = nodes, calls, loop, on_set
        self._streams = streams
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._rngs: dict[str, Random] = {}
        self._asked = 0

    @property
    def unfinished(self) -> tuple[str, ...]:
        """The nodes whose keeper still has something to set right."""
        return tuple(name for name in self._tasks if not self._is_right(name))

    def say(self, name: str, verb: ClockVerb) -> None:
        """In a while the node's keeper says this of what is held back then."""
        self._begin(name, self._say(name, verb))

    def keep_right(self, name: str) -> None:
        """The machine's clock is right again: from now on the keeper looks after the node's time,
        whatever becomes of it. It says nothing while the machine shows a wrong date."""
        self._begin(name, self._keep_right(name))

    def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()

    def _begin(self, name: str, work: Coroutine[object, object, None]) -> None:
        if name in self._tasks:
            self._tasks[name].cancel()
        self._rngs.setdefault(name, self._streams.named(f"clock keeper {name}"))
        self._tasks[name] = self._loop.start_task(work, name=f"clock keeper {name}")

    async def _say(self, name: str, verb: ClockVerb) -> None:
        await asyncio.sleep(self._rngs[name].uniform(*READ_S))
        while await self._set(name, verb) is None:
            await asyncio.sleep(AGAIN_S)

    async def _keep_right(self, name: str) -> None:
        while True:
            await asyncio.sleep(self._rngs[name].uniform(*LOOK_S))
            if not self._is_right(name) and self._shows_true_date(name):
                await self._set(name, ClockVerb.REBASE)

    def _is_right(self, name: str) -> bool:
        node = self._nodes[name]
        node.clock.now()  # a hold is that of the last reading
        return self._shows_true_date(name) and node.is_up and node.clock.hold is None

    def _shows_true_date(self, name: str) -> bool:
        return self._nodes[name].computer.clocks.is_synchronised()

    async def _set(self, name: str, verb: ClockVerb) -> Outcome | None:
        """None: no answer came. A refusal is one: nothing is held back any more."""
        self._asked += 1
        action = ClockAction(
            request=RequestId(f"clock-{name}-{self._asked}"),
            verb=verb,
            reason="by another clock",
            actor=f"keeper of {name}",
        )
        role = Role.DUTY_OFFICER if isinstance(self._nodes[name], CityProcess) else Role.SUPERVISOR

        async def at_the_node() -> Outcome:
            return await set_clock(self._asking(name), action, None, role=role)

        try:
            return await self._calls[name].call(at_the_node)
        except CityBrainError:
            return None

    def _asking(self, name: str) -> "Callable[[ClockAction, Principal], Future[Committed]]":
        """As the journal's thread, which looks for requests now and then."""
        commit_loop = self._nodes[name].commit_loop
        if commit_loop is None:
            raise RpcError("UNAVAILABLE", "the node went down", retry=True)

        def ask(action: ClockAction, principal: Principal) -> "Future[Committed]":
            answer = commit_loop.clock_watch.request(action, principal)
            answer.add_done_callback(lambda done: self._note(name, done))
            wait_s = self._rngs[name].uniform(0.0, POLL_S)
            self._loop.call_later(wait_s, commit_loop.recheck)
            return answer

        return ask

    def _note(self, name: str, answer: "Future[Committed]") -> None:
        if answer.cancelled() or answer.exception() is not None:
            return
        committed = answer.result()
        if isinstance(committed.input, ClockSet):
            micros = committed.input.micros
            was = Timestamp(self._nodes[name].clock.now() - micros)
            self._on_set(name, micros, was)
