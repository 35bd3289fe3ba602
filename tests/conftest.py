"""What every test may ask for: the shared footage and truth, and a kind reminder where they are missing."""

import os
from pathlib import Path

import hypothesis  # noqa: F401 - its plugin imports it at the end of a run otherwise, where CPython 3.11.7 may fail over compiling it
import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with `clips/`, `models/` and `truth/` that may not be redistributed with the project."""
    named = os.environ.get("CITYBRAIN_TEST_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not (folder / "clips" / "vtest.avi").is_file():
        pytest.skip(
            f"no labelled footage at {folder}: set CITYBRAIN_TEST_DATA to a folder with clips/, models/ and truth/ to measure accuracy"
        )
    return folder


@pytest.fixture(scope="session")
def project_root() -> Path:
    return ROOT
