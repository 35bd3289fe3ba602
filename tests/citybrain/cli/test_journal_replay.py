"""`citybrain journal verify --replay` on a district's own journal, and after somebody with the file
in hand has altered what no hash is taken of.
"""

import apsw
import pytest
from district_journal import OURS, DistrictJournal, alarm, started
from typer.testing import CliRunner

from citybrain.cli.journal import app
from citybrain.errors import StoreCorruptError


@pytest.fixture
def path(tmp_path):
    journal = DistrictJournal(tmp_path / "journal.db")
    decider = journal.open(OURS)
    journal.submit(decider, started())
    journal.submit(decider, alarm(journal.clock.now()))
    decider.checkpoint(journal.clock.now())
    journal.store.close()
    return journal.path


def replay(path):
    return CliRunner().invoke(app, ["verify", str(path), "--replay"])


def test_a_district_that_was_left_alone_is_decided_again_alike(path):
    result = replay(path)
    assert result.exit_code == 0, result.exception
    assert "records 1 to 2: decided again, alike" in result.stdout
    assert "timers and letters: compared, all of them" in result.stdout


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "DELETE FROM timers WHERE timer = (SELECT min(timer) FROM timers)",
            "was missing or altered",
        ),
        ("UPDATE timers SET due = due + 86400000000", "was missing or altered"),
        ("DELETE FROM letters WHERE position = 2", "letter 2 for city was missing or altered"),
        (
            "UPDATE letters SET payload = x'7b7d' WHERE position = 1",
            "letter 1 for city was missing or altered",
        ),
        ("UPDATE positions SET next = next + 3", "the count of the letters for city was altered"),
    ],
)
def test_a_row_that_was_altered_is_named(path, statement, fault):
    with apsw.Connection(str(path)) as connection:
        before = connection.total_changes()
        connection.execute(statement)
        assert connection.total_changes() > before
    result = replay(path)
    assert isinstance(result.exception, StoreCorruptError)
    assert fault in result.stdout
    assert CliRunner().invoke(app, ["verify", str(path)]).exit_code == 0
