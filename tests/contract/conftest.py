"""Every adapter behind its port: how to make one, end it in order, and pull its plug."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from citybrain.domain.event import Event
from citybrain.geo import Point
from citybrain.ids import CountingIds, EpisodeId, RuleId, SourceId
from citybrain.journal.memory import MemoryStore
from citybrain.journal.sqlite import SqliteStore
from citybrain.kinds import LOITERING
from citybrain.vocabulary import Certainty, IncidentKind, Phase, Severity, Urgency
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.sqlite import SqliteOutbox

CAP = 64 * 1024


class SqliteStores:
    """A process that dies leaves its files as they are: the next one is shown a copy of them."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._copies = folder, 0
        self._ids = CountingIds()

    def new(self):
        self._copies += 1
        return SqliteStore.open(self._path(), ids=self._ids)

    def reopen(self, store):
        store.close()
        return SqliteStore.open(self._path(), ids=self._ids)

    def crash(self, store):
        old = self._path()
        self._copies += 1
        _copy_database(old, self._path())
        store.close()
        return SqliteStore.open(self._path(), ids=self._ids)

    def _path(self) -> Path:
        return self._folder / f"{self._copies}.db"


class MemoryStores:
    def __init__(self) -> None:
        self._ids = CountingIds()

    def new(self):
        return MemoryStore(ids=self._ids)

    def reopen(self, store):
        return store.reopen()

    def crash(self, store):
        return store.crash()


class SqliteOutboxes:
    def __init__(self, folder: Path) -> None:
        self._folder, self._copies = folder, 0
        self._ids = CountingIds()

    def new(self, cap_bytes: int = CAP):
        self._copies += 1
        return SqliteOutbox.open(self._path(), ids=self._ids, cap_bytes=cap_bytes)

    def crash(self, outbox):
        cap, old = outbox.stats().cap_bytes, self._path()
        self._copies += 1
        _copy_database(old, self._path())
        outbox.close()
        return SqliteOutbox.open(self._path(), ids=self._ids, cap_bytes=cap)

    def _path(self) -> Path:
        return self._folder / f"{self._copies}.db"


class MemoryOutboxes:
    def __init__(self) -> None:
        self._ids = CountingIds()

    def new(self, cap_bytes: int = CAP):
        return MemoryOutbox(ids=self._ids, cap_bytes=cap_bytes)

    def crash(self, outbox):
        return outbox.crash()


def _copy_database(old: Path, new: Path) -> None:
    for suffix in ("", "-wal"):  # the shared memory file is rebuilt from the log
        if old.with_name(old.name + suffix).exists():
            shutil.copyfile(old.with_name(old.name + suffix), new.with_name(new.name + suffix))


@pytest.fixture(params=["sqlite", "memory"])
def stores(request, tmp_path):
    return SqliteStores(tmp_path) if request.param == "sqlite" else MemoryStores()


@pytest.fixture(params=["sqlite", "memory"])
def outboxes(request, tmp_path):
    return SqliteOutboxes(tmp_path) if request.param == "sqlite" else MemoryOutboxes()


@pytest.fixture
def store(stores):
    store = stores.new()
    yield store
    store.close()


@pytest.fixture
def outbox(outboxes):
    outbox = outboxes.new()
    yield outbox
    outbox.close()


@pytest.fixture
def an_event() -> Callable[..., Event]:
    def make(
        number: int = 0, severity: Severity = Severity.MINOR, rule: str = "r", pad: int = 0
    ) -> Event:
        return Event(
            episode=EpisodeId(f"e-{number}" + "x" * pad),
            kind=LOITERING,
            phase=Phase.START,
            source=SourceId("cam"),
            rule=RuleId(rule),
            incident_kind=IncidentKind("loitering"),
            place=Point(lat=30.6, lon=104.0),
            severity=severity,
            urgency=Urgency.EXPECTED,
            certainty=Certainty.OBSERVED,
            observed_at=0,
            error_ms=1.0,
            measurements={"count": 3.0},
            traceparent="",
        )

    return make
