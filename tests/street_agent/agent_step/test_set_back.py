"""A box whose time was ahead comes back to the right one: at its start, or while it runs."""

import pytest

from citybrain.bus.memory import MemoryBroker
from citybrain.clock import SECOND_US
from citybrain.domain.agent import Ack
from citybrain.domain.event import VisibilityInterval
from citybrain.ids import CountingIds
from citybrain.system_clock import SystemClock
from street_agent.agent_step import AgentStep
from street_agent.checkpoint.memory import MemoryCheckpointStore
from street_agent.district_link import AckReceived, DistrictLink
from street_agent.errors import ClockSetBackError
from street_agent.outbox.disk_full_buffer import DiskFullBuffer
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.port import PendingRange
from street_agent.status.reporter import StatusReporter

BEGIN = 1_750_000_000 * SECOND_US
DAY_S = 86_400


class NoMetrics:
    def frame_observed(self, age_s):
        pass

    def drafts_stored(self, drafts, at):
        pass

    def reading_refused(self, reason):
        pass


class Box:
    """A machine with its clocks and its kernel, what it stores, and the agent's present run."""

    def __init__(self, setup):
        self.setup, self.passed_us, self.off_s, self.is_kept = setup, 0, 0, False
        self.outbox, self.checkpoints = MemoryOutbox(ids=CountingIds()), MemoryCheckpointStore()

    def wall_us(self):
        return BEGIN + self.passed_us + self.off_s * SECOND_US

    def boot_us(self):
        return self.passed_us

    def monotonic_us(self):
        return self.passed_us

    def is_synchronised(self):
        return self.is_kept

    def right(self):
        """What time it really is."""
        return BEGIN + self.passed_us

    def start(self):
        self.outbox, self.checkpoints = self.outbox.crash(), self.checkpoints.crash()
        self.clock, buffer = SystemClock(self, kernel=self), DiskFullBuffer(self.outbox)
        self.step = AgentStep(
            setup=self.setup,
            outbox=buffer,
            requests=self.outbox,
            clock=self.clock,
            checkpoints=self.checkpoints,
            metrics=NoMetrics(),
        )
        link = DistrictLink(
            agent="box-1",
            district="riverside",
            bus=MemoryBroker().client("agent"),
            outbox=buffer,
            requests=self.outbox,
            post=lambda _received: None,
        )
        reporter = StatusReporter(setup=self.setup, cameras=(), version="1", stats=buffer.stats)
        self.step.begin(link, reporter)

    def run(self, seconds, *, acks=()):
        """A step each second; `acks`: the district's time, in seconds from the right one, of an
        acknowledgement that comes after so many seconds."""
        told = dict(acks)
        for second in range(seconds):
            self.passed_us += SECOND_US
            at = self.right() + told.get(second, 0) * SECOND_US
            ack = Ack(incarnation=self.outbox.incarnation, contiguous=0, at=at)
            self.step.step((AckReceived(ack=ack),) if second in told else ())

    def is_right(self):
        return abs(self.clock.now() - self.right()) < 2 * SECOND_US

    def blind_since(self):
        rows = [
            row
            for priority in range(6)
            for row in self.outbox.pending(
                PendingRange(priority=priority, after=0, before=2**60), 10_000
            )
        ]
        found = [row.item.content for row in sorted(rows, key=lambda row: row.item.seq)]
        return [one.since for one in found if isinstance(one, VisibilityInterval)]


@pytest.fixture
def box(setup):
    """It began with its clock a day ahead, which was then set right."""
    box = Box(setup)
    box.off_s = DAY_S
    box.start()
    box.run(60)
    box.off_s = 0
    return box


def test_a_box_is_right_at_once_after_a_start_if_its_kernel_says_so(box):
    box.is_kept = True
    box.start()
    assert box.is_right()
    assert box.blind_since()[-1] < box.right() + SECOND_US
    box.run(30)
    box.start()
    assert box.is_right(), "and the next run begins after this one"


def test_while_nothing_proves_its_clock_a_box_goes_on_with_the_time_that_it_had(box):
    box.start()
    box.run(60)
    assert box.clock.now() > box.right() + (DAY_S - 10) * SECOND_US


@pytest.mark.parametrize("is_restarted", [True, False])
def test_its_district_proves_a_box_s_clock_within_two_hellos(box, is_restarted):
    if is_restarted:
        box.start()
    with pytest.raises(ClockSetBackError, match="86400 s ahead"):
        box.run(120, acks=[(5, 0), (65, 1)])
    box.start()
    assert box.is_right()
    box.run(120, acks=[(5, 0), (65, 1)])
    assert box.is_right()


def test_acknowledgements_that_waited_at_the_broker_prove_nothing(box):
    box.off_s = -3_600  # the clock is wrong again, and old acknowledgements agree with it
    box.start()
    box.run(60, acks=[(5, -3_650), (6, -3_600), (30, -3_590), (50, -3_600)])
    assert box.clock.hold is not None


def test_a_time_daemon_that_sets_the_clock_while_the_box_runs_proves_it(box):
    box.start()
    box.run(10)
    box.is_kept = True
    with pytest.raises(ClockSetBackError):
        box.run(10)
    box.start()
    assert box.is_right()


def test_a_clock_that_is_a_little_behind_at_a_start_is_waited_for_and_time_does_not_go_back(setup):
    box = Box(setup)
    box.is_kept = True
    box.start()
    box.run(60)
    last, box.off_s = box.clock.now(), -90
    box.start()
    assert box.clock.now() > last
