"""Which tests run in one worker, one after the other, and which begin first.

A file is one group: what its fixtures start is started once. Tests that share something of which a
machine bears one at a time share a group. Files whose every test is long and stands alone are not
grouped, so that idle workers take them one by one.
"""

from fnmatch import fnmatchcase
from pathlib import PurePosixPath

import pytest

# A city of processes: a machine of two cores bears one at a time. Of Ray, which is a dozen, it
# bears the city's own and one more, if what else runs has a lower priority (`filling_worker.py`).
CITY, RAY = "city", "ray"
# the files that run in one worker, by name: their group
SHARED = {
    "test_chaos": CITY,
    "test_demo_*": CITY,
    "test_ray_*": RAY,
    "test_real_clip_detect": "detector",
    "test_checks_hold": "tree",  # the checkout, read and parsed once
    "test_layers": "tree",
    "test_planted_breaks": "tree",
    "test_purity": "tree",
    "test_sizes": "tree",
}
ALONE = ("test_mutants", "test_two_owners_machine", "test_explore", "test_masked_bugs")
# folders whose tests are of processes, links and browsers, which a busy machine slows
TIMED = ("tests/attacks/", "tests/integration/")
# groups and files that take longest, the longest first: they begin when everything begins
FIRST = (CITY, RAY, "test_two_owners_machine", "test_crash_points", "test_fresh_seeds")


def arrange(items: list[pytest.Item]) -> None:
    """Mark each test with its group and put the long ones first: the same in every worker."""
    for item in items:
        group = _group(PurePosixPath(item.path.as_posix()))
        if group is not None:
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=_rank)


def is_timed(group: str) -> bool:
    """Whether what a group's tests wait for comes late on a busy machine."""
    return group in (CITY, RAY) or group.startswith(TIMED)


def _group(path: PurePosixPath) -> str | None:
    if path.stem.startswith(ALONE):
        return None
    shared = next((g for name, g in SHARED.items() if fnmatchcase(path.stem, name)), None)
    return shared or "/".join(path.parts[-3:])


def _rank(item: pytest.Item) -> int:
    groups = [mark.args[0] for mark in item.iter_markers("xdist_group")]
    begins = (first in groups or item.path.stem.startswith(first) for first in FIRST)
    return next((place for place, is_it in enumerate(begins) if is_it), len(FIRST))
