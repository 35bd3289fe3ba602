"""What every test may ask for: the shared footage and truth, and a kind reminder where they are
missing."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis  # first: see "hypothesis" in docs/flakes.md
import pytest
from filling_worker import FillingScheduling, give_way
from garbage import look_seldom, made_to_stay
from groups import arrange
from skips import SkipCounter

ROOT = Path(__file__).resolve().parents[1]
# an example that takes long on a busy machine is no fault
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the controlling process sees every report
        config.pluginmanager.register(SkipCounter(config), "skips")
    give_way(config)
    look_seldom()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FillingScheduling | None:
    return FillingScheduling(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    with made_to_stay():
        return (yield)


@pytest.hookimpl(tryfirst=True)  # before the workers read the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    arrange(items)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with `clips/`, `models/` and `truth/` that may not be redistributed with the
    project."""
    named = os.environ.get("CITYBRAIN_TEST_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not (folder / "clips" / "vtest.avi").is_file():
        pytest.skip(
            f"test data: no labelled footage at {folder}: set CITYBRAIN_TEST_DATA to a folder with "
            "clips/, models/ and truth/ to measure accuracy"
        )
    return folder


@pytest.fixture(scope="session")
def project_root() -> Path:
    return ROOT
