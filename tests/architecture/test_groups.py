"""The groups of `tests/support/groups.py` take effect: a library once ignored them in silence, and
several cities ran at a time.
"""

from pathlib import Path

from groups import arrange

GROUP = "tests/architecture/test_groups.py"


class Item:
    """A test by its file alone; its group, once it has one."""

    def __init__(self, path):
        self.path, self.marks = Path(path), []

    def add_marker(self, mark):
        self.marks.append(mark.mark)

    def iter_markers(self, name):
        return iter(self.marks)

    @property
    def group(self):
        return self.marks[0].args[0] if self.marks else None


def test_a_test_runs_in_its_group(request):
    assert request.node.get_closest_marker("xdist_group").args == (GROUP,)
    if getattr(request.config.option, "loadgroup", False):  # in a worker
        assert request.node.nodeid.endswith(f"@{GROUP}"), "the scheduler does not see the group"


def test_what_takes_longest_begins_first_and_nothing_else_does():
    """Every file below `citybrain` was once taken for the group `city`, which began after them."""
    journal, crash, chaos, ray = items = [
        Item("tests/citybrain/journal/test_kill.py"),
        Item("tests/simulation/test_crash_points.py"),
        Item("tests/integration/test_chaos.py"),
        Item("tests/attacks/test_ray_strangers.py"),
    ]
    arrange(items)
    assert (chaos.group, ray.group) == ("city", "ray")
    assert items == [chaos, ray, crash, journal]
