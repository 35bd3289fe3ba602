"""The journal of a district whose crew is under way, as an older version leaves it."""

import pytest
from district_journal import DistrictJournal


@pytest.fixture
def journal(tmp_path):
    made = DistrictJournal(tmp_path / "journal.db")
    yield made
    made.store.close()


@pytest.fixture
def stopped(journal):
    """As an old version leaves it that was stopped in order."""
    journal.stop(journal.write())
    return journal


@pytest.fixture
def killed(journal):
    """As an old version leaves it that was killed."""
    journal.write()
    return journal
