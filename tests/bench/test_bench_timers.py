"""The auditor of timers and their firing with 100,000 rows, against bare SQLite and a small
table."""

import time
from functools import partial

import apsw
import pytest
from bench_rows import row, timed
from journal_records import cores_for

from citybrain.clock import Timestamp
from citybrain.decider.audit import overdue
from citybrain.decider.command import SetTimer
from citybrain.decider.decider import Decider
from citybrain.ids import TimerId
from citybrain.journal.port import Batch, Timer
from citybrain.journal.sqlite import SqliteStore
from citybrain.random_ids import RandomIds
from citybrain.structs import Struct

ROWS = 100_000
GOAL_MS = 100
FIRED = 1_000  # as many as one transaction fires
BATCHES = 6
SLOWER_MAX = 1.2
REPEATS = 9
NOW = Timestamp(1_750_000_000_000_000)
SECOND_US = 1_000_000


def timer(number, due):
    return Timer(timer=TimerId(f'["page",["inc-{number}"]]'), due=due, subject="x", version=0)


def filled(folder, rows, *, due_now=0):
    """A store with so many timers of the coming days, and some that are due."""
    store = SqliteStore.open(folder / f"journal-{rows}-{due_now}.db", ids=RandomIds())
    later = [timer(number, Timestamp(NOW + (60 + number) * SECOND_US)) for number in range(rows)]
    due = [timer(f"due-{number}", Timestamp(NOW - number)) for number in range(due_now)]
    store.commit(Batch(timers_set=(*later, *due)))
    return store


def median_ms(work):
    spent = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) * 1000)
    return sorted(spent)[REPEATS // 2]


def bare_audit(database, at):
    query = "SELECT timer, due FROM timers WHERE due <= ? ORDER BY due LIMIT 1000"
    return database.execute(query, (at,)).fetchall()


@pytest.mark.bench
def test_the_audit_of_a_hundred_thousand_timers(tmp_path):
    for what, due_now in (("none overdue", 0), ("half of them overdue", ROWS // 2)):
        began = time.perf_counter()
        store = filled(tmp_path, ROWS - due_now, due_now=due_now)
        bare = apsw.Connection(str(tmp_path / f"journal-{ROWS - due_now}-{due_now}.db"))
        at = NOW + 2 * SECOND_US
        ceiling = median_ms(partial(bare_audit, bare, at - SECOND_US))
        ours = median_ms(partial(overdue, store, at))
        assert bool(overdue(store, at)) is bool(due_now)
        what = f"audit of {ROWS:,} timers, {what}"
        print(f"\n{what}: bare SQLite {ceiling:.3f} ms, ours {ours:.3f} ms, goal < {GOAL_MS} ms")
        row(
            what,
            goal=f"< {GOAL_MS} ms",
            ceiling=f"{ceiling:.3f} ms, bare SQLite",
            ours=f"{ours:.3f} ms",
            ratio=ours / ceiling,
            held=ours < GOAL_MS,
            seconds=time.perf_counter() - began,
        )
        bare.close()
        store.close()


class Wanted(Struct, frozen=True, kw_only=True):
    """Timers that are to be set: from a number on, due so many seconds after each other."""

    first: int
    count: int
    due: Timestamp
    step_us: int


def decide(state, given, context):
    """Sets what is wanted; a firing changes nothing."""
    if not isinstance(given, Wanted):
        return state, ()
    numbers = range(given.first, given.first + given.count)
    return state, tuple(
        SetTimer(
            timer=TimerId(f'["page",["inc-{number}"]]'),
            due=Timestamp(given.due + (number - given.first) * given.step_us),
            subject=f"inc-{number}",
        )
        for number in numbers
    )


def decider_with(folder, rows):
    """A node with so many timers of the coming days, and some thousands that are due."""
    store = SqliteStore.open(folder / f"decided-{rows}.db", ids=RandomIds())
    decider = Decider(cores_for(decide, 0, {"wanted": Wanted}), store)
    for first in range(0, rows, FIRED):
        later = Timestamp(NOW + (60 + first) * SECOND_US)
        decider.run([Wanted(first=first, count=FIRED, due=later, step_us=SECOND_US)], NOW)
    decider.run(
        [Wanted(first=rows, count=BATCHES * FIRED, due=Timestamp(NOW - 9_000), step_us=1)], NOW
    )
    return store, decider


@pytest.mark.bench
def test_firing_with_many_timers_is_not_slower(tmp_path):
    cpu_ms, began = {}, time.perf_counter()
    for rows in (FIRED, ROWS):
        store, decider = decider_with(tmp_path, rows)
        with timed() as watch:
            for _ in range(BATCHES):
                assert len(decider.fire_due(NOW, limit=FIRED)) == FIRED
        cpu_ms[rows] = watch.cpu / BATCHES * 1000
        assert overdue(store, NOW) == ()
        store.close()
    ratio = cpu_ms[ROWS] / cpu_ms[FIRED]
    what = f"firing {FIRED:,} timers beside {ROWS:,}"
    print(f"\n{what}: {cpu_ms[ROWS]:.0f} ms of a core, beside {FIRED:,}: {cpu_ms[FIRED]:.0f} ms")
    row(
        what,
        goal=f"<= {SLOWER_MAX} x beside {FIRED:,}",
        ceiling=f"{cpu_ms[FIRED]:.0f} ms of a core",
        ours=f"{cpu_ms[ROWS]:.0f} ms of a core",
        ratio=ratio,
        held=ratio <= SLOWER_MAX,
        seconds=time.perf_counter() - began,
    )
