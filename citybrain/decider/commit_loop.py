"""A tier's writer without its thread: takes inputs in groups, commits, answers, fires timers. Decides nothing; `CommitThread` and the simulator drive it.

A disk that is full fails the inputs of that moment by name and nothing else; the writer goes on and recovers when there is room. A store that is
damaged ends it (`failure`, `on_failure`): going on would be lying.
"""

import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.decider.command import ClockStepped
from citybrain.decider.decider import Committed, Decider, Divergence, Rejected
from citybrain.errors import InputRejectedError, StoreError, StoreFullError
from citybrain.journal.port import Snapshot, Store
from citybrain.limits import QUARANTINE_ROWS

S = TypeVar("S")
OnCommit = Callable[
    [S, Sequence[Committed]], None
]  # where the writer runs, after the commit: hand over, do not work there
OnDone = Callable[
    [Committed | Exception], None
]  # where the writer runs, after the listeners: hand over, do not work there
OnFailure = Callable[[Exception], None]
Offer = tuple[
    Any, OnDone, Callable[[], bool] | None
]  # an input, whom to tell, and whether it is still wanted when its turn comes (None: always)

LOOK_UP_S = (
    0.5  # how long the writer sleeps at most: bounds how late a step of the wall clock is seen
)
RETRY_S = 0.5  # pause before what the store refused is tried again

log = logging.getLogger(__name__)


class CommitMeter(Protocol):
    """What a host tells whoever measures it."""

    def committed(self, *, inputs: int, took_s: float) -> None: ...

    def rejected(self, *, kind: str) -> None: ...

    def refused(self) -> None:
        """The store was full."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedInput:
    """A line of the quarantine: what no core could decide, and why."""

    at: Timestamp
    kind: str
    error: str


class CommitLoop(ABC, Generic[S]):
    """`submit` and `offer` from any thread; `state` is that of the last commit. Whoever drives it calls `turn` with what was put, one call at a time."""

    def __init__(
        self, decider: Decider[S], clock: Clock, store: Store, *, meter: CommitMeter | None = None
    ) -> None:
        self._decider, self._clock, self._store, self._meter = decider, clock, store, meter
        self._on_commit: list[OnCommit[S]] = []
        self._on_failure: list[OnFailure] = []
        self._quarantine: deque[QuarantinedInput] = deque(maxlen=QUARANTINE_ROWS.value)
        self._last_at = _last_record_at(store)
        clock.not_before(
            self._last_at
        )  # else time would stand still, and every deadline with it, until the machine's clock has caught up
        self._stepped_us: int = getattr(clock, "stepped_us", 0)
        self._held_until_us = (
            0  # monotonic: timers rest until then, after the store or a core refused them
        )
        newest = store.snapshot()
        self._snapshot_seq = newest.seq if newest else 0
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
    def divergence(self) -> Divergence | None:
        """The first record that the replay at the start decided otherwise than when it was written; None is the law."""
        return self._decider.divergence

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
        """Called on the writer thread after every commit, in order, before the submitters are answered."""
        self._on_commit.append(listener)

    def on_failure(self, listener: OnFailure) -> None:
        """Called once, on the writer thread, when the host had to end: the store is damaged. End the process; its supervisor starts it again."""
        self._on_failure.append(listener)

    def submit(self, what: Any) -> Future[Committed]:
        """Offer an input. The future is answered after its commit, or fails with `InputRejectedError` (a core could not decide it) or `StoreError`.

        Raises `QueueFullError` or `NodeStoppingError` when it was not even taken into the queue.
        """
        answer: Future[Committed] = Future()
        self.put((what, _answering(answer), answer.set_running_or_notify_cancel))
        return answer

    def offer(self, what: Any, on_done: OnDone) -> None:
        """As `submit`, at a third of its cost and not to be taken back: `on_done` gets what the future would have been answered or have failed with."""
        self.put((what, on_done, None))

    @abstractmethod
    def put(self, offer: Offer) -> None:
        """Into the queue; raises `QueueFullError` or `NodeStoppingError`."""
        ...

    def turn(self, group: Sequence[Offer]) -> None:
        """Journal a step of the clock, commit `group`, then fire what is due. Raises what ends the writer: see `fail`."""
        self._note_clock_step()
        if group:
            self._commit(group)
        self.fire_timers()

    def _commit(self, group: Sequence[Offer]) -> None:
        live = [
            (what, on_done)
            for what, on_done, is_wanted in group
            if is_wanted is None or is_wanted()
        ]
        try:
            results = self._decide([what for what, _ in live])
        except Exception as error:
            self._answer([(on_done, error) for _, on_done in live])
            if not isinstance(error, StoreFullError):
                raise
            return
        self._answer(
            [(on_done, _told(result)) for (_, on_done), result in zip(live, results, strict=True)]
        )

    def _answer(self, answers: Iterable[tuple[OnDone, Committed | Exception]]) -> None:
        for on_done, outcome in answers:
            try:
                on_done(outcome)
            except Exception:  # supervision boundary: a submitter's fault must not stop the journal
                log.exception(
                    "whoever offered an input failed over its answer; the journal goes on"
                )

    def _decide(self, inputs: Sequence[Any]) -> tuple[Committed | Rejected, ...]:
        return self._account(lambda at: self._decider.run(inputs, at))

    def _account(
        self, work: Callable[[Timestamp], tuple[Committed | Rejected, ...]]
    ) -> tuple[Committed | Rejected, ...]:
        """Do `work` at node time, then tell the meter, the quarantine and the listeners what came of it."""
        began = self._clock.instant()
        try:
            results = work(self._now())
        except StoreFullError:
            self._held_until_us = began + round(RETRY_S * SECOND_US)
            if self._meter:
                self._meter.refused()
            raise
        taken = [r for r in results if isinstance(r, Committed)]
        for spat in results:
            if isinstance(spat, Rejected):
                self._reject(spat)
        if taken:
            if self._meter:
                self._meter.committed(
                    inputs=len(taken), took_s=(self._clock.instant() - began) / SECOND_US
                )
            self._tell(taken)
        return results

    def fire_timers(self) -> None:
        """Everything due, in order, a bounded number per transaction."""
        while self._clock.instant() >= self._held_until_us:
            due = self._store.next_due()
            if due is None or due > self._now():
                return
            try:
                results = self._account(lambda at: self._decider.fire_due(at))
            except StoreFullError:
                return
            if any(
                isinstance(r, Rejected) for r in results
            ):  # its row stays: the auditor shows it, and it is tried again
                self._held_until_us = self._clock.instant() + round(RETRY_S * SECOND_US)

    def seconds_to_due(self) -> float | None:
        """Until the next deadline, or until timers may be tried again; None when there is none."""
        due = self._store.next_due()
        if due is None:
            return None
        return max(due - self._now(), self._held_until_us - self._clock.instant(), 0) / SECOND_US

    def seconds_to_next_timer(self) -> float:
        """How long the writer may sleep when nothing is put."""
        due_s = self.seconds_to_due()
        return LOOK_UP_S if due_s is None else min(due_s, LOOK_UP_S)

    def _note_clock_step(self) -> None:
        self._now()
        stepped_us: int = getattr(self._clock, "stepped_us", 0)
        if stepped_us == self._stepped_us:
            return
        try:
            self._decide([ClockStepped(micros=stepped_us - self._stepped_us)])
        except StoreFullError:
            return
        self._stepped_us = stepped_us

    def draw_snapshot(self, records: int) -> Snapshot | None:
        """The state where it stands still, when so many records came since the last snapshot; None when not. After a refusal the next cadence tries again."""
        if self._decider.head.seq - self._snapshot_seq < records:
            return None
        snapshot = self._decider.draw_snapshot()
        self._snapshot_seq = snapshot.seq
        return snapshot

    def keep_snapshot(self, snapshot: Snapshot) -> None:
        """Save it if it reads back; from any thread, the journal goes on meanwhile."""
        try:
            self._decider.keep_snapshot(snapshot)
        except StoreError as error:  # nothing is lost by it: the next start replays more
            log.warning("no snapshot was saved: %s", error)

    def fail(self, error: Exception, waiting: Iterable[Offer]) -> None:
        """The end: nobody may wait for it for ever."""
        log.error(
            "the journal cannot go on: %s",
            error,
            exc_info=None if isinstance(error, StoreError) else error,
        )
        self.failure = error
        self._answer(
            [
                (on_done, error)
                for _, on_done, is_wanted in waiting
                if is_wanted is None or is_wanted()
            ]
        )
        for listener in self._on_failure:
            listener(error)

    def _now(self) -> Timestamp:
        """Node time never goes back, over a restart neither."""
        self._last_at = max(self._last_at, self._clock.now())
        return self._last_at

    def _reject(self, spat: Rejected) -> None:
        kind = type(spat.input).__name__
        log.warning(
            "an input of kind %s could not be decided: %r", kind, spat.error, exc_info=spat.error
        )
        self.rejected_count += 1
        self._quarantine.append(
            QuarantinedInput(at=self._last_at, kind=kind, error=repr(spat.error))
        )
        if self._meter:
            self._meter.rejected(kind=kind)

    def _tell(self, taken: Sequence[Committed]) -> None:
        state = self._decider.state
        for listener in self._on_commit:
            try:
                listener(state, taken)
            except Exception:  # supervision boundary: a listener's fault must not stop the journal
                log.exception("a listener to commits failed; the journal goes on")


def _answering(future: Future[Committed]) -> OnDone:
    def answer(outcome: Committed | Exception) -> None:
        if isinstance(outcome, Committed):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)

    return answer


def _told(result: Committed | Rejected) -> Committed | Exception:
    return (
        result
        if isinstance(result, Committed)
        else InputRejectedError(type(result.input).__name__, result.error)
    )


def _last_record_at(store: Store) -> Timestamp:
    head = store.head()
    return (
        max((record.at for record in store.records(after=head.seq - 1)), default=Timestamp(0))
        if head.seq
        else Timestamp(0)
    )
