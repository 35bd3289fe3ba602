"""A till: a small core that uses every kind of command, its stores, and a listener to wait with."""

import threading
from types import SimpleNamespace

import pytest
from journal_records import cores_for

from citybrain.clock import ManualClock, later
from citybrain.decider.command import (
    CancelTimer,
    ClockSet,
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
from citybrain.structs import Struct, field, replace

WAIT_S = 20


class Pay(Struct, frozen=True, kw_only=True):
    amount: int
    request: str = ""


class Remind(Struct, frozen=True, kw_only=True):
    name: str
    after_s: float


class CancelReminder(Struct, frozen=True, kw_only=True):
    name: str


class Receipt(Struct, frozen=True, kw_only=True):
    amount: int


class Unknown(Struct, frozen=True, kw_only=True):
    """An input that no registry names."""


class Till(Struct, frozen=True, kw_only=True):
    total: int = 0
    last_at: int = 0
    fired: tuple[str, ...] = ()
    stepped_us: int = 0
    by_amount: SortedMap[str, int] = field(default_factory=SortedMap)


INPUTS = {"pay": Pay, "remind": Remind, "cancel_reminder": CancelReminder}


def decide(state, given, context):
    match given:
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
                Notice(code="paid", subject=str(context.seq)),
            )
        case Remind(name=name, after_s=after_s):
            return state, (
                SetTimer(timer=TimerId(name), due=later(context.at, after_s), subject=name),
            )
        case CancelReminder(name=name):
            return state, (CancelTimer(timer=TimerId(name)),)
        case TimerFired(subject="poison"):
            raise ValueError("this timer cannot be decided")
        case TimerFired(subject=subject):
            return replace(state, fired=(*state.fired, subject)), ()
        case ClockSet(micros=micros, timers=timers):
            moved = tuple(replace(timer, due=timer.due + micros) for timer in timers)
            return replace(state, last_at=context.at), moved
        case ClockStepped(micros=micros):
            return replace(state, stepped_us=state.stepped_us + micros), ()
    raise AssertionError(given)


CORES = cores_for(decide, Till(), INPUTS, letters=(Receipt,))


class CommitListener:
    """Notes the groups that were committed and lets a test wait for a state."""

    def __init__(self, commit_loop):
        self.groups, self._changed = [], threading.Condition()
        self.state = commit_loop.state
        commit_loop.on_commit(self._on_commit)

    def _on_commit(self, state, committed):
        with self._changed:
            self.groups.append([one.seq for one in committed])
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
        CancelReminder=CancelReminder,
        Receipt=Receipt,
        Unknown=Unknown,
        Till=Till,
        decide=decide,
        INPUTS=INPUTS,
        CORES=CORES,
    )


@pytest.fixture
def open_decider():
    def make(store, decide=decide, cores=CORES, **options):
        return Decider(replace(cores, decide=decide), store, **options)

    return make


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def commit_loops(store, clock, open_decider):
    """Makes commit threads and stops whatever a test leaves running."""
    made = []

    def make(*, start=True, at_store=None, at_clock=None, **options):
        chosen = at_store or store
        commit_loop = CommitThread(open_decider(chosen), at_clock or clock, chosen, **options)
        listener = CommitListener(commit_loop)
        made.append(commit_loop)
        if start:
            commit_loop.start()
        return commit_loop, listener

    yield make
    for commit_loop in made:
        commit_loop.stop()
