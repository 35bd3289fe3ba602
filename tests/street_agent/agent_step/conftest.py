"""An agent driven step by step on virtual time, with stores that can fail."""

from dataclasses import dataclass, field

import pytest

from citybrain.bus import topics
from citybrain.bus.memory import MemoryBroker
from citybrain.clock import SECOND_US, Instant, Timestamp
from citybrain.domain.event import (
    Event,
    VerificationRequest,
)
from citybrain.ids import CountingIds
from citybrain.wire.agent import decode_agent_status
from street_agent.agent_step import AgentStep, StepIntervals
from street_agent.capture.port import FrameCounts
from street_agent.checkpoint.memory import MemoryCheckpointStore
from street_agent.core.inputs import SensorRead
from street_agent.detection_worker import CameraSlot
from street_agent.district_link import DistrictLink
from street_agent.outbox.disk_full_buffer import DiskFullBuffer
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.port import PendingRange
from street_agent.status.reporter import StatusReporter

BEGIN = 1_000_000 * SECOND_US


@dataclass
class OneTime:
    """Node time and monotonic time as one number."""

    at: int = BEGIN

    def now(self):
        return Timestamp(self.at)

    def instant(self):
        return Instant(self.at)

    def not_before(self, at):
        self.at = max(self.at, at)


class NoMetrics:
    def frame_observed(self, age_s):
        pass

    def drafts_stored(self, drafts, at):
        pass

    def reading_refused(self, reason):
        pass


@dataclass
class StillCamera:
    """What a status reads of a camera."""

    source: str

    def frame_counts(self):
        return FrameCounts()


@dataclass
class SteppedAgent:
    """One agent over its runs: outbox and checkpoint stay, the rest is made anew."""

    setup: object
    intervals: StepIntervals = field(default_factory=StepIntervals)
    time: OneTime = field(default_factory=OneTime)
    outbox: MemoryOutbox = field(default_factory=lambda: MemoryOutbox(ids=CountingIds()))
    checkpoints: MemoryCheckpointStore = field(default_factory=MemoryCheckpointStore)
    broker: MemoryBroker = field(default_factory=MemoryBroker)
    statuses: list = field(default_factory=list)
    steps: int = 0

    def __post_init__(self):
        district = self.broker.client("district")
        district.subscribe(
            topics.all_agents("riverside", topics.STATUS),
            lambda message: self.statuses.append(decode_agent_status(message.payload)),
        )
        district.start()

    def start(self):
        buffer = DiskFullBuffer(self.outbox)
        self.inbox = []
        self.agent_step = AgentStep(
            setup=self.setup,
            outbox=buffer,
            requests=self.outbox,
            clock=self.time,
            checkpoints=self.checkpoints,
            metrics=NoMetrics(),
            intervals=self.intervals,
        )
        bus = self.broker.client("agent")
        self.link = DistrictLink(
            agent="box-1",
            district="riverside",
            bus=bus,
            outbox=buffer,
            requests=self.outbox,
            post=self.inbox.append,
        )
        self.link.start()
        cameras = tuple(
            CameraSlot(camera=StillCamera(source=name), model="tiny", detect_fps=5.0)
            for name in self.setup.cameras
        )
        reporter = StatusReporter(
            setup=self.setup, cameras=cameras, version="1", stats=buffer.stats
        )
        self.agent_step.begin(self.link, reporter)
        self.wake = self.time.at
        return self

    def crash(self):
        self.broker.kill("agent")
        self.outbox, self.checkpoints = self.outbox.crash(), self.checkpoints.crash()
        return self

    def run_until(self, at, inputs=()):
        """Take every step that is wanted until `at`, and there one with `inputs`."""
        while self.wake < at:
            self.time.at = max(self.wake, self.time.at)
            self.step(())
        self.time.at = at
        return self.step(inputs)

    def step(self, inputs):
        self.broker.deliver()
        waiting, self.inbox[:] = [*self.inbox], []
        self.wake = self.agent_step.step([*waiting, *inputs])
        assert self.wake >= self.time.at
        self.steps += 1
        return self

    def wait(self, seconds, *inputs):
        return self.run_until(self.time.at + round(seconds * SECOND_US), inputs)

    def read(self, value, after_s=1.0):
        at = self.time.at + round(after_s * SECOND_US)
        return self.run_until(
            at, (SensorRead(source="level-1", at=Timestamp(at), value=value, traceparent="t"),)
        )

    def items(self):
        rows = [
            row
            for priority in range(6)
            for row in self.outbox.pending(
                PendingRange(priority=priority, after=0, before=2**60), 10_000
            )
        ]
        return [row.item for row in sorted(rows, key=lambda row: row.item.seq)]

    def of(self, kind):
        return [item.content for item in self.items() if isinstance(item.content, kind)]

    def events(self):
        return [event.phase for event in self.of(Event)]


@pytest.fixture
def setup(config):
    return config(camera=[]).setup({})


@pytest.fixture
def agent(setup):
    return SteppedAgent(setup)


@pytest.fixture(scope="session")
def stepped_agent():
    """(setup, intervals=...) -> an agent that is not started yet."""
    return SteppedAgent


@pytest.fixture(scope="session")
def request_at():
    """(deadline, ...) -> a verification request."""
    return _request


def _request(deadline, request="q1", quiet_s=3.0, source="level-1", rule="high"):
    return VerificationRequest(
        request=request,
        incident="i1",
        source=source,
        rule=rule,
        quiet_s=quiet_s,
        deadline=Timestamp(deadline),
    )
