"""The city without its sockets, files and compute plane: districts' streams, planner and console
over one commit loop. Composed alike in production and simulation.
"""

import asyncio
from collections.abc import Callable

from citybrain.clock import Clock
from citybrain.decider.command import Reply
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Decider
from citybrain.domain.console import Outcome, PlanAction
from citybrain.domain.principal import Principal, Role, unauthenticated
from citybrain.errors import CityBrainError
from citybrain.journal.port import Store
from citybrain.link.past import OnPast, ignore_past
from coordinator.city_cores import city_cores
from coordinator.cores.state import CityState
from coordinator.inputs import NodeStarted, OfficerActed
from coordinator.policy import Policy
from coordinator.shell.districts import Districts, OnCodes, ignore_codes
from coordinator.shell.planner import Planner


def decider_of(store: Store) -> Decider[CityState]:
    """The city's cores behind their journal: the same in production, replay and simulation."""
    return Decider(city_cores(), store)


def first_input(policy: Policy, store: Store) -> NodeStarted:
    """The first input of every run."""
    return NodeStarted(policy=policy, epoch=store.epoch())


class City:
    """`act` is the officer's door, `districts` accepts the streams; the caller runs `planner.run`
    and `planner.keep_twins_loaded`.
    """

    def __init__(
        self,
        commit_loop: CommitLoop[CityState],
        store: Store,
        clock: Clock,
        *,
        make_planner: Callable[[], Planner],
        on_past: OnPast = ignore_past,
        on_codes: OnCodes = ignore_codes,
    ) -> None:
        self._commit_loop = commit_loop
        self.districts = Districts(commit_loop, store, clock, on_past=on_past, on_codes=on_codes)
        self.planner = make_planner()

    async def act(self, action: PlanAction, caller: Principal | None = None, /) -> Outcome:
        """Journal the officer's action and return what the cores replied. `caller`: who was proved
        to ask; None: nobody was, and the name is what somebody typed."""
        principal = caller or unauthenticated(action.officer, Role.DUTY_OFFICER)
        committed = await asyncio.wrap_future(
            self._commit_loop.submit(OfficerActed(action=action, principal=principal))
        )
        for command in committed.commands:
            if isinstance(command, Reply) and command.request == action.request:
                return Outcome(
                    request=action.request,
                    done=command.done,
                    reason=command.reason,
                    detail=command.detail,
                )
        raise CityBrainError(
            f"request {action.request} is in the journal but nothing answered it; this is a fault "
            "of the coordinator, please report it."
        )
