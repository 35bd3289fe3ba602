"""A district whose timers or letters somebody altered on the disk: at its start they are what its
records lead to, before anything fires or leaves.
"""

import pytest
from district_journal import OURS, DistrictJournal, started
from tampering import TAMPERINGS, rows, settled, tampered_copy

from citybrain.decider.rows.correction import CORRECTION_KIND


@pytest.fixture
def journal(tmp_path):
    """A crew is on its way; timers run and reports wait for the city. Its node was killed."""
    made = DistrictJournal(tmp_path / "journal.db")
    made.write(OURS)
    made.store.close()
    settled(made.path)
    return made


@pytest.fixture
def stopped(journal):
    """… and stopped in order: what it knows is in a checkpoint."""
    decider = journal.open(OURS)
    journal.stop(decider)
    journal.store.close()
    settled(journal.path)
    return journal


def start(path):
    """What a start finds, and the kinds of its records; twice, as after a crash at once."""
    begun = DistrictJournal(path)
    begun.clock.advance(10)
    decider = begun.open(OURS)
    found, before = decider.rows_found, decider.head.seq
    begun.submit(decider, started())
    again = begun.open(OURS)
    assert again.rows_found.correction is None
    assert again.state_hash() == decider.state_hash()
    kinds = [record.kind for record in begun.store.records(after=before)]
    begun.store.close()
    return found, kinds


def assert_put_right(journal, name):
    copy = tampered_copy(journal.path, name)
    found, kinds = start(copy)
    untouched, _ = start(journal.path)
    assert untouched.correction is None
    assert found.correction is not None
    assert kinds[0] == CORRECTION_KIND
    assert rows(copy) == rows(journal.path)


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_somebody_altered_is_put_right_before_anything_else(journal, name):
    assert_put_right(journal, name)


@pytest.mark.parametrize("name", ["every timer deleted", "every letter deleted", "a timer forged"])
def test_what_a_checkpoint_knows_is_put_right_alike(stopped, name):
    assert_put_right(stopped, name)


def test_a_record_names_what_was_there(journal):
    copy = tampered_copy(journal.path, "a letter altered")
    found, _ = start(copy)
    (forged,) = found.correction.letters_removed
    (written,) = found.correction.letters_written
    assert (forged.position, forged.payload) == (1, b"{}")
    assert (written.to, written.first, written.last) == ("city", 1, 1)
