"""What a commit loop does about its clock besides reading it: node time that never goes back, steps
to be journaled, a step that is held back, and a person's answer to it. Commits nothing.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from citybrain.clock import Clock, Timestamp, iso
from citybrain.decider.command import ClockSet, SetTimer
from citybrain.decider.decider import Committed
from citybrain.domain.clock import ClockAction, ClockVerb
from citybrain.domain.principal import Principal
from citybrain.errors import ClockNotSetError, NodeStoppingError
from citybrain.journal.port import Store
from citybrain.node_time.hold import ClockHold, DisciplinedClock
from citybrain.permissions import Permission, refusal_of
from citybrain.structs import Struct

OnHold = Callable[[str], None]  # with a sentence when a step is held back, "" when it is no more
ALL_TIMERS = 1_000_000
END_OF_TIME = Timestamp(2**63 - 1)  # SQLite's largest


class ClockRequest(Struct, frozen=True, kw_only=True):
    """A person's answer on its way to the journal."""

    action: ClockAction
    principal: Principal
    answer: Future[Committed]


class ClockWatch:
    """`request` from any thread; the rest where the commit loop runs."""

    def __init__(self, clock: Clock, store: Store) -> None:
        self._clock, self._store = clock, store
        self._last_at = last = _last_record_at(store)
        self._disciplined = clock if isinstance(clock, DisciplinedClock) else None
        # else time and every deadline would stand still until the machine's clock has caught up
        if self._disciplined is not None and last:
            self._disciplined.resume_after(last)
        else:
            clock.not_before(last)
        self._stepped_us: int = getattr(clock, "stepped_us", 0)
        self._held = ""  # the sentence about the step that is held back
        self._on_hold: list[OnHold] = []
        self._requests: deque[ClockRequest] = deque()
        self._guard, self._is_closed = threading.Lock(), False

    def on_hold(self, listener: OnHold) -> None:
        """From any thread; what is held back already is said at once."""
        with self._guard:
            self._on_hold.append(listener)
            if self._held:
                listener(self._held)

    def now(self) -> Timestamp:
        """Node time never goes back, over a restart neither."""
        self._last_at = max(self._last_at, self._clock.now())
        return self._last_at

    @property
    def last_at(self) -> Timestamp:
        """Node time when it was read last."""
        return self._last_at

    def unjournaled_step_us(self) -> int:
        """By how much the clock was stepped since `journaled_step`; also reports a hold."""
        self.now()
        self._report_hold()
        stepped_us: int = getattr(self._clock, "stepped_us", 0)
        return stepped_us - self._stepped_us

    def journaled_step(self, micros: int) -> None:
        self._stepped_us += micros

    def request(self, action: ClockAction, principal: Principal) -> Future[Committed]:
        """Answered after the commit, or fails with `ClockNotSetError`, `InputRejectedError` or a
        `StoreError`."""
        answer: Future[Committed] = Future()
        refused = refusal_of(principal, Permission.SET_CLOCK)
        if refused is not None:
            answer.set_exception(ClockNotSetError(refused.reason, refused.detail))
            return answer
        with self._guard:
            if self._is_closed:
                raise NodeStoppingError("this node is stopping; nothing more is taken in.")
            self._requests.append(ClockRequest(action=action, principal=principal, answer=answer))
        return answer

    def close(self) -> None:
        """Nobody waits for an answer any more."""
        with self._guard:
            self._is_closed = True
        while (waiting := self.next_request()) is not None:
            waiting.answer.set_exception(NodeStoppingError("this node has stopped."))

    def next_request(self) -> ClockRequest | None:
        """The next one whose answer is still waited for; it cannot be taken back any more."""
        while self._requests:
            request = self._requests.popleft()
            if request.answer.set_running_or_notify_cancel():
                return request
        return None

    def input_of(self, request: ClockRequest) -> tuple[ClockSet, Timestamp]:
        """What is journaled, and at what time, which node time then becomes. Raises
        `ClockNotSetError`."""
        now, verb = self.now(), request.action.verb
        hold = self._disciplined.hold if self._disciplined is not None else None
        if self._disciplined is None or hold is None:
            raise ClockNotSetError(
                "clock_agrees",
                "No step of the wall clock is held back: node time follows it. Nothing was done.",
            )
        wall = self._disciplined.wall()
        if verb is ClockVerb.CONFIRM and wall < now:
            raise ClockNotSetError(
                "clock_behind",
                f"The wall clock shows {iso(wall)}, before node time {iso(now)}: no time has passed"
                " that could be confirmed. Set the machine's clock right, or rebase.",
            )
        given = ClockSet(
            action=request.action,
            principal=request.principal,
            micros=wall - now,
            timers=self._timers() if verb is ClockVerb.REBASE else (),
        )
        return given, wall

    def set_to(self, target: Timestamp) -> None:
        """It is journaled."""
        if self._disciplined is not None:
            self._disciplined.set_to(target)
        self._last_at = target
        self._report_hold()

    def _report_hold(self) -> None:
        clock = self._disciplined
        hold: ClockHold | None = clock.hold if clock is not None else None
        if clock is None or bool(self._held) is (hold is not None):
            return
        with self._guard:
            self._held = hold.described(iso(clock.wall())) if hold is not None else ""
            for listener in self._on_hold:
                listener(self._held)

    def _timers(self) -> tuple[SetTimer, ...]:
        return tuple(
            SetTimer(timer=row.timer, due=row.due, subject=row.subject, version=row.version)
            for row in self._store.timers_due(at=END_OF_TIME, limit=ALL_TIMERS)
        )


def _last_record_at(store: Store) -> Timestamp:
    head = store.head()
    last = next(store.records(after=head.seq - 1), None) if head.seq else None
    return last.at if last is not None else Timestamp(0)
