"""What may be skipped, and how often: the rules of `tests/support/skips.py`."""

from types import SimpleNamespace

import pytest
from skips import IN_CI, SkipCounter

DATA = IN_CI["test data"]


def wrong(*reasons, source=pytest.Config.ArgsSource.TESTPATHS, keyword=""):
    counter = SkipCounter(
        SimpleNamespace(args_source=source, option=SimpleNamespace(keyword=keyword))
    )
    counter.reasons = list(reasons)
    return counter.wrong()


def test_a_skip_names_what_it_lacks():
    assert wrong("no npm") == ["no npm"]
    assert wrong(*["test data: none"] * DATA) == []


@pytest.mark.parametrize("reason", ["program: no npm", "privilege: no root", "registry: away"])
def test_continuous_integration_has_everything_but_data_and_devices(monkeypatch, reason):
    monkeypatch.delenv("CI", raising=False)
    assert wrong(reason) == []
    monkeypatch.setenv("CI", "true")
    assert wrong(reason) == [reason]


def test_a_whole_run_skips_exactly_the_tests_that_need_what_is_missing():
    (complaint,) = wrong(*["test data: none"] * (DATA + 1))
    assert f"{DATA + 1} tests for lack of test data, and {DATA} need it" in complaint
    few = ["test data: none"]
    assert wrong(*few), "some of the data is there: then say which"
    assert wrong(*few, source=pytest.Config.ArgsSource.ARGS) == []
    assert wrong(*few, keyword="crowd") == []
