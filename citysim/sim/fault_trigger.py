"""A point in the simulation at which armed faults are injected, as a failpoint is.

The part that owns a trigger fires it with what has just happened; faults arm it with a condition.
The trigger knows nothing of either.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)  # not a Struct: `skip` counts down
class _ArmedFault(Generic[T]):
    inject: Callable[[T], object]
    condition: Callable[[T], bool] | None
    skip: int
    once: bool


class FaultTrigger(Generic[T]):
    """`fire` injects every armed fault whose condition holds, in the order of arming."""

    def __init__(self) -> None:
        self._armed: dict[str, _ArmedFault[T]] = {}

    def arm(
        self,
        name: str,
        inject: Callable[[T], object],
        *,
        condition: Callable[[T], bool] | None = None,
        skip: int = 0,
        once: bool = True,
    ) -> None:
        """Arm a fault; the same `name` replaces the fault that was armed under it before.

        The first `skip` occurrences that meet the condition are passed over. `once`: disarmed
        before it is injected.
        """
        self._armed[name] = _ArmedFault(inject, condition, skip, once)

    def disarm(self, name: str) -> None:
        """Nothing happens where no fault of this name is armed."""
        self._armed.pop(name, None)

    @property
    def armed(self) -> tuple[str, ...]:
        """The names of the armed faults."""
        return tuple(self._armed)

    def fire(self, occurrence: T) -> None:
        """What `inject` raises goes to the caller, which is to fail by it."""
        for name, fault in list(self._armed.items()):
            if self._armed.get(name) is not fault:  # an earlier `inject` disarmed it
                continue
            if fault.condition is not None and not fault.condition(occurrence):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.once:
                del self._armed[name]
            fault.inject(occurrence)
