"""A pytest plugin: the whole test run is of code with one deliberate bug, named by $MUTANT.
`python -m pytest -p mutants.planted …` with the folder of this package in $PYTHONPATH."""

import os
from collections.abc import Iterator

import pytest

from mutants.table import BUGS


@pytest.fixture(autouse=True)
def planted() -> Iterator[None]:
    mutant = BUGS[os.environ["MUTANT"]]
    with pytest.MonkeyPatch.context() as patch:
        mutant.setting(patch)
        mutant.plant(patch)
        yield
