"""The city without its sockets, files and compute plane: districts' streams, planner and desk over one writer. Composed alike in production and simulation."""

import asyncio
from collections.abc import AsyncIterator, Callable

from citybrain.clock import Clock
from citybrain.domain.desk import CityDesk, Outcome, PlanAction
from citybrain.errors import CityBrainError
from citybrain.journal.port import Store
from citybrain.reactor.changes import Changes
from citybrain.reactor.command import Reply
from citybrain.reactor.fingerprint import fingerprint_of
from citybrain.reactor.reactor import Reactor
from citybrain.reactor.writer import Writer
from coordinator.cores.decide import decide
from coordinator.cores.state import EMPTY, CityState
from coordinator.inputs import DECIDING, KINDS, NodeStarted, OfficerActed
from coordinator.policy import Policy
from coordinator.shell import view
from coordinator.shell.districts import Districts
from coordinator.shell.planner import Planner


def reactor_of(store: Store) -> Reactor[CityState]:
    """The city's cores behind their journal: the same in production, replay and simulation."""
    return Reactor(decide=decide, initial=EMPTY, store=store, kinds=KINDS)


def started(policy: Policy, store: Store) -> NodeStarted:
    """The first input of every run."""
    return NodeStarted(policy=policy, epoch=store.epoch(), cores=fingerprint_of(*DECIDING))


class City:
    """See `citybrain.desk.port.CityScreen`, which it is. `districts` accepts the streams; run `planner.run` and `planner.keep_warm`."""

    def __init__(
        self,
        writer: Writer[CityState],
        store: Store,
        clock: Clock,
        *,
        make_planner: Callable[[], Planner],
    ) -> None:
        self._writer, self._clock = writer, clock
        self.on_changes = Changes(writer)
        self.districts = Districts(writer, store, clock)
        self.planner = make_planner()

    def desk(self) -> CityDesk:
        status = self.planner.status()
        return view.desk(
            self._writer.state,
            self._clock.now(),
            planner=status.planner,
            planner_because=status.because,
        )

    async def act(self, action: PlanAction) -> Outcome:
        """Journal the officer's key and answer with what the cores said."""
        taken = await asyncio.wrap_future(self._writer.submit(OfficerActed(action=action)))
        for command in taken.commands:
            if isinstance(command, Reply) and command.request == action.request:
                return Outcome(
                    request=action.request,
                    done=command.done,
                    because=command.because,
                    detail=command.detail,
                )
        raise CityBrainError(
            f"request {action.request} is in the journal but nothing answered it; this is a fault of ours, please report it."
        )

    def changes(self) -> AsyncIterator[None]:
        return self.on_changes.stream()
