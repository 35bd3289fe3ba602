"""What is in a box's outbox cannot keep the box from looking: neither a number that nobody can
store, nor a row that nobody can read, nor a page that a worn card lost."""

import asyncio
import threading
from itertools import cycle

import apsw
import pytest

from citybrain.bus import topics
from citybrain.bus.memory import MemoryBroker
from citybrain.clock import SECOND_US
from citybrain.config.load import parse
from citybrain.domain.event import Event, Gap, VisibilityInterval
from citybrain.errors import StoreBusyError, StoreCorruptError
from citybrain.ids import CountingIds
from citybrain.system_clock import SystemClock
from citybrain.wire.agent import decode_agent_hello, decode_agent_status
from citybrain.wire.event import decode_event_batch
from street_agent import agent as agent_process
from street_agent.agent import OUTBOX_FILE, StreetAgent
from street_agent.agent_loop import ThreadHeartbeats
from street_agent.config import StreetConfig
from street_agent.limits import DAMAGED_OUTBOXES
from street_agent.outbox.damaged_file import damaged_files, open_or_renew
from street_agent.outbox.sqlite import SqliteOutbox

PLACE = {"lat": 30.66, "lon": 104.06}
RULE = {"id": "high", "incident_kind": "waterlogging", "above": 1.2, "below": 1.0, "clear_s": 0.1}
LOOKS_AGAIN_S = 10.0
PAGE = 4096


def a_box(folder, *values, **changes):
    """The configuration of a box with a sensor that gives `values`, over and over."""
    rows = "".join(f"{second},{value}\n" for second, value in zip(range(40), cycle(values)))
    (folder / "levels.csv").write_text("seconds,value\n" + rows)
    sensor = {"id": "level-1", "source": "levels.csv", "place": PLACE, "rule": [RULE]}
    raw = {
        "agent": "box-1",
        "district": "riverside",
        "data_dir": str(folder / "box"),
        "sensor": [{**sensor, "speedup": 20.0}],
        **changes,
    }
    return parse(raw, StreetConfig, name="street.toml")


class Street:
    """A broker in memory with a district's ears on it, and one run of an agent after the other."""

    def __init__(self, folder):
        self.folder, self.broker = folder, MemoryBroker()
        self.hellos, self.statuses, self.contents = [], [], []
        district = self.broker.client("district")
        for leaf, take in (
            (topics.HELLO, lambda m: self.hellos.append(decode_agent_hello(m.payload))),
            (topics.STATUS, lambda m: self.statuses.append(decode_agent_status(m.payload))),
            (topics.EVENTS, self._batch),
        ):
            district.subscribe(topics.all_agents("riverside", leaf), take)
        district.start()

    def _batch(self, message):
        self.contents += [item.content for item in decode_event_batch(message.payload).items]

    def run(self, config, until, *, ids=None):
        """One run of the agent, until `until` holds."""
        failed = threading.Event()
        box = StreetAgent(
            config,
            open_model=None,
            folder=self.folder,
            bus=self.broker.client("agent"),
            ids=ids or CountingIds(),
            on_failure=failed.set,
        )
        box.start()
        try:
            deadline, pause = SystemClock().instant() + LOOKS_AGAIN_S * SECOND_US, threading.Event()
            while not until():
                assert not failed.is_set(), "the box died"
                assert SystemClock().instant() < deadline, "it does not look"
                self.broker.deliver()
                pause.wait(0.01)
        finally:
            box.stop()
        self.broker.deliver()
        return box

    def has(self, kind, **fields):
        return any(
            isinstance(content, kind)
            and all(getattr(content, name) == value for name, value in fields.items())
            for content in self.contents
        )


@pytest.fixture
def street(tmp_path):
    return Street(tmp_path)


def alter(path, statement):
    connection = apsw.Connection(str(path))
    connection.execute(statement)
    connection.close()


def overwrite_page(path, table):
    """What a worn card does: the first page of `table` holds something else."""
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    query = f"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'"
    ((page,),) = connection.execute(query).fetchall()
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xa5" * PAGE)


@pytest.mark.parametrize("value", ["inf", "-inf", "nan"])
def test_a_reading_that_is_no_number_is_blindness_and_the_box_starts_again(street, value):
    config = a_box(street.folder, value)
    street.run(config, lambda: street.has(VisibilityInterval, reason="unreadable"))
    street.contents.clear()
    (street.folder / "levels.csv").write_text("seconds,value\n0,0.5\n4,1.5\n8,0.5\n")
    street.run(config, lambda: street.has(Event, rule="high"))
    assert street.has(Event, rule="high")


def test_a_row_that_cannot_be_read_is_declared_and_the_box_looks(street):
    config = a_box(street.folder, 0.5, 1.5)
    street.run(config, lambda: street.has(Event))
    path = street.folder / "box" / OUTBOX_FILE
    alter(path, "UPDATE rows SET payload = x'6e756c6c' WHERE seq = 2")  # what JSON wrote for inf
    street.run(config, lambda: street.has(Gap, first=2, last=2, reason="unreadable"))
    assert street.statuses[-1].set_apart == 1
    assert street.has(Event)


@pytest.mark.parametrize("table", ["rows", "meta", "requests", "migrations", "sqlite_schema"])
def test_a_box_that_lost_a_page_of_its_outbox_begins_another_and_says_so(street, table, caplog):
    config, ids = a_box(street.folder, 0.5, 1.5), CountingIds()
    street.run(config, lambda: street.has(Event), ids=ids)
    path = street.folder / "box" / OUTBOX_FILE
    if table == "sqlite_schema":
        path.write_bytes(b"\x00" * path.stat().st_size)
    else:
        overwrite_page(path, table)
    street.contents.clear()
    street.run(config, lambda: street.has(Event), ids=ids)
    first, last = street.hellos[0], street.hellos[-1]
    assert last.incarnation != first.incarnation, "its district is told that the old one is lost"
    assert street.statuses[-1].outboxes_damaged == 1
    (kept,) = damaged_files(path)
    assert kept.stat().st_size >= PAGE, "it is kept for whoever wants to look"
    assert_said_once(caplog, kept)


def assert_said_once(caplog, kept):
    """One line, which asks nobody to do what the box has done."""
    (line,) = [r.getMessage() for r in caplog.records if OUTBOX_FILE in r.getMessage()]
    assert f"it is set aside as {kept}" in line
    assert "Move it away" not in line and "move it away" not in line


def test_a_page_that_is_lost_while_the_box_runs_is_found_and_the_box_begins_anew(tmp_path, caplog):
    config = a_box(tmp_path, *[0.5] * 4, *[1.5] * 4, broker={"host": "127.0.0.1", "port": 1})
    path = tmp_path / "box" / OUTBOX_FILE

    async def until(condition):
        async with asyncio.timeout(LOOKS_AGAIN_S):
            while not await asyncio.to_thread(condition):
                await asyncio.sleep(0.05)

    async def main():
        stop = asyncio.Event()
        running = asyncio.create_task(
            agent_process.run(
                config,
                open_model=None,
                folder=tmp_path,
                stop=stop,
                heartbeats=ThreadHeartbeats.new(),
            )
        )
        await until(lambda: path.exists() and rows_in(path) > 3)
        overwrite_page(path, "rows")
        with pytest.raises(apsw.CorruptError):
            # whoever else writes makes the box read its pages again
            alter(path, "UPDATE meta SET value = value; SELECT count(*) FROM rows NOT INDEXED")
        await until(lambda: damaged_files(path) and path.exists() and rows_in(path) > 3)
        assert not running.done()
        stop.set()
        await running

    asyncio.run(main())
    assert_said_once(caplog, *damaged_files(path))


def rows_in(path):
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return connection.execute("SELECT count(*) FROM rows").fetchall()[0][0]
    except apsw.Error:
        return 0
    finally:
        connection.close()


def test_damaged_outboxes_are_kept_in_a_bounded_number(tmp_path):
    path, clock, ids = tmp_path / OUTBOX_FILE, SystemClock(), CountingIds()
    names = set()
    for _ in range(DAMAGED_OUTBOXES.value + 2):
        path.write_bytes(b"worn" * PAGE)
        open_or_renew(path, at=clock.now(), ids=ids, cap_bytes=10**7).close()
        names.add(damaged_files(path)[-1].name)
    assert len(names) == DAMAGED_OUTBOXES.value + 2, "each has a name of its own"
    assert {one.name for one in damaged_files(path)} <= names
    assert len(damaged_files(path)) == DAMAGED_OUTBOXES.value


def test_an_outbox_that_another_process_has_open_is_not_taken_for_damaged(tmp_path):
    path, clock, ids = tmp_path / OUTBOX_FILE, SystemClock(), CountingIds()
    outbox = SqliteOutbox.open(path, ids=ids, cap_bytes=10**7)
    with pytest.raises(StoreBusyError):
        open_or_renew(path, at=clock.now(), ids=ids, cap_bytes=10**7)
    with pytest.raises(StoreBusyError):
        open_or_renew(
            path,
            at=clock.now(),
            ids=ids,
            cap_bytes=10**7,
            damage=StoreCorruptError("page 4 is damaged. Move it."),
        )
    assert damaged_files(path) == ()
    outbox.close()
