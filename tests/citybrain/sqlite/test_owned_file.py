"""A file that one process owns: the lock goes with its holder, a transaction is all or nothing,
errors are in our words.
"""

import subprocess
import sys

import apsw
import pytest

from citybrain.errors import StoreBusyError, StoreError
from citybrain.sqlite.owned_file import FileLock, transaction, translated_errors


def test_the_lock_names_its_holder_and_goes_when_released(tmp_path):
    lock = FileLock(tmp_path / "x.db")
    with pytest.raises(StoreBusyError, match=r"pid \d+"):
        FileLock(tmp_path / "x.db")
    lock.release()
    lock.release()
    FileLock(tmp_path / "x.db").release()


def test_the_lock_goes_with_a_process_that_is_killed(tmp_path):
    program = (
        "import sys, pathlib, citybrain.sqlite.owned_file as f;"
        " lock = f.FileLock(pathlib.Path(sys.argv[1])); print('held', flush=True); input()"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "x.db")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(StoreBusyError):
            FileLock(tmp_path / "x.db")
        process.kill()
        process.wait()
    FileLock(tmp_path / "x.db").release()


def test_a_transaction_is_all_or_nothing(tmp_path):
    connection = apsw.Connection(":memory:")
    connection.execute("CREATE TABLE x (y INTEGER PRIMARY KEY)")
    with transaction(connection, tmp_path):
        connection.execute("INSERT INTO x VALUES (1)")
    with pytest.raises(StoreError), transaction(connection, tmp_path):  # noqa: PT012 - a block
        connection.execute("INSERT INTO x VALUES (2)")
        connection.execute("INSERT INTO x VALUES (1)")
    with pytest.raises(ZeroDivisionError), transaction(connection, tmp_path):  # noqa: PT012 - a block
        connection.execute("INSERT INTO x VALUES (3)")
        1 / 0  # noqa: B018 - it fails on purpose
    assert connection.execute("SELECT y FROM x").fetchall() == [(1,)]


def test_what_sqlite_says_becomes_what_we_say(tmp_path):
    with pytest.raises(StoreError, match="not of this kind"), translated_errors(tmp_path / "x.db"):
        apsw.Connection(":memory:").execute("SELECT * FROM records")
