"""Commits of the store against bare apsw with the same rows on the same disk; the commit thread's
group commit against the store; the outbox's put and drain."""

import json
import time

import apsw
import journal_records
import pytest
from journal_records import cores_for

from citybrain import canonical_json
from citybrain.ack_ranges import AckRanges
from citybrain.decider.commit_thread import CommitThread
from citybrain.decider.decider import Decider
from citybrain.domain.event import Event
from citybrain.geo import Point
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Batch
from citybrain.journal.sqlite import SqliteStore
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.random_ids import RandomIds
from citybrain.structs import Struct, replace
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Certainty, Phase, Severity, Urgency
from street_agent.outbox.sender import OutboxSender
from street_agent.outbox.sqlite import SqliteOutbox

BATCHES = (1, 10, 50, 500)
SECONDS = 1.0  # of commits per cell
REPEATS = 3  # the median counts: the disk is shared


def an_event(number):
    return Event(
        episode=f"e-{number}",
        kind=OBJECTS_INSIDE,
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
        measurements={"count": 7.0, "held_s": 2.0},
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )


PAYLOAD = canonical_json.encode(an_event(1))


def sealed(head, count):
    return journal_records.sealed(
        head, *[PAYLOAD] * count, commands_digest="d" * 64, code=f"district/0.1.0/{'c' * 64}"
    )


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
        "CREATE TABLE r (seq INTEGER PRIMARY KEY, at INTEGER, kind TEXT, payload BLOB,"
        " prev_hash TEXT, hash TEXT, digest TEXT) STRICT"
    )
    return connection


@pytest.mark.bench
def test_commits_against_bare_apsw(tmp_path):
    print(
        "\nstore commits against bare apsw with the same rows, in turn on one disk; WAL,"
        " synchronous=FULL"
    )
    print(
        f"{'rows/commit':>12} {'bare rows/s':>12} {'store rows/s':>13}"
        f" {'ratio':>6} {'cpu ratio':>10}"
    )
    for count in BATCHES:
        bare, ours = Stopwatch(), Stopwatch()
        connection, store, rows = (
            bare_database(tmp_path / f"bare-{count}.db"),
            SqliteStore.open(tmp_path / f"ours-{count}.db", ids=RandomIds()),
            0,
        )
        while bare.wall + ours.wall < 2 * SECONDS * REPEATS:
            batch = Batch(records=sealed(store.head(), count))
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
            f"{count:>12} {rows / bare.wall:>12,.0f} {rows / ours.wall:>13,.0f}"
            f" {ratio:>6.2f} {cpu_ratio:>10.2f}"
        )
        figures = {
            "bare": round(rows / bare.wall),
            "ours": round(rows / ours.wall),
            "ratio": round(ratio, 3),
            "cpu_ratio": round(cpu_ratio, 3),
        }
        print(json.dumps({"bench": "journal.commit", "rows": count, **figures}))


class Counted(Struct, frozen=True, kw_only=True):
    events: int = 0


def count_events(state, given, context):
    return replace(state, events=state.events + 1), ()


def commit_thread_rate(store, waiting):
    commit_thread = CommitThread(
        Decider(cores_for(count_events, Counted(), {"event": Event}), store),
        SystemClock(),
        store,
    )
    commit_thread.start()
    began, rows = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        for answer in [commit_thread.submit(an_event(number)) for number in range(waiting)]:
            answer.result(30)
        rows += waiting
    spent = time.perf_counter() - began
    commit_thread.stop()
    store.close()
    return rows / spent


@pytest.mark.bench
def test_the_commit_thread_on_disk_against_in_memory(tmp_path):
    print(
        "\ncommit thread (submit, decide, seal, commit, answer) with a trivial core; events a"
        " second by how many wait at once"
    )
    print(f"{'waiting':>12} {'in memory':>12} {'on disk':>13} {'ratio':>6}")
    for waiting in (1, 50, 500, 5000):
        memory = median(lambda number, waiting=waiting: commit_thread_rate(MemoryStore(), waiting))
        disk = median(
            lambda number, waiting=waiting: commit_thread_rate(
                SqliteStore.open(tmp_path / f"thread-{waiting}-{number}.db", ids=RandomIds()),
                waiting,
            )
        )
        print(f"{waiting:>12} {memory:>12,.0f} {disk:>13,.0f} {disk / memory:>6.2f}")
        print(
            json.dumps(
                {
                    "bench": "journal.commit_thread",
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
    ack_ranges, rows = AckRanges(), outbox.stats().rows

    def publish(items):
        nonlocal ack_ranges
        for item in items:
            ack_ranges, _ = ack_ranges.take(item)
        return True

    sender = OutboxSender(outbox, publish)
    sender.on_connected()
    began, now = time.perf_counter(), 0
    while outbox.stats().rows:
        now += 1000
        sender.step(now, 0)
        sender.on_ack(ack_ranges.ack(outbox.incarnation), now)
    drained = rows / (time.perf_counter() - began)
    outbox.close()
    print(
        f"\noutbox: put one by one {single:,.0f}/s, in fifties {many:,.0f}/s; drain of {rows:,}"
        f" rows {drained:,.0f}/s (goal 5,000: {drained / 5000:.1f} x)"
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
