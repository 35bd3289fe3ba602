"""The groups of `tests/support/groups.py` take effect: a library once ignored them in silence, and
several cities ran at a time.
"""

GROUP = "tests/architecture/test_groups.py"


def test_a_test_runs_in_its_group(request):
    assert request.node.get_closest_marker("xdist_group").args == (GROUP,)
    if getattr(request.config.option, "loadgroup", False):  # in a worker
        assert request.node.nodeid.endswith(f"@{GROUP}"), "the scheduler does not see the group"
