"""One run of an agent on a simulated box, from its start to its death: all that a power cut takes away. Turns, link and reports are production's."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random  # noqa: TID251 - one seed is one story

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.ids import DistrictId
from citysim.sim.loop import SimLoop
from citysim.sim.net.mqtt import SimBus
from citysim.sim.street.sources import SimCamera, SimGauge
from street_agent.core.inputs import Input
from street_agent.core.setup import AgentSetup
from street_agent.core.source import SourceState
from street_agent.diary.port import Diary
from street_agent.link.uplink import News, Uplink
from street_agent.outbox.holding import Holding
from street_agent.outbox.port import Draft, Outbox, Requests
from street_agent.status import Reporter
from street_agent.turn import Pace, Turns

VERSION = "sim"
REST = Pace(
    tick_s=10.0, status_s=10.0
)  # the core's deadlines are kept whatever stands here; a status a second is what screens want, not the laws
AWAKE_S = (0.1, 1.0)  # what a source takes to give its first picture or reading
LATE_S = 1e-6  # a turn comes this much after its time, never before: times are whole microseconds there and fractions of a second here


Guard = Callable[
    [Callable[[], None]], None
]  # does it, and dies in order where the power goes meanwhile


class Uncounted:
    """See `street_agent.turn.Meters`: nobody counts."""

    def looked(self, age_s: float) -> None:
        """Not measured."""

    def said(self, drafts: Sequence[Draft], at: Timestamp) -> None:
        """Not counted."""


@dataclass(frozen=True, slots=True)
class _Gaze:
    camera: SimCamera
    infer_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a run is made of. `requests` is the book beside the outbox."""

    setup: AgentSetup
    district: DistrictId
    source: SimCamera | SimGauge
    outbox: Outbox
    requests: Requests
    diary: Diary
    clock: Clock
    bus: SimBus
    loop: SimLoop
    chance: Random
    pace: Pace = REST


class Life:
    """`begin`, then the loop calls it; `end` and nothing of it acts any more. Whatever the disk's faults raise comes through `guard`."""

    def __init__(self, parts: Parts, *, guard: Guard) -> None:
        self._parts, self._guard = parts, guard
        self._inbox: list[Input | News] = []
        self._ended = False
        self._turn_timer: asyncio.TimerHandle | None = None
        self._look_timer: asyncio.TimerHandle | None = None
        self._wake_s = self._next_look_s = (
            0.0  # of the story: when the agent wishes its next turn, and when its source looks
        )
        setup, requests = parts.setup, parts.requests
        self.outbox = Holding(parts.outbox)
        self._turns = Turns(
            setup=setup,
            outbox=self.outbox,
            requests=requests,
            clock=parts.clock,
            diary=parts.diary,
            meters=Uncounted(),
            pace=parts.pace,
        )
        self.uplink = Uplink(
            agent=setup.agent,
            district=parts.district,
            bus=parts.bus,
            outbox=self.outbox,
            requests=requests,
            tell=self._tell,
        )
        gazes = [_Gaze(parts.source)] if isinstance(parts.source, SimCamera) else []
        self._reporter = Reporter(setup=setup, eyes=gazes, version=VERSION, stats=self.outbox.stats)

    def begin(self) -> None:
        parts = self._parts
        self.uplink.start()
        self._turns.begin(self.uplink, self._reporter)
        self._next_look_s = parts.loop.time() + parts.chance.uniform(*AWAKE_S)
        self._look_timer = parts.loop.call_at(self._next_look_s, self._guard, self._look)
        self._take(())
        self._arm(self._wake_s)

    def end(self) -> None:
        """Here and now."""
        self._ended = True
        for timer in (self._turn_timer, self._look_timer):
            if timer is not None:
                timer.cancel()

    def goodbye(self) -> None:
        """An orderly end: the last words, and no will."""
        self._take(())
        self._turns.goodbye()
        self.uplink.stop()

    @property
    def seen(self) -> SourceState:
        """What the agent makes of its source."""
        state, name = self._turns.state, self._parts.source.source
        return state.cameras[name].source if name in state.cameras else state.sensors[name].source

    def _tell(self, news: News) -> None:
        """Something came over the bus: a turn follows."""
        if not self._ended:
            self._inbox.append(news)
            self._arm(self._parts.loop.time())

    def _look(self) -> None:
        loop, source = self._parts.loop, self._parts.source
        self._next_look_s = 0.0
        self._take(source.look(loop.time(), self._parts.clock.now(), self.seen))
        self._next_look_s = loop.time() + source.pause_s(loop.time(), self.seen)
        self._look_timer = loop.call_at(self._next_look_s, self._guard, self._look)
        self._arm(self._wake_s)

    def _take(self, inputs: tuple[Input, ...]) -> None:
        parts, waiting, self._inbox = self._parts, self._inbox, []
        wake = self._turns.turn([*waiting, *inputs])
        self._wake_s = parts.loop.time() + max(
            (wake - parts.clock.instant()) / SECOND_US + LATE_S, 0.0
        )

    def _arm(self, when_s: float) -> None:
        """See to it that a turn comes at `when_s`; nothing is to be done where one comes before anyhow."""
        loop, timer = self._parts.loop, self._turn_timer
        if when_s >= self._next_look_s or (timer is not None and when_s >= timer.when()):
            return
        if timer is not None:
            timer.cancel()
        self._turn_timer = loop.call_at(when_s, self._guard, self._on_time)

    def _on_time(self) -> None:
        self._turn_timer = None
        if (
            self._inbox or self._wake_s <= self._parts.loop.time()
        ):  # else what it was set for was put off since
            self._take(())
        self._arm(self._wake_s)
