"""Commits of the store against bare apsw with the same rows on the same disk; the host's group commit against the store; the outbox's put and drain."""

import json
import time
from dataclasses import dataclass, replace

import apsw
import pytest

from citybrain import canonical_json
from citybrain.ack_ranges import AckRanges
from citybrain.clock import SystemClock, Timestamp
from citybrain.decider.commit_thread import CommitThread
from citybrain.decider.decider import Decider
from citybrain.domain.event import Event
from citybrain.geo import Point
from citybrain.ids import RandomIds
from citybrain.journal import chain
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Batch, Head
from citybrain.journal.sqlite import SqliteStore
from citybrain.vocabulary import Certainty, EventKind, Phase, Severity, Urgency
from street_agent.outbox.courier import Courier
from street_agent.outbox.sqlite import SqliteOutbox

BATCHES = (1, 10, 50, 500)
SECONDS = 1.0  # of commits per cell
REPEATS = 3  # the median counts: the disk is shared


def an_event(number):
    return Event(
        episode=f"e-{number}",
        kind=EventKind.OBJECTS_INSIDE,
        phase=Phase.START,
        source="cam-a1",
        rule="crowd",
        incident_kind="crowding",
        place=Point(lat=30.6, lon=104.0),
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        observed_at=number,
        error_ms=20.0,
        measurements={"count": 7.0, "seconds_held": 2.0},
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )


PAYLOAD = canonical_json.encode(an_event(1))


def sealed(head, count):
    records = []
    for _ in range(count):
        records.append(
            chain.seal(
                head, at=Timestamp(1), kind="said", payload=PAYLOAD, commands_digest="d" * 64
            )
        )
        head = Head(seq=records[-1].seq, hash=records[-1].hash)
    return records


def rate(step, count):
    """Rows a second of `step`, called for about SECONDS."""
    began, rows = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        step()
        rows += count
    return rows / (time.perf_counter() - began)


def median(measure):
    return sorted(measure(number) for number in range(REPEATS))[REPEATS // 2]


class Stopwatch:
    """Sums wall and CPU seconds over many short blocks."""

    def __init__(self):
        self.wall = self.cpu = 0.0

    def __enter__(self):
        self._wall, self._cpu = time.perf_counter(), time.thread_time()

    def __exit__(self, *_):
        self.wall += time.perf_counter() - self._wall
        self.cpu += time.thread_time() - self._cpu


def bare_database(path):
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE r (seq INTEGER PRIMARY KEY, at INTEGER, kind TEXT, payload BLOB, prev_hash TEXT, hash TEXT, digest TEXT) STRICT"
    )
    return connection


@pytest.mark.bench
def test_commits_against_bare_apsw(tmp_path):
    print(
        "\nstore commits against bare apsw with the same rows, turn by turn on one disk; WAL, synchronous=FULL"
    )
    print(
        f"{'rows/commit':>12} {'bare rows/s':>12} {'store rows/s':>13} {'ratio':>6} {'cpu ratio':>10}"
    )
    for count in BATCHES:
        bare, ours = Stopwatch(), Stopwatch()
        connection, store, rows = (
            bare_database(tmp_path / f"bare-{count}.db"),
            SqliteStore.open(tmp_path / f"ours-{count}.db", ids=RandomIds()),
            0,
        )
        while bare.wall + ours.wall < 2 * SECONDS * REPEATS:
            batch = Batch(records=tuple(sealed(store.head(), count)))
            values = [
                (r.seq, r.at, r.kind, r.payload, r.prev_hash, r.hash, r.commands_digest)
                for r in batch.records
            ]
            with bare:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("INSERT INTO r VALUES (?, ?, ?, ?, ?, ?, ?)", values)
                connection.execute("COMMIT")
            with ours:
                store.commit(batch)
            rows += count
        connection.close()
        store.close()
        ratio, cpu_ratio = bare.wall / ours.wall, bare.cpu / ours.cpu
        print(
            f"{count:>12} {rows / bare.wall:>12,.0f} {rows / ours.wall:>13,.0f} {ratio:>6.2f} {cpu_ratio:>10.2f}"
        )
        figures = {
            "bare": round(rows / bare.wall),
            "ours": round(rows / ours.wall),
            "ratio": round(ratio, 3),
            "cpu_ratio": round(cpu_ratio, 3),
        }
        print(json.dumps({"bench": "journal.commit", "rows": count, **figures}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    events: int = 0


def count_events(state, what, context):
    return replace(state, events=state.events + 1), ()


def host_rate(store, waiting):
    commit_loop = CommitThread(
        Decider(decide=count_events, initial=Counted(), store=store, kinds={"event": Event}),
        SystemClock(),
        store,
    )
    commit_loop.start()
    began, rows = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        for answer in [commit_loop.submit(an_event(number)) for number in range(waiting)]:
            answer.result(30)
        rows += waiting
    spent = time.perf_counter() - began
    commit_loop.stop()
    store.close()
    return rows / spent


@pytest.mark.bench
def test_the_host_against_its_own_cores(tmp_path):
    print(
        "\nhost (submit, decide, seal, commit, answer) with a trivial core; events a second by how many wait at once"
    )
    print(f"{'waiting':>12} {'in memory':>12} {'on disk':>13} {'ratio':>6}")
    for waiting in (1, 50, 500, 5000):
        memory = median(lambda number, waiting=waiting: host_rate(MemoryStore(), waiting))
        disk = median(
            lambda number, waiting=waiting: host_rate(
                SqliteStore.open(tmp_path / f"host-{waiting}-{number}.db", ids=RandomIds()), waiting
            )
        )
        print(f"{waiting:>12} {memory:>12,.0f} {disk:>13,.0f} {disk / memory:>6.2f}")
        print(
            json.dumps(
                {
                    "bench": "journal.host",
                    "waiting": waiting,
                    "memory": round(memory),
                    "disk": round(disk),
                    "ratio": round(disk / memory, 3),
                }
            )
        )


@pytest.mark.bench
def test_the_outbox_puts_and_drains(tmp_path):
    outbox = SqliteOutbox.open(tmp_path / "outbox.db", ids=RandomIds(), cap_bytes=256 * 1024 * 1024)
    single = rate(lambda: outbox.put([an_event(1)]), 1)
    many = rate(lambda: outbox.put([an_event(number) for number in range(50)]), 50)
    marks, rows = AckRanges(), outbox.stats().rows

    def publish(items):
        nonlocal marks
        for said in items:
            marks = marks.take(said)[0]
        return True

    courier = Courier(outbox, publish)
    courier.connected()
    began, now = time.perf_counter(), 0
    while outbox.stats().rows:
        now += 1000
        courier.step(now, 0)
        courier.acknowledged(marks.ack(outbox.incarnation), now)
    drained = rows / (time.perf_counter() - began)
    outbox.close()
    print(
        f"\noutbox: put one by one {single:,.0f}/s, in fifties {many:,.0f}/s; drain of {rows:,} rows {drained:,.0f}/s (goal 5,000: {drained / 5000:.1f} x)"
    )
    print(
        json.dumps(
            {
                "bench": "outbox",
                "put_1": round(single),
                "put_50": round(many),
                "drain": round(drained),
                "ratio_to_goal": round(drained / 5000, 2),
            }
        )
    )
