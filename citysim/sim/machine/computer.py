"""One simulated computer with its supervisor: a process runs on it, dies, is started again."""

from collections.abc import Callable
from typing import Protocol

from citybrain.system_clock import SystemClock
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.machine.clocks import SimClocks
from citysim.sim.machine.disk import Disk
from citysim.sim.random_streams import RandomStreams

RESTART_S = (0.3, 4.0)  # what a supervisor takes to notice a death and start the process again

Note = Callable[[str, str, str], None]  # who, what, detail: a line of the trace


class Process(Protocol):
    """What runs on a computer. Both calls come from the event loop."""

    def boot(self) -> None:
        """Start from what is on the disk; a call while it runs does nothing."""
        ...

    def kill(self) -> None:
        """End at once, as by SIGKILL: nothing of it acts any more, what was durable stays."""
        ...


class Computer:
    """`name` is the process's: "city", "district/<id>" or "agent/<id>"."""

    def __init__(
        self, name: str, *, loop: VirtualTimeLoop, streams: RandomStreams, note: Note
    ) -> None:
        self.name, self.loop, self._note = name, loop, note
        self.clocks = SimClocks(loop)
        self.disk = Disk(streams.named(f"disk {name}"))
        self.process: Process | None = None
        self.is_up = False
        self.is_powered_off = False
        self.boots = 0
        self._restarts = streams.named(f"restarts {name}")

    def clock(self) -> SystemClock:
        """The node time of a process that starts now."""
        return SystemClock(self.clocks, kernel=self.clocks)

    def note(self, what: str, detail: str = "") -> None:
        self._note(self.name, what, detail)

    def start(self) -> None:
        """Starts the process if it is down and has power."""
        if self.is_up or self.is_powered_off or self.process is None:
            return
        self.is_up = True
        self.boots += 1
        self.note("starts", f"run {self.boots}")
        self.process.boot()

    def die(self, reason: str) -> None:
        """The process ends at this moment; its supervisor starts it again after a while."""
        if not self.is_up or self.process is None:
            return
        self.is_up = False
        self.note("dies", reason)
        self.process.kill()
        self.loop.call_later(self._restarts.uniform(*RESTART_S), self.start)

    def power_off(self) -> None:
        """The process dies and stays down until `power_on`."""
        self.is_powered_off = True
        self.die("the power is out")

    def power_on(self) -> None:
        self.is_powered_off = False
        self.start()
