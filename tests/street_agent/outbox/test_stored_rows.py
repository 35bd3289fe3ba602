"""What an outbox holds is readable before the agent starts, or the start is refused by name and the
file is as it was."""

import apsw
import pytest

from citybrain.domain.agent import RequestBatch
from citybrain.errors import FormatMismatchError, NewerFormatError, StoreCorruptError
from citybrain.ids import CountingIds
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


def test_an_enum_text_that_is_not_known(path):
    alter(path, "UPDATE rows SET payload = CAST(replace(payload, 'Minor', 'Tiny') AS BLOB)")
    assert_refused(path, FormatMismatchError, "Tiny", "Start the version that wrote it")


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
