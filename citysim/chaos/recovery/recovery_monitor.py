"""Waits until a fault is over: all processes ready, the city healthy, all that was sent delivered.

It polls until a deadline.
"""

import asyncio
from collections.abc import Callable

from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.structs import Struct
from citysim.chaos.recovery.backlog import backlog, undelivered
from citysim.chaos.recovery.city_health import CityHealth
from citysim.demo.processes import Processes
from citysim.laws.history import History

POLL_S = 0.1
DEADLINE_S = 120.0  # an outbox sends again after 60 s at the latest; after twice that it failed


class Recovery(Struct, frozen=True, kw_only=True):
    """`took_s` from the end of the fault; None: it was not over at the deadline, see `problems`."""

    took_s: float | None
    problems: tuple[str, ...] = ()


class RecoveryMonitor:
    """One per run. `read` gives the history so far; it takes a while, so it runs in a thread."""

    def __init__(
        self, *, processes: Processes, health: CityHealth, read: Callable[[], History], clock: Clock
    ) -> None:
        self._processes, self._health, self._read, self._clock = processes, health, read, clock

    async def wait(
        self,
        *,
        since: Instant,
        extra_problems: Callable[[], tuple[str, ...]] = tuple,
        needs_ray: bool = False,
        within_s: float = DEADLINE_S,
    ) -> Recovery:
        """Wait for the recovery. `extra_problems`: what this kind of fault requires besides."""
        sent = backlog(await asyncio.to_thread(self._read))
        problems: tuple[str, ...] = ("nothing was checked",)
        while problems:
            if self._clock.instant() - since > within_s * SECOND_US:
                return Recovery(took_s=None, problems=problems)
            await asyncio.sleep(POLL_S)
            problems = (
                extra_problems()
                or self._not_ready()
                or await self._health.problems(needs_ray=needs_ray)
                or undelivered(sent, await asyncio.to_thread(self._read))
            )
        return Recovery(took_s=(self._clock.instant() - since) / SECOND_US)

    def _not_ready(self) -> tuple[str, ...]:
        names = self._processes.names
        return tuple(f"{name} is not ready" for name in names if not self._processes.is_ready(name))
