"""One run of an agent on an edge box, from its start to its death: all that a power cut destroys.

The agent's steps, link and status are production's.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random  # noqa: TID251 - seeded

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.ids import DistrictId
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.identities import Certificates, prover
from citysim.sim.net.mqtt import SimBus
from citysim.sim.street.sources import SimCamera, SimGauge
from street_agent.agent_step import AgentInput, AgentStep, StepIntervals
from street_agent.checkpoint.port import CheckpointStore
from street_agent.core.agent_setup import AgentSetup
from street_agent.core.draft import Draft
from street_agent.core.inputs import CoreInput
from street_agent.core.source import SourceState
from street_agent.district_link import DistrictLink, LinkInput
from street_agent.outbox.disk_full_buffer import DiskFullBuffer
from street_agent.outbox.port import Outbox, RequestStore
from street_agent.status.reporter import StatusReporter

VERSION = "sim"
# The core's own deadlines are kept whatever stands here. A status every second is for consoles, and
# would be most of what a simulation does.
RESTING_INTERVALS = StepIntervals(tick_s=10.0, status_s=10.0)
FIRST_OBSERVATION_S = (0.1, 1.0)  # what a source takes to give its first frame or reading
# A step comes this much after its time and never before it: production counts whole microseconds,
# the loop fractions of a second.
STEP_DELAY_S = 1e-6


Guard = Callable[[Callable[[], None]], None]  # runs it, and handles a power failure meanwhile


class NoMetrics:
    """See `street_agent.agent_step.StepMetrics`."""

    def frame_observed(self, age_s: float) -> None:
        """Not measured."""

    def drafts_stored(self, drafts: Sequence[Draft], at: Timestamp) -> None:
        """Not counted."""

    def reading_refused(self, reason: str) -> None:
        """Not counted."""


@dataclass(frozen=True, slots=True)  # not a Struct: it holds a live camera
class _CameraProgress:
    camera: SimCamera
    infer_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)  # not a Struct: its parts are no values
class AgentRunParts:
    """What a run is made of."""

    setup: AgentSetup
    district: DistrictId
    source: SimCamera | SimGauge
    outbox: Outbox
    requests: RequestStore
    checkpoints: CheckpointStore
    clock: Clock
    bus: SimBus
    loop: VirtualTimeLoop
    rng: Random
    certificates: Certificates
    intervals: StepIntervals = RESTING_INTERVALS


class AgentRun:
    """`begin`, then the event loop drives it, until `end`.

    Every callback of the loop goes through `guard`, because the disk may fail in it.
    """

    def __init__(self, parts: AgentRunParts, *, guard: Guard) -> None:
        self._parts, self._guard = parts, guard
        self._inbox: list[AgentInput] = []
        self._is_ended = False
        self._step_timer: asyncio.TimerHandle | None = None
        self._observation_timer: asyncio.TimerHandle | None = None
        # simulated times of the next step and of the next observation
        self._next_step_s = self._next_observation_s = 0.0
        setup, requests = parts.setup, parts.requests
        self.outbox = DiskFullBuffer(parts.outbox)
        self._agent = AgentStep(
            setup=setup,
            outbox=self.outbox,
            requests=requests,
            clock=parts.clock,
            checkpoints=parts.checkpoints,
            metrics=NoMetrics(),
            intervals=parts.intervals,
        )
        self.link = DistrictLink(
            agent=setup.agent,
            district=parts.district,
            bus=parts.bus,
            outbox=self.outbox,
            requests=requests,
            post=self._post,
            prove=prover(setup.agent, parts.district, parts.certificates),
        )
        cameras = [_CameraProgress(parts.source)] if isinstance(parts.source, SimCamera) else []
        self._reporter = StatusReporter(
            setup=setup, cameras=cameras, version=VERSION, stats=self.outbox.stats
        )

    def begin(self) -> None:
        parts = self._parts
        self.link.start()
        self._agent.begin(self.link, self._reporter)
        self._next_observation_s = parts.loop.time() + parts.rng.uniform(*FIRST_OBSERVATION_S)
        self._observation_timer = parts.loop.call_at(
            self._next_observation_s, self._guard, self._observe
        )
        self._step(())
        self._arm_step(self._next_step_s)

    def end(self) -> None:
        """Nothing of it acts after this call."""
        self._is_ended = True
        for timer in (self._step_timer, self._observation_timer):
            if timer is not None:
                timer.cancel()

    def finish(self) -> None:
        """An orderly end: the last status is published, and no will."""
        self._step(())
        self._agent.finish()
        self.link.stop()

    @property
    def source_state(self) -> SourceState:
        """What the agent holds of its source."""
        state, name = self._agent.state, self._parts.source.source
        return state.cameras[name].source if name in state.cameras else state.sensors[name].source

    def _post(self, received: LinkInput) -> None:
        """Something came over the bus: a step follows."""
        if not self._is_ended:
            self._inbox.append(received)
            self._arm_step(self._parts.loop.time())

    def _observe(self) -> None:
        loop, source = self._parts.loop, self._parts.source
        self._next_observation_s = 0.0
        self._step(source.observe(loop.time(), self._parts.clock.now(), self.source_state))
        self._next_observation_s = loop.time() + source.interval_s(loop.time(), self.source_state)
        self._observation_timer = loop.call_at(self._next_observation_s, self._guard, self._observe)
        self._arm_step(self._next_step_s)

    def _step(self, inputs: tuple[CoreInput, ...]) -> None:
        parts, received, self._inbox = self._parts, self._inbox, []
        due = self._agent.step([*received, *inputs])
        wait_s = (due - parts.clock.instant()) / SECOND_US + STEP_DELAY_S
        self._next_step_s = parts.loop.time() + max(wait_s, 0.0)

    def _arm_step(self, when_s: float) -> None:
        """Makes sure that a step comes by `when_s`: an observation is a step too."""
        loop, timer = self._parts.loop, self._step_timer
        if when_s >= self._next_observation_s or (timer is not None and when_s >= timer.when()):
            return
        if timer is not None:
            timer.cancel()
        self._step_timer = loop.call_at(when_s, self._guard, self._on_step_timer)

    def _on_step_timer(self) -> None:
        self._step_timer = None
        if self._inbox or self._next_step_s <= self._parts.loop.time():  # else it was put off
            self._step(())
        self._arm_step(self._next_step_s)
