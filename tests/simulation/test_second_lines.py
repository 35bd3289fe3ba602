"""Deliberate bugs behind another defence: no story shows them, the test that is named for each fails with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mutants.table import BEHIND, BUGS

HERE = Path(__file__).parent
FAILED = (
    1  # pytest's exit code where tests ran and one failed; whatever else goes wrong has another
)


@pytest.mark.parametrize("name", BEHIND)
def test_what_no_story_shows_is_seen_by_the_test_that_is_named(name, project_root):
    told = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "mutants.planted",
            "-p",
            "no:cacheprovider",
            BEHIND[name].test,
        ],
        cwd=project_root,
        env={**os.environ, "MUTANT": name, "PYTHONPATH": str(HERE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == FAILED, (
        f"{BUGS[name].bug} {BEHIND[name].test} did not see it:\n{told.stdout[-2000:]}{told.stderr[-500:]}"
    )
    assert "1 failed" in told.stdout


def test_few_bugs_stand_behind_another_defence():
    assert set(BEHIND) < set(BUGS)
    assert len(BEHIND) <= len(BUGS) // 20
