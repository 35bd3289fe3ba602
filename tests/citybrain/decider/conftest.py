"""A tier in miniature: a till that adds amounts, posts letters, reminds, and chokes on what is negative."""

import threading
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from citybrain.clock import ManualClock, later
from citybrain.decider.command import (
    CancelTimer,
    ClockStepped,
    Notice,
    Post,
    Reply,
    SetTimer,
    TimerFired,
)
from citybrain.decider.commit_thread import CommitThread
from citybrain.decider.decider import Decider
from citybrain.ids import RequestId, TimerId
from citybrain.journal.memory import MemoryStore
from citybrain.sorted_map import SortedMap

WAIT_S = 20  # a deadline for conditions, never a pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    amount: int
    request: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind:
    name: str
    after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calm:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """An input that no kinds table names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    total: int = 0
    last_at: int = 0
    fired: tuple[str, ...] = ()
    stepped_us: int = 0
    by_amount: SortedMap[str, int] = field(default_factory=SortedMap)


KINDS = {"pay": Pay, "remind": Remind, "calm": Calm}


def decide(state, what, context):
    match what:
        case Pay(amount=amount, request=request):
            if amount < 0:
                raise ValueError("a till does not give")
            by_amount = state.by_amount.put(
                str(amount), (state.by_amount.get(str(amount)) or 0) + 1
            )
            after = replace(
                state, total=state.total + amount, last_at=context.at, by_amount=by_amount
            )
            return after, (
                Post(to="city", letter=Receipt(amount=amount)),
                Reply(request=RequestId(request), done=True),
                Notice(what="paid", subject=str(context.seq)),
            )
        case Remind(name=name, after_s=after_s):
            return state, (
                SetTimer(timer=TimerId(name), due=later(context.at, after_s), subject=name),
            )
        case Calm(name=name):
            return state, (CancelTimer(timer=TimerId(name)),)
        case TimerFired(subject="poison"):
            raise ValueError("this timer cannot be decided")
        case TimerFired(subject=subject):
            return replace(state, fired=(*state.fired, subject)), ()
        case ClockStepped(micros=micros):
            return replace(state, stepped_us=state.stepped_us + micros), ()
    raise AssertionError(what)


class Ear:
    """Listens to commits and lets a test wait for a state."""

    def __init__(self, commit_loop):
        self.groups, self._changed = [], threading.Condition()
        self.state = commit_loop.state
        commit_loop.on_commit(self._heard)

    def _heard(self, state, taken):
        with self._changed:
            self.groups.append([one.seq for one in taken])
            self.state = state
            self._changed.notify_all()

    def wait_for(self, condition):
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.state), WAIT_S), self.state
            return self.state


@pytest.fixture
def till():
    return SimpleNamespace(
        Pay=Pay,
        Remind=Remind,
        Calm=Calm,
        Receipt=Receipt,
        Unknown=Unknown,
        Till=Till,
        decide=decide,
        KINDS=KINDS,
    )


@pytest.fixture
def open_decider():
    def make(store, decide=decide):
        return Decider(decide=decide, initial=Till(), store=store, kinds=KINDS)

    return make


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def commit_loops(store, clock, open_decider):
    """Makes hosts and stops whatever a test leaves running."""
    made = []

    def make(*, start=True, at_store=None, at_clock=None, **options):
        chosen = at_store or store
        commit_loop = CommitThread(open_decider(chosen), at_clock or clock, chosen, **options)
        ear = Ear(commit_loop)
        made.append(commit_loop)
        if start:
            commit_loop.start()
        return commit_loop, ear

    yield make
    for commit_loop in made:
        commit_loop.stop()
