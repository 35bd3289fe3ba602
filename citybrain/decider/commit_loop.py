"""The commit loop without its thread: commits inputs in groups, answers, fires timers. Decides
nothing; `CommitThread` and the simulator drive it.

A disk that is full fails the inputs of that moment by name and nothing else; the loop goes on and
recovers when there is room. A store that is damaged ends it (`failure`, `on_failure`): going on
would be lying.
"""

import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from typing import Generic, Protocol, TypeVar

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.decider.audit import overdue
from citybrain.decider.command import ClockStepped
from citybrain.decider.decider import Committed, Decider, Rejected
from citybrain.decider.recovery import Divergence
from citybrain.decider.state_text import CheckpointDraft
from citybrain.errors import ClockNotSetError, InputRejectedError, StoreError, StoreFullError
from citybrain.journal.port import Store
from citybrain.limits import QUARANTINE_ROWS
from citybrain.node_time.watch import ClockRequest, ClockWatch
from citybrain.structs import Struct

S = TypeVar("S")
# both run where the loop runs, the listeners first: hand over there, do not work there
OnCommit = Callable[[S, Sequence[Committed]], None]
OnDone = Callable[[Committed | Exception], None]
OnFailure = Callable[[Exception], None]
OnFull = Callable[[StoreFullError | None], None]

POLL_S = 0.5  # the loop's longest sleep: bounds how late a step of the wall clock is seen
ROOM_AFTER_S = 2.0  # without a refusal: a disk that is nearly full takes small groups in between
RETRY_S = 0.5  # pause before what the store refused is tried again

log = logging.getLogger(__name__)


class QueuedInput(Struct, frozen=True, kw_only=True):
    """An input that waits for its commit, whom to answer, and whether it is still wanted when it is
    taken (None: always)."""

    input: object
    on_done: OnDone
    is_wanted: Callable[[], bool] | None = None


class CommitMetrics(Protocol):
    """What a commit loop reports to whoever measures it."""

    def committed(self, *, inputs: int, took_s: float) -> None: ...

    def rejected(self, *, kind: str) -> None: ...

    def refused(self) -> None:
        """The store was full."""
        ...


class QuarantinedInput(Struct, frozen=True, kw_only=True):
    """A line of the quarantine: what no core could decide, and why."""

    at: Timestamp
    kind: str
    error: str


class CommitLoop(ABC, Generic[S]):
    """`submit` and `submit_with_callback` from any thread; `state` is that of the last commit. The
    driver passes what was enqueued to `run_group`, one call at a time."""

    def __init__(
        self,
        decider: Decider[S],
        clock: Clock,
        store: Store,
        *,
        metrics: CommitMetrics | None = None,
    ) -> None:
        self._decider, self._clock, self._store, self._metrics = decider, clock, store, metrics
        self._on_commit: list[OnCommit[S]] = []
        self._on_failure: list[OnFailure] = []
        self._quarantine: deque[QuarantinedInput] = deque(maxlen=QUARANTINE_ROWS.value)
        self.clock_watch = ClockWatch(clock, store)  # for holds and answers to them
        # monotonic: timers rest until then, after the store or a core refused them
        self._held_until_us = 0
        self._has_begun = True  # False between `begin` and the commit of that input
        self._on_full: list[OnFull] = []
        self._is_full, self._refused_at_us, self._looked_at_us = False, 0, 0
        self._drafted_at = 0  # the last record when a checkpoint was drafted
        self.rejected_count = 0
        self.failure: Exception | None = None

    @property
    def state(self) -> S:
        """Frozen: safe to read from any thread."""
        return self._decider.state

    @property
    def seq(self) -> int:
        """The number of the last record."""
        return self._decider.head.seq

    @property
    def records_since_checkpoint(self) -> int:
        """How many records a start would have to replay."""
        return self._decider.records_since_checkpoint

    @property
    def divergence(self) -> Divergence | None:
        """The first record that the replay at the start decided otherwise than when it was written;
        None is the law."""
        return self._decider.divergence

    @property
    def timers_overdue(self) -> int:
        """Deadlines that were missed by more than a second; 0 is the law."""
        return len(overdue(self._store, self._clock.now()))

    @property
    @abstractmethod
    def waiting(self) -> int:
        """Inputs that wait for the next commit."""
        ...

    @property
    def rejected(self) -> tuple[QuarantinedInput, ...]:
        """The quarantine, oldest first, bounded by QUARANTINE_ROWS."""
        return tuple(self._quarantine)

    def on_commit(self, listener: OnCommit[S]) -> None:
        """Called on the commit thread after every commit, in order, before the submitters are
        answered."""
        self._on_commit.append(listener)

    def on_failure(self, listener: OnFailure) -> None:
        """Called once, on the commit thread, when the loop had to end: the store is damaged. End
        the process; its supervisor starts it again."""
        self._on_failure.append(listener)

    def on_full(self, listener: OnFull) -> None:
        """Called on the commit thread when a full disk begins to refuse, with its error, and with
        None when it takes something again: that is looked for as long as somebody listens."""
        self._on_full.append(listener)

    def submit(self, what: object) -> Future[Committed]:
        """Submit an input. The future is answered after its commit, or fails with
        `InputRejectedError` (a core could not decide it) or `StoreError`.

        Raises `QueueFullError` or `NodeStoppingError` when it was not even taken into the queue.
        """
        answer: Future[Committed] = Future()
        self.enqueue(
            QueuedInput(
                input=what,
                on_done=_answering(answer),
                is_wanted=answer.set_running_or_notify_cancel,
            )
        )
        return answer

    def begin(self, first: object) -> Future[Committed]:
        """Submit what every run begins with, before the driver starts: no timer fires before it is
        committed. It says which store this is and what is configured now, and what came due while
        the node was away is decided by that."""
        self._has_begun = False
        answer: Future[Committed] = Future()
        answer.set_running_or_notify_cancel()  # whoever waits no longer does not take it back

        def on_done(outcome: Committed | Exception) -> None:
            self._has_begun = isinstance(outcome, Committed)
            _answering(answer)(outcome)

        self.submit_with_callback(first, on_done)
        return answer

    def submit_with_callback(self, what: object, on_done: OnDone) -> None:
        """As `submit`, at a third of its cost and not to be cancelled: `on_done` gets what the
        future would have been answered or have failed with."""
        self.enqueue(QueuedInput(input=what, on_done=on_done))

    @abstractmethod
    def enqueue(self, queued: QueuedInput) -> None:
        """Into the queue; raises `QueueFullError` or `NodeStoppingError`."""
        ...

    def run_group(self, group: Sequence[QueuedInput]) -> None:
        """Journal a step of the clock, commit `group`, then fire what is due. Raises what ends the
        loop: see `fail`."""
        self._journal_clock_step()
        if group:
            self._commit(group)
        self.fire_timers()
        self._look_for_room()

    def fire_timers(self) -> None:
        """Everything due, in order, a bounded number per transaction."""
        while self._has_begun and self._clock.instant() >= self._held_until_us:
            due = self._store.next_due()
            if due is None or due > self._now():
                return
            try:
                results = self._decided(lambda at: self._decider.fire_due(at))
            except StoreFullError:
                return
            # the row of a rejected firing stays: the auditor shows it, and it is tried again
            if any(isinstance(r, Rejected) for r in results):
                self._held_until_us = self._clock.instant() + round(RETRY_S * SECOND_US)

    def seconds_to_due(self) -> float | None:
        """Until the next deadline, or until timers may be tried again; None when there is none."""
        due = self._store.next_due()
        if due is None or not self._has_begun:
            return None
        return max(due - self._now(), self._held_until_us - self._clock.instant(), 0) / SECOND_US

    def seconds_to_next_timer(self) -> float:
        """How long the loop may sleep when nothing is enqueued."""
        due_s = self.seconds_to_due()
        return POLL_S if due_s is None else min(due_s, POLL_S)

    def draft_checkpoint(self, every: int) -> CheckpointDraft[S] | None:
        """What the next checkpoint shall name, when so many records came since the last one was
        made or tried; None when not. Where the loop runs; costs nothing."""
        since_tried = self.seq - self._drafted_at
        if min(self._decider.records_since_checkpoint, since_tried) < every:
            return None
        self._drafted_at = self.seq
        return self._decider.draft_checkpoint()

    def checkpoint_at_stop(self) -> None:
        """The last act of an orderly stop: the next start replays nothing, and may be of other
        code. A store that refuses is logged; then only this code can start again."""
        self.clock_watch.close()
        if not self._decider.records_since_checkpoint:
            return
        try:
            self._decider.checkpoint(self._now())
        except StoreError as error:
            log.warning("no checkpoint was made at the stop: %s", error)

    def fail(self, error: Exception, waiting: Iterable[QueuedInput]) -> None:
        """The end: nobody may wait for it for ever."""
        is_ours = isinstance(error, StoreError)
        log.error("the journal cannot go on: %s", error, exc_info=None if is_ours else error)
        self.failure = error
        self.clock_watch.close()
        for queued in waiting:
            if queued.is_wanted is None or queued.is_wanted():
                self._answer(queued.on_done, error)
        for listener in self._on_failure:
            listener(error)

    def _commit(self, group: Sequence[QueuedInput]) -> None:
        wanted = [queued for queued in group if queued.is_wanted is None or queued.is_wanted()]
        try:
            results = self._decide([queued.input for queued in wanted])
        except Exception as error:
            for queued in wanted:
                self._answer(queued.on_done, error)
            if not isinstance(error, StoreFullError):
                raise
            return
        for queued, result in zip(wanted, results, strict=True):
            self._answer(queued.on_done, _outcome(result))

    def _answer(self, on_done: OnDone, outcome: Committed | Exception) -> None:
        try:
            on_done(outcome)
        except Exception:  # supervision boundary: a submitter's fault must not stop the journal
            log.exception("the submitter of an input failed over its answer; the journal goes on")

    def _decide(self, inputs: Sequence[object]) -> tuple[Committed | Rejected, ...]:
        return self._decided(lambda at: self._decider.run(inputs, at))

    def _decided(
        self, work: Callable[[Timestamp], tuple[Committed | Rejected, ...]]
    ) -> tuple[Committed | Rejected, ...]:
        """Do `work` at node time, then report its results to meter, quarantine and listeners."""
        began = self._clock.instant()
        try:
            results = work(self._now())
        except StoreFullError as error:
            self._held_until_us = began + round(RETRY_S * SECOND_US)
            if self._metrics:
                self._metrics.refused()
            self._note_full(error)
            raise
        for result in results:
            if isinstance(result, Rejected):
                self._quarantine_input(result)
        committed = [result for result in results if isinstance(result, Committed)]
        if committed:
            if self._metrics:
                took_s = (self._clock.instant() - began) / SECOND_US
                self._metrics.committed(inputs=len(committed), took_s=took_s)
            self._notify_listeners(committed)
        return results

    def _look_for_room(self) -> None:
        """A node that nobody asks for anything would not know that its disk has room again."""
        if not self._is_full or not self._on_full:
            return
        now = self._clock.instant()
        if (now - self._looked_at_us) / SECOND_US < RETRY_S:
            return
        self._looked_at_us = now
        try:
            self._store.ensure_room()
        except StoreFullError as error:
            self._note_full(error)
        else:
            if (now - self._refused_at_us) / SECOND_US >= ROOM_AFTER_S:
                self._note_full(None)

    def _note_full(self, error: StoreFullError | None) -> None:
        if error is not None:
            self._refused_at_us = self._clock.instant()
        if self._is_full is (error is not None):
            return
        self._is_full = error is not None
        for listener in self._on_full:
            listener(error)

    def _journal_clock_step(self) -> None:
        step_us = self.clock_watch.unjournaled_step_us()
        if step_us:
            try:
                self._decide([ClockStepped(micros=step_us)])
            except StoreFullError:
                return
            self.clock_watch.journaled_step(step_us)
        while (request := self.clock_watch.next_request()) is not None:
            self._set_clock(request)

    def _set_clock(self, request: ClockRequest) -> None:
        """The one record that may stand before the record before it: node time is moved to its
        own."""
        try:
            given, target = self.clock_watch.input_of(request)
            (result,) = self._decided(lambda _: self._decider.run([given], target))
        except (ClockNotSetError, StoreError) as error:
            request.answer.set_exception(error)
            if isinstance(error, ClockNotSetError | StoreFullError):
                return
            raise
        if isinstance(result, Committed):
            self.clock_watch.set_to(target)
        _answering(request.answer)(_outcome(result))

    def _now(self) -> Timestamp:
        """Node time never goes back, over a restart neither."""
        return self.clock_watch.now()

    def _quarantine_input(self, rejected: Rejected) -> None:
        kind, error = type(rejected.input).__name__, rejected.error
        log.warning("an input of kind %s could not be decided: %r", kind, error, exc_info=error)
        self.rejected_count += 1
        self._quarantine.append(
            QuarantinedInput(at=self.clock_watch.last_at, kind=kind, error=repr(error))
        )
        if self._metrics:
            self._metrics.rejected(kind=kind)

    def _notify_listeners(self, committed: Sequence[Committed]) -> None:
        state = self._decider.state
        for listener in self._on_commit:
            try:
                listener(state, committed)
            except Exception:  # supervision boundary: a listener's fault must not stop the journal
                log.exception("a listener to commits failed; the journal goes on")


def _answering(future: Future[Committed]) -> OnDone:
    def answer(outcome: Committed | Exception) -> None:
        if isinstance(outcome, Committed):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)

    return answer


def _outcome(result: Committed | Rejected) -> Committed | Exception:
    if isinstance(result, Committed):
        return result
    return InputRejectedError(type(result.input).__name__, result.error)
