"""Waits until a fault is over: every process ready, the city whole at its desks, and all that was owed when it ended paid. By deadline, never blindly."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from citybrain.clock import SECOND_US, Clock, Instant
from citysim.chaos.heal.consoles import Consoles
from citysim.chaos.heal.debts import debts, unpaid
from citysim.demo.processes import Processes
from citysim.laws.history import History

LOOK_S = 0.1
OVER_S = 120.0  # an outbox sends again after 60 s at the latest; twice that is not over


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """`took_s` from the end of the fault; None when it is not over at the deadline, and then `lacks` says why."""

    took_s: float | None
    lacks: tuple[str, ...] = ()


class Healing:
    """One a run. `read` gives the history so far (off the event loop, it takes a while)."""

    def __init__(
        self,
        *,
        processes: Processes,
        snapshots: Consoles,
        read: Callable[[], History],
        clock: Clock,
    ) -> None:
        self._processes, self._snapshots, self._read, self._clock = (
            processes,
            snapshots,
            read,
            clock,
        )

    async def over(
        self,
        *,
        since: Instant,
        lacks_now: Callable[[], tuple[str, ...]] = tuple,
        wants_ray: bool = False,
        within_s: float = OVER_S,
    ) -> Recovery:
        """Wait for it. `lacks_now`: what the kind of the fault wants besides."""
        owed = debts(await asyncio.to_thread(self._read))
        lacks: tuple[str, ...] = ("nothing was looked at",)
        while lacks:
            if self._clock.instant() - since > within_s * SECOND_US:
                return Recovery(took_s=None, lacks=lacks)
            await asyncio.sleep(LOOK_S)
            lacks = (
                lacks_now()
                or self._not_ready()
                or await self._snapshots.lacks(wants_ray=wants_ray)
                or unpaid(owed, await asyncio.to_thread(self._read))
            )
        return Recovery(took_s=(self._clock.instant() - since) / SECOND_US)

    def _not_ready(self) -> tuple[str, ...]:
        return tuple(
            f"{name} is not ready"
            for name in self._processes.names
            if not self._processes.is_ready(name)
        )
