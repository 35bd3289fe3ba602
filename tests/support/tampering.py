"""What somebody with the file in hand does to a journal's timers and letters, and the tables as
they must be again after a start.
"""

import shutil

import apsw

LETTER = "'incident_report', 1, x'7b7d'"
TAMPERINGS = {
    "a timer deleted": "DELETE FROM timers WHERE timer = (SELECT min(timer) FROM timers)",
    "every timer deleted": "DELETE FROM timers",
    "every timer put off": "UPDATE timers SET due = due + 86400000000",
    "a timer made another's": "UPDATE timers SET subject = 'nobody'",
    "a timer forged": "INSERT INTO timers VALUES ('[\"evict\",[\"i1\"]]', 5, '', 0)",
    "a letter deleted": "DELETE FROM letters WHERE position = (SELECT min(position) FROM letters)",
    "every letter deleted": "DELETE FROM letters",
    "a letter altered": "UPDATE letters SET payload = x'7b7d' WHERE position = 1",
    "a letter forged": f"INSERT INTO letters SELECT peer, next, {LETTER} FROM positions",
    "a letter forged, and counted": (
        f"INSERT INTO letters SELECT peer, next, {LETTER} FROM positions;"
        " UPDATE positions SET next = next + 1"
    ),
    "a letter for a stranger": f"INSERT INTO letters VALUES ('district/nowhere', 7, {LETTER})",
    "the numbers begun again": "UPDATE positions SET next = 1",
    "the peers forgotten": "DELETE FROM positions",
    "marks moved past the end": "UPDATE positions SET discarded = next + 5",
}
ROWS = {
    "timers": "SELECT * FROM timers ORDER BY timer",
    "letters": "SELECT * FROM letters ORDER BY peer, position",
    "positions": "SELECT * FROM positions WHERE next > 1 ORDER BY peer",
}


def tampered_copy(path, name):
    """A copy of the file at `path`, on which `TAMPERINGS[name]` was done."""
    copy = path.with_name("tampered.db")
    shutil.copyfile(path, copy)
    with apsw.Connection(str(copy)) as connection:
        before = connection.total_changes()
        connection.execute(TAMPERINGS[name])
        assert connection.total_changes() > before, "else nothing is tried"
    return copy


def rows(path):
    """Timers, letters and how far their numbers are."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return {name: connection.execute(sql).fetchall() for name, sql in ROWS.items()}
    finally:
        connection.close()


def settled(path):
    """The file at `path` as a closed one: all of its log is in it."""
    connection = apsw.Connection(str(path))
    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    connection.close()
    return path
