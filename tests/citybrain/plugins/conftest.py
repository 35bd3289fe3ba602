"""A folder that stands for an environment with packages of cities in it."""

import pytest
from fake_distributions import forget


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    forget(folder)
