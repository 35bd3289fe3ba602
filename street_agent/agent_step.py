"""One step of the agent after another: inputs come in, the core decides, what it reports goes into
the outbox, the link sends. No thread, no wait.

The caller says when; `step` returns when it wants to be called next at the latest.
`agent_loop.AgentLoop` puts a thread and an inbox around it; the simulator drives the very same
class on virtual time.
"""

import logging
from collections.abc import Sequence
from typing import Protocol, assert_never

from citybrain.clock import SECOND_US, Clock, Instant, Timestamp, iso
from citybrain.domain.agent import AgentStatus
from citybrain.domain.event import Event
from citybrain.ids import StoreEpoch
from citybrain.refusal_log import RefusalLog
from citybrain.structs import Struct
from street_agent.checkpoint.port import CheckpointStore
from street_agent.core import decide
from street_agent.core.agent_setup import AgentSetup
from street_agent.core.decide import AgentState
from street_agent.core.draft import Draft
from street_agent.core.inputs import (
    CoreInput,
    FrameObserved,
    ReadingRefused,
    SensorRead,
    Ticked,
    VerificationRequested,
    VisibilityChanged,
)
from street_agent.district_link import (
    AckReceived,
    DistrictLink,
    LinkConnected,
    LinkInput,
    RequestsReceived,
)
from street_agent.errors import ClockSetBackError
from street_agent.held_clock import HeldClock
from street_agent.limits import STATUS_EVERY_S, TICK_S
from street_agent.outbox.disk_full_buffer import BUFFERED_DRAFTS, DiskFullBuffer
from street_agent.outbox.port import RequestStore
from street_agent.series.reporter import SeriesReporter

log = logging.getLogger(__name__)

UNKNOWN = Timestamp(0)  # the core's next deadline must be computed anew

AgentInput = CoreInput | LinkInput


class StepIntervals(Struct, frozen=True, kw_only=True):
    """How often a step is wanted though nothing comes in. The core's own deadlines are kept to the
    microsecond whatever stands here, as long as node time is not stepped: `tick_s` bounds how late
    a deadline is noticed that a step of the wall clock brought nearer, and how often a full disk is
    tried again."""

    tick_s: float = TICK_S
    status_s: float = STATUS_EVERY_S


DEFAULT_INTERVALS = StepIntervals()


class StepMetrics(Protocol):
    """What an agent step counts."""

    def frame_observed(self, age_s: float) -> None: ...

    def drafts_stored(self, drafts: Sequence[Draft], at: Timestamp) -> None: ...

    def reading_refused(self, reason: str) -> None:
        """A sensor gave what is no reading."""
        ...


class StatusProvider(Protocol):
    """Where an agent step gets the agent's status from."""

    def status(
        self, state: AgentState, at: Timestamp, now: Instant, *, online: bool
    ) -> AgentStatus: ...


class StatusListener(Protocol):
    """Who is given the agent's status each second, whether the broker is there or not."""

    def take(self, status: AgentStatus, *, is_clock_held: bool) -> None: ...


class AgentStep:
    """The agent's life: `begin`, then `step` after `step`, then `finish`. All from one thread;
    nothing here needs a lock."""

    def __init__(
        self,
        *,
        setup: AgentSetup,
        outbox: DiskFullBuffer,
        requests: RequestStore,
        clock: Clock,
        checkpoints: CheckpointStore,
        metrics: StepMetrics,
        intervals: StepIntervals = DEFAULT_INTERVALS,
        series: SeriesReporter | None = None,
    ) -> None:
        self._setup, self._outbox, self._requests, self._clock = setup, outbox, requests, clock
        self._checkpoints, self._metrics, self._intervals = checkpoints, metrics, intervals
        self._series = series
        self._held_clock, self._refusals = HeldClock(clock), RefusalLog(clock)
        previous = checkpoints.load(outbox.stats().next_seq)
        self._is_first_run = previous is None
        if previous is not None:
            self._held_clock.resume_after(previous.alive_at)
        self._state, self._begun = decide.begin(
            setup,
            clock.now(),
            last_alive=previous.alive_at if previous else None,
            open_episodes=previous.episodes if previous else (),
        )
        self._due: Timestamp | None = UNKNOWN
        self._has_reported = self._is_acknowledged = False  # in this run, for the log
        self._district_epoch = StoreEpoch("")  # of the district's store, as it said last

    @property
    def state(self) -> AgentState:
        """Frozen: safe to read from any thread."""
        return self._state

    def begin(
        self, link: DistrictLink, status: StatusProvider, listener: StatusListener | None = None
    ) -> None:
        """Report what the start itself makes known, and resume what the district requested
        before."""
        self._link, self._status, self._listener = link, status, listener
        if self._is_first_run:
            # Before the outbox has it: once it is reported that this run began, the next one must
            # know of this one.
            self._save(self._clock.now())
        self._store(self._begun)
        # In any later run not before: until the outbox has it, only the old checkpoint tells how
        # long nothing was observed.
        self._save(self._clock.now())
        for request in self._requests.open_requests():
            requested = VerificationRequested(request=request, at=self._clock.now())
            self._store(self._decide(requested))
        self._next_tick = self._next_status = self._clock.instant()

    def step(self, inputs: Sequence[AgentInput]) -> Instant:
        """Handle `inputs` and do what is due; when to call again at the latest. Raises
        `ClockSetBackError` where the agent must begin anew, which it may then do at once."""
        drafts = [draft for new_input in inputs for draft in self._handle(new_input)]
        now, at = self._clock.instant(), self._clock.now()
        if now >= self._next_tick or self._is_due(at):
            self._next_tick = _after(now, self._intervals.tick_s)
            drafts.extend(self._decide(Ticked(at=at)))
        # Nothing but an event begins or ends an episode.
        if self._checkpoints.is_due(at) or any(isinstance(draft, Event) for draft in drafts):
            self._save(at)
        self._store(drafts)
        send_at = self._link.step(self._clock.instant(), at)
        if now >= self._next_status:
            self._next_status = _after(now, self._intervals.status_s)
            self._held_clock.look()
            self._publish_status(at, now)
            self._report_series(at)
            self._leave_wrong_time()
        wake = min(self._next_tick, self._next_status)
        return self._sooner(wake if send_at is None else min(wake, send_at), now, at)

    def finish(self) -> None:
        """Publish and save what an orderly end leaves."""
        now, at = self._clock.instant(), self._clock.now()
        self._link.step(now, at)
        self._link.publish_status(self._status.status(self._state, at, now, online=False))
        self._save(at, force=True)

    def _leave_wrong_time(self) -> None:
        """Where the box's time was ahead: leave a checkpoint as of the right one, and end."""
        right = self._held_clock.set_back_to
        if right is None:
            return
        ahead_s = (self._clock.now() - right) / SECOND_US
        self._save(right, force=True)
        raise ClockSetBackError(
            f"the box's time was {ahead_s:.0f} s ahead of the wall clock, which is right: it begins"
            f" anew at {iso(right)}. Events of that time carry it; the district knows by how much"
            " it was off."
        )

    def _handle(self, new_input: AgentInput) -> Sequence[Draft]:
        match new_input:
            case LinkConnected() | AckReceived() | RequestsReceived():
                return self._handle_link(new_input)
            case FrameObserved(captured_at=captured_at):
                self._metrics.frame_observed((self._clock.now() - captured_at) / SECOND_US)
                drafts = self._decide(new_input)
                self._note(new_input)
                return drafts
            case SensorRead():
                return self._read(new_input)
            case ReadingRefused():
                return self._refuse(new_input, new_input.detail)
            case VisibilityChanged() | VerificationRequested() | Ticked():
                return self._decide(new_input)
            case _:
                assert_never(new_input)

    def _read(self, read: SensorRead) -> Sequence[Draft]:
        drafts = self._refuse(read, f"it gave the value {read.value}")
        self._note(read)
        return drafts

    def _refuse(self, given: SensorRead | ReadingRefused, detail: str) -> Sequence[Draft]:
        """Decide on it; where the core takes it for no reading, count and log that."""
        before = self._state.sensors.get(given.source)
        drafts = self._decide(given)
        after = self._state.sensors.get(given.source)
        if before is not None and after is not None and after.refused > before.refused:
            self._metrics.reading_refused(after.refusal)
            self._refusals.add(given.source, after.refusal, detail)
        return drafts

    def _handle_link(self, received: LinkInput) -> Sequence[Draft]:
        at = self._clock.now()
        now = self._clock.instant()
        restated: Sequence[Draft] = ()
        if isinstance(received, AckReceived):
            self._tell_first_acknowledgement()
            self._held_clock.compare_district_time(received.ack.at, now)
            restated = self._restated(received.ack.epoch)
        requests = self._link.handle(received, now, at)
        if isinstance(received, LinkConnected):
            self._publish_status(at, self._clock.instant())
        answers = [
            draft
            for request in requests
            for draft in self._decide(VerificationRequested(request=request, at=at))
        ]
        return [*restated, *answers]

    def _restated(self, epoch: StoreEpoch) -> Sequence[Draft]:
        """What is known of the sources, where the district's store is another one than before: it
        was restored from a backup, and what it had acknowledged is deleted here."""
        if not epoch or epoch == self._district_epoch:
            return ()
        before, self._district_epoch = self._district_epoch, epoch
        if not before:  # no row of this run was deleted without its acknowledgement
            return ()
        log.info("the district's store was restored: what is known of the sources is said again")
        return decide.known_visibilities(self._setup, self._state)

    def _decide(self, new_input: CoreInput) -> Sequence[Draft]:
        self._state, drafts = decide.decide(self._setup, self._state, new_input)
        if drafts or not isinstance(new_input, FrameObserved | SensorRead | ReadingRefused):
            self._due = UNKNOWN  # frames and readings only put deadlines off
        return drafts

    def _is_due(self, at: Timestamp) -> bool:
        """Whether time alone makes the core emit something."""
        if self._due is not None and at >= self._due:
            self._due = decide.due_at(self._setup, self._state)
        return self._due is not None and at >= self._due

    def _sooner(self, wake: Instant, now: Instant, at: Timestamp) -> Instant:
        """`wake`, or the core's next deadline when that comes before. It is computed only when it
        may: with many sources that takes a while."""
        if self._due is not None and self._due - at < wake - now:
            self._due = decide.due_at(self._setup, self._state)
        return wake if self._due is None else Instant(min(wake, now + max(0, self._due - at)))

    def _store(self, drafts: Sequence[Draft]) -> None:
        was_buffered = self._outbox.buffered
        if not drafts and not was_buffered:
            return
        self._outbox.put(drafts)
        self._tell_first_event(drafts)
        self._metrics.drafts_stored(drafts, self._clock.now())
        if not was_buffered and self._outbox.buffered:
            log.error(
                "the disk is full: what is reported waits in memory (at most %d items) and is not"
                " sent; free some space",
                BUFFERED_DRAFTS.value,
            )
        elif was_buffered and not self._outbox.buffered:
            log.warning(
                "the disk has room again: what waited is in the outbox, and what did not fit in"
                " memory is declared"
            )

    def _tell_first_event(self, drafts: Sequence[Draft]) -> None:
        first = next((draft for draft in drafts if isinstance(draft, Event)), None)
        if first is not None and not self._has_reported:
            self._has_reported = True
            log.info("the first event of this run: %s of %s", first.rule, first.source)

    def _tell_first_acknowledgement(self) -> None:
        if not self._is_acknowledged:
            self._is_acknowledged = True
            log.info("the first acknowledgement of this run: the district takes what is reported")

    def _save(self, at: Timestamp, *, force: bool = False) -> None:
        self._checkpoints.save(
            at,
            decide.open_episodes(self._setup, self._state),
            self._outbox.stats().next_seq,
            force=force,
        )

    def _note(self, decided: FrameObserved | SensorRead) -> None:
        if self._series is not None:
            self._series.note(decided, self._state)

    def _report_series(self, at: Timestamp) -> None:
        if self._series is not None:
            publish = self._link.publish_series if self._link.is_connected else None
            self._series.step(self._state, at, publish)

    def _publish_status(self, at: Timestamp, now: Instant) -> None:
        is_connected = self._link.is_connected
        if not is_connected and self._listener is None:
            return
        status = self._status.status(self._state, at, now, online=True)
        if is_connected:
            self._link.publish_status(status)
        if self._listener is not None:
            self._listener.take(status, is_clock_held=self._held_clock.is_held)


def _after(now: Instant, seconds: float) -> Instant:
    return Instant(now + round(seconds * SECOND_US))
