"""A node is restarted with the next version, after an orderly stop or a kill: it begins from the
state that the old one left, and every order goes on."""

import pytest

from citybrain.decider.command import Notice
from citybrain.journal.checkpoint import checkpoint_in
from citysim.laws.history import CITY
from district_node.cores.orders.roster import is_live

STOPPED, KILLED = 0.0, 1.5
UPGRADES_S = (20.0, 40.0)


def live_orders(node):
    return {o.order for o in node.state.roster.orders.values() if is_live(o)}


def upgraded(make_run, magnitude, *, target="", seed=0):
    return make_run(
        seed,
        "upgraded",
        target=target,
        at_s=UPGRADES_S[0],
        again_s=UPGRADES_S[1:],
        duration_s=0.0,
        magnitude=magnitude,
    )


@pytest.mark.parametrize("magnitude", [STOPPED, KILLED])
def test_crews_under_way_stay_under_way(find_run, magnitude):
    def observe(run):
        """The orders that were live, and those that are or have ended since."""
        node = run.world.computer(run.target).process
        run.run_until(UPGRADES_S[0] - 0.001)
        before = live_orders(node) if node.is_up else set()
        run.run_until(UPGRADES_S[0] + 5.0)
        return before and node.is_up and (before, set(node.state.roster.orders.keys()))

    observed = find_run(
        "upgraded", observe, of="district", at_s=UPGRADES_S[0], duration_s=0.0, magnitude=magnitude
    )
    before, after = observed.observation
    assert before <= after
    observed.run.run_fault_phase()
    assert observed.run.violations() == ()


@pytest.mark.parametrize("target", [CITY, ""])
def test_each_version_begins_with_its_own_checkpoint(make_run, target):
    run = upgraded(make_run, STOPPED, target=target)
    run.run_until(60.0)
    records = list(run.store(run.target).records())
    codes = list(dict.fromkeys(record.code for record in records))
    assert len(codes) == 3
    for code in codes[1:]:
        first = next(record for record in records if record.code == code)
        assert first.kind == "checkpoint"
        assert checkpoint_in(first).after == first.seq - 1
    assert run.violations() == ()


def test_behind_a_kill_the_next_version_is_refused_until_the_old_one_made_a_checkpoint(make_run):
    run = upgraded(make_run, KILLED)
    run.run_until(60.0)
    refusals = run.times(run.target, "refuses to start")
    assert 1 <= len(refusals) <= 2
    assert all(at_s > UPGRADES_S[0] for at_s in refusals)
    assert run.violations() == ()


def test_an_orderly_stop_needs_no_cure(make_run):
    run = upgraded(make_run, STOPPED)
    run.run_until(60.0)
    assert run.times(run.target, "refuses to start") == []
    assert len(run.times(run.target, "dies")) == 2


def test_the_next_version_has_a_field_more_and_decides_otherwise(make_run):
    run = upgraded(make_run, STOPPED)
    run.run_until(19.0)
    node = run.world.computer(run.target).process
    assert not hasattr(node.state, "decisions")
    run.run_until(35.0)
    assert node.state.decisions > 0
    notices = [
        command
        for record in run.records(run.target)
        for command in record.commands
        if isinstance(command, Notice) and command.code == "decided"
    ]
    assert notices, "its records differ, and are judged by its own cores"
