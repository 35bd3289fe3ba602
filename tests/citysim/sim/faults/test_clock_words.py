"""What a person says of a date that a machine shows: its node follows, and no other; deadlines fire
or keep what is left of them; and once the machine is right the person makes it good."""

from citybrain.clock import SECOND_US
from citybrain.decider.command import ClockSet, TimerFired
from citybrain.domain.clock import ClockVerb
from citysim.sim.machine.clocks import EPOCH_US
from citysim.sim.oracle.liveness import is_quiescent

DAY_S = 86_400.0
TOLERANCE_S = 15.0


def off_s(run, name):
    node = run.world.computer(name).process
    return (node.clock.now() - EPOCH_US) / SECOND_US - run.now_s


def others(run):
    return [node.computer.name for node in run.world.nodes if node.computer.name != run.target]


def words(run):
    return [one.input.action.verb for one in run.records(run.target, ClockSet)]


def driven(run):
    """Whether a person's word was taken while the machine showed another date."""
    run.run_until(run.end_s - 1.0)
    return words(run)


def test_a_confirmed_date_is_the_nodes_and_no_others_and_what_is_due_by_it_fires(find_run):
    run = find_run("clock_confirmed", driven, at_s=20.0, duration_s=40.0, magnitude=DAY_S).run
    assert words(run) == [ClockVerb.CONFIRM]
    assert off_s(run, run.target) > DAY_S
    assert all(abs(off_s(run, name)) < TOLERANCE_S for name in others(run))
    assert run.overdue(run.target) == []
    assert run.violations() == ()


def test_a_rebase_fires_nothing_by_itself(find_run):
    def observe(run):
        if not driven(run):
            return None
        records = run.records(run.target)
        (at,) = (n for n, one in enumerate(records) if isinstance(one.input, ClockSet))
        waiting = len(list(run.store(run.target).timers_due(at=2**62, limit=99)))
        fired = [one for one in records[at + 1 : at + 3] if isinstance(one.input, TimerFired)]
        return (fired,) if waiting else None

    found = find_run("clock_rebased", observe, at_s=20.0, duration_s=40.0, magnitude=DAY_S)
    assert found.observation == ([],)
    assert abs(off_s(found.run, found.run.target) - DAY_S) < DAY_S / 10
    assert found.run.violations() == ()


def test_once_the_machine_is_right_the_person_sees_to_it_that_the_node_is(find_run):
    run = find_run("clock_rebased", driven, at_s=20.0, duration_s=40.0, magnitude=-DAY_S).run
    keepers = run.world.clock_keepers
    assert keepers.unfinished == (run.target,)
    run.simulation.run_fault_phase()
    run.simulation.run_recovery_phase(is_quiescent)
    assert keepers.unfinished == ()
    assert words(run)[-1] is ClockVerb.REBASE or len(words(run)) == 1, "or a peer proved it"
    assert abs(off_s(run, run.target)) < TOLERANCE_S
    assert run.violations() == ()


def test_nobody_says_anything_of_a_clock_that_was_not_wrong(make_run):
    run = make_run(0, "clock_glitches", magnitude=DAY_S, at_s=20.0, duration_s=20.0)
    run.run_fault_phase()
    assert run.world.clock_words == []
    assert run.world.clock_keepers.unfinished == ()
