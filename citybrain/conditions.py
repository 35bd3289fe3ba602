"""What is wrong with a node itself: each with its beginning and its end in the log, and shown as
long as it lasts. Judges nothing.
"""

import logging
import threading
from collections.abc import Callable
from enum import StrEnum

from citybrain.clock import Clock, Timestamp, iso, seconds_between
from citybrain.errors import StoreFullError
from citybrain.structs import Struct


class ConditionCode(StrEnum):
    DISK_FULL = "disk_full"  # the journal cannot be written: nothing is acknowledged meanwhile
    JOURNAL_DAMAGED = "journal_damaged"  # a page, record or text on the disk does not verify
    ROWS_CORRECTED = "rows_corrected"  # timers or letters were not what the records lead to
    ROWS_UNCHECKED = "rows_unchecked"  # … and nothing proves that they are
    BEGAN_EMPTY = "began_empty"  # this store is new, and a peer knows a past of this node
    PEER_BEGAN_EMPTY = "peer_began_empty"  # a peer's store is new, and this node knows its past
    CLOCK_HELD = "clock_held"  # a step of the wall clock that nothing proves is held back
    BROKER_REFUSES = "broker_refuses"  # broker and node do not grant each other what they must
    BROKER_AWAY = "broker_away"  # there is no broker to be reached: no box is heard
    SENDER_LIMITED = "sender_limited"  # more comes of an agent than one sender may: it is dropped
    CALENDAR_ENDED = "calendar_ended"  # of a district: the holidays of today are not known
    CODE_SHARED = "code_shared"  # two districts of a city begin their case numbers alike


# with one of these a node cannot do what it is for, or a person must look at it first
UNREADY = frozenset(
    {
        ConditionCode.DISK_FULL,
        ConditionCode.JOURNAL_DAMAGED,
        ConditionCode.BEGAN_EMPTY,
        ConditionCode.BROKER_REFUSES,
        ConditionCode.BROKER_AWAY,
        ConditionCode.CLOCK_HELD,
    }
)


class Condition(Struct, frozen=True, kw_only=True):
    """One that lasts."""

    code: ConditionCode
    since: Timestamp
    detail: str  # what, why, what to do; for the log: it may name files of this machine

    @property
    def is_unready(self) -> bool:
        return self.code in UNREADY


def no_conditions() -> tuple[Condition, ...]:
    """Where nothing is watched."""
    return ()


log = logging.getLogger(__name__)


class Conditions:
    """The conditions of one node; `begin` and `end` from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._lasting: dict[ConditionCode, Condition] = {}
        self._on_change: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        """Called after every beginning and end, on the thread that reported it."""
        self._on_change.append(listener)

    def begin(self, code: ConditionCode, detail: str) -> None:
        """It lasts from now on; one that lasts already is not logged again."""
        with self._guard:
            if code in self._lasting:
                return
            self._lasting[code] = Condition(code=code, since=self._clock.now(), detail=detail)
        log.error("condition %s began: %s", code, detail)
        self._changed()

    def end(self, code: ConditionCode) -> None:
        """It is over; one that did not last is no error."""
        with self._guard:
            ended = self._lasting.pop(code, None)
            if ended is None:
                return
            lasted_s = seconds_between(ended.since, self._clock.now())
        log.warning("condition %s is over: since %s, %.1f s", code, iso(ended.since), lasted_s)
        self._changed()

    def disk_full(self, error: StoreFullError | None) -> None:
        """See `CommitLoop.on_full`."""
        if error is None:
            self.end(ConditionCode.DISK_FULL)
        else:
            self.begin(ConditionCode.DISK_FULL, f"nothing is acknowledged meanwhile. {error}")

    def clock_held(self, detail: str) -> None:
        """See `ClockWatch.on_hold`."""
        self.hold(ConditionCode.CLOCK_HELD, detail)

    def hold(self, code: ConditionCode, detail: str) -> None:
        """It lasts while there is something to say of it; "": it is over."""
        if detail:
            self.begin(code, detail)
        else:
            self.end(code)

    def lasting(self) -> tuple[Condition, ...]:
        """Those that last now, by their code."""
        with self._guard:
            return tuple(self._lasting[code] for code in sorted(self._lasting))

    @property
    def are_ready(self) -> bool:
        """Whether none lasts with which the node cannot do what it is for."""
        return not any(condition.is_unready for condition in self.lasting())

    def _changed(self) -> None:
        for listener in self._on_change:
            listener()
