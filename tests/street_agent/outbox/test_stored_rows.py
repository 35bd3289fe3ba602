"""What an outbox holds is readable before the agent starts. A row that is not is set apart and
declared; what another version wrote refuses the start by name, and the file is as it was."""

import apsw
import pytest

from citybrain.ack_ranges import covered
from citybrain.domain.agent import RequestBatch
from citybrain.domain.event import Event, Gap, LossCount
from citybrain.errors import FormatMismatchError, NewerFormatError, StoreCorruptError
from citybrain.ids import CountingIds
from citybrain.vocabulary import Severity
from street_agent.limits import SET_APART_ROWS
from street_agent.outbox.port import PendingRange
from street_agent.outbox.priority import GAP_PRIORITY
from street_agent.outbox.sqlite import SqliteOutbox


def opened(path):
    return SqliteOutbox.open(path, ids=CountingIds(), cap_bytes=10**7)


def alter(path, *statements):
    connection = apsw.Connection(str(path))
    for statement in statements:
        connection.execute(statement)
    connection.close()


@pytest.fixture
def path(tmp_path, an_event):
    path = tmp_path / "outbox.db"
    outbox = opened(path)
    outbox.put([an_event(1), an_event(2)])
    outbox.close()
    return path


def assert_refused(path, error, *words):
    before = path.read_bytes()
    with pytest.raises(error) as raised:
        opened(path)
    for word in (str(path), *words):
        assert word in str(raised.value)
    assert path.read_bytes() == before


def test_a_row_of_a_newer_version(path):
    alter(path, "UPDATE rows SET version = 2 WHERE seq = 2")
    assert_refused(path, NewerFormatError, "version 2", "Start the version that wrote it")


UNREADABLE = {
    "an enum's text that is not known": "replace(payload, 'Minor', 'Tiny')",
    "a number that an encoder could not write": "replace(payload, '\"lat\":30.6', '\"lat\":null')",
    "no text at all": "x'ff00fe'",
    "an empty text": "x''",
    "half of it": "substr(payload, 1, length(payload) / 2)",
    "another item's number": "replace(payload, '\"seq\":1', '\"seq\":9')",
}


def rows_of(outbox):
    found = [
        row
        for priority in range(GAP_PRIORITY, -1, -1)
        for row in outbox.pending(PendingRange(priority=priority, after=0, before=2**60), 1_000)
    ]
    return sorted((row.item for row in found), key=lambda item: item.seq)


@pytest.mark.parametrize("altered", UNREADABLE.values(), ids=UNREADABLE)
def test_a_row_that_cannot_be_read_is_set_apart_and_its_number_declared(path, an_event, altered):
    alter(path, f"UPDATE rows SET payload = CAST({altered} AS BLOB) WHERE seq = 1")
    outbox = opened(path)
    first, second = rows_of(outbox)
    assert first.content == Gap(
        first=1,
        last=1,
        reason="unreadable",
        losses=(LossCount(severity=Severity.MINOR, rule="unreadable", count=1),),
    )
    assert second.content == an_event(2)
    (apart,) = outbox.set_apart()
    assert (apart.kind, apart.name, apart.version) == ("item", "1 to 1", 1)
    assert (outbox.stats().rows, outbox.stats().set_apart) == (2, 1)
    assert outbox.put([an_event(3)]) == (3,)
    outbox.close()
    again = opened(path)
    assert rows_of(again)[0] == first
    assert (len(again.set_apart()), again.stats().set_apart) == (1, 1)
    again.close()


def test_a_row_that_is_damaged_while_the_agent_runs_is_set_apart_when_it_is_fetched(path, an_event):
    outbox = opened(path)
    alter(path, "UPDATE rows SET payload = x'00' WHERE seq = 2")
    assert [type(item.content) for item in rows_of(outbox)] == [Event]
    assert [type(item.content) for item in rows_of(outbox)] == [Event, Gap]
    outbox.close()


def test_a_full_outbox_gives_up_rows_that_cannot_be_read_too(tmp_path, an_event):
    path = tmp_path / "outbox.db"
    outbox = SqliteOutbox.open(path, ids=CountingIds(), cap_bytes=64 * 1024)
    outbox.put([an_event(number) for number in range(20)])
    alter(path, "UPDATE rows SET payload = x'00' WHERE seq IN (1, 2, 4)")
    outbox.put([an_event(number) for number in range(20, 200)])
    stats = outbox.stats()
    assert stats.bytes <= 64 * 1024 and stats.set_apart == 3
    numbers = [n for item in rows_of(outbox) for n in range(item.seq, covered(item).last + 1)]
    assert numbers == list(range(1, 201)), "every number is an item's or declared, once"
    outbox.close()


def test_a_gap_that_cannot_be_read_is_declared_again_for_all_its_numbers(tmp_path, an_event):
    path = tmp_path / "outbox.db"
    outbox = SqliteOutbox.open(path, ids=CountingIds(), cap_bytes=64 * 1024)
    outbox.put([an_event(number) for number in range(200)])
    lost = rows_of(outbox)[0].content.last
    outbox.close()
    alter(path, "UPDATE rows SET payload = x'00' WHERE seq = 1")
    outbox = SqliteOutbox.open(path, ids=CountingIds(), cap_bytes=64 * 1024)
    gap = rows_of(outbox)[0].content
    assert (gap.first, gap.last, gap.losses[0].count) == (1, lost, lost)
    outbox.close()


def test_what_is_set_apart_is_bounded_and_all_of_it_counted(tmp_path, an_event):
    path = tmp_path / "outbox.db"
    outbox = opened(path)
    outbox.put([an_event(number) for number in range(SET_APART_ROWS.value + 5)])
    outbox.close()
    alter(path, "UPDATE rows SET payload = x'00'")
    outbox = opened(path)
    assert len(outbox.set_apart()) == SET_APART_ROWS.value
    assert outbox.set_apart()[-1].name == "205 to 205"
    assert outbox.stats().set_apart == SET_APART_ROWS.value + 5
    outbox.close()


def test_a_request_that_cannot_be_read_is_set_apart(path):
    alter(path, "INSERT INTO requests VALUES ('r', 1, 1, x'7b7d')")
    outbox = opened(path)
    assert outbox.open_requests() == ()
    assert [(apart.kind, apart.name) for apart in outbox.set_apart()] == [("request", "r")]
    outbox.close()


def test_a_row_of_no_version_is_set_apart(path):
    alter(path, "UPDATE rows SET version = 0 WHERE seq = 2")
    outbox = opened(path)
    assert outbox.stats().set_apart == 1
    outbox.close()


def test_a_field_that_is_not_known(path):
    with_colour = 'replace(payload, \'"episode"\', \'"colour":1,"episode"\')'
    alter(path, f"UPDATE rows SET payload = CAST({with_colour} AS BLOB)")
    assert_refused(path, FormatMismatchError, "OutboxItem.content.colour", "Start that version")


def test_a_request_of_a_newer_version(path):
    alter(path, "INSERT INTO requests VALUES ('r', 1, 2, x'7b7d')")
    assert_refused(path, NewerFormatError, "VerificationRequest of version 2")


@pytest.mark.parametrize(
    "change", ["DELETE FROM meta", "DELETE FROM meta WHERE name = 'next_seq'", "DROP TABLE meta"]
)
def test_rows_without_their_numbers_do_not_begin_anew(path, change):
    alter(path, change)
    assert_refused(path, StoreCorruptError, "is damaged")


@pytest.mark.parametrize("name", ["rows", "requests", "meta"])
def test_a_page_that_is_damaged(path, name):
    connection = apsw.Connection(str(path))
    query = f"SELECT rootpage FROM sqlite_schema WHERE name = '{name}'"
    ((page,),) = connection.execute(query).fetchall()
    connection.close()
    content = bytearray(path.read_bytes())
    at = (page - 1) * 4096
    content[at + 3 : at + 5] = b"\xff\xff"  # how many cells it has
    path.write_bytes(bytes(content))
    assert_refused(path, StoreCorruptError, "is damaged")


def test_an_outbox_whose_first_start_was_interrupted_begins(tmp_path):
    path = tmp_path / "outbox.db"
    opened(path).close()
    alter(path, "DELETE FROM meta")
    outbox = opened(path)
    assert outbox.stats().next_seq == 1
    assert outbox.store_requests(RequestBatch(epoch="e", first=1, requests=())).contiguous == 0
    outbox.close()
