"""Deliberate bugs that another defence masks: no run shows them, the test that is named for each
fails with it."""

import os
import subprocess
import sys

import pytest
from mutants.table import BUGS, MASKED

# pytest's exit code where tests ran and one failed; all other failures have others
TESTS_FAILED = 1


@pytest.mark.parametrize("name", MASKED)
def test_a_masked_bug_is_caught_by_the_test_that_is_named(name, project_root):
    test = MASKED[name].test
    options = ["-q", "-x", "-p", "mutants.planted", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, test],
        cwd=project_root,
        env={**os.environ, "MUTANT": name, "PYTHONPATH": str(project_root / "tests" / "support")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == TESTS_FAILED, (
        f"{BUGS[name].bug} {test} passed:\n{done.stdout[-2000:]}{done.stderr[-500:]}"
    )
    assert "1 failed" in done.stdout


def test_few_bugs_are_masked_by_another_defence():
    assert set(MASKED) < set(BUGS)
    assert len(MASKED) <= len(BUGS) // 20
