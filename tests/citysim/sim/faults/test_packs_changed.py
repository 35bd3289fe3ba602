"""Packs that change while a district runs: what is in force, and what becomes of open incidents."""

import pytest

from citybrain.decider.command import Notice
from citybrain.kinds import UNKNOWN_KIND
from citybrain.vocabulary import OperatorVerb
from citysim.sim.nodes.changed_packs import PackChange, changed_packs, misspelt
from district_node.inputs import NodeStarted, OperatorActed, PacksChanged
from district_node.playbook import playbook_id
from district_node.playbooks.load import load_playbooks


def in_force(node):
    """(kind, version of its playbook)."""
    return dict(node.state.in_force.items())


def versions(playbooks):
    return {playbook.kind: playbook_id(playbook) for playbook in playbooks}


def without(kind):
    """The magnitude that removes a kind of the street."""
    kinds = [playbook.kind for playbook in load_playbooks()]
    return PackChange.KIND_REMOVED + (kinds.index(kind) + 0.5) / len(kinds)


@pytest.mark.parametrize("change", list(PackChange))
def test_a_change_is_in_force_while_it_lasts_and_the_own_packs_are_again_afterwards(
    make_run, change
):
    run = make_run(0, "packs_changed", at_s=20.0, duration_s=20.0, magnitude=change + 0.5)
    node = run.world.districts[run.district]
    own = versions(node.setup.playbooks)
    run.run_until(19.0)
    assert in_force(node) == own
    run.run_until(39.0)
    changed = versions(changed_packs(node.own_setup, change + 0.5).playbooks)
    assert in_force(node) == changed != own
    run.run_until(45.0)
    assert in_force(node) == own
    assert len(run.records(run.target, PacksChanged)) == 2
    assert run.violations() == ()


def test_an_incident_that_is_open_meanwhile_keeps_its_playbook(find_run):
    def observe(run):
        node = run.world.districts[run.district]
        run.run_until(run.begin_s - 0.001)
        before = {i.incident: i.playbook for i in node.state.incidents.values()}
        run.run_until(run.end_s - 0.001)
        after = {i.incident: i.playbook for i in node.state.incidents.values()}
        begun = after.keys() - before.keys()
        return before and begun and (before, after, in_force(node))

    settings = {"at_s": 30.0, "duration_s": 25.0, "magnitude": float(PackChange.CLOCKS)}
    run, (before, after, forced) = find_run("packs_changed", observe, **settings)
    assert before.items() <= after.items()
    assert not set(before.values()) & set(forced.values())
    assert set(after.values()) - set(before.values()) <= set(forced.values())
    assert run.violations() == ()


def test_a_kind_that_is_removed_is_unknown_and_a_crew_is_sent_by_hand(find_run):
    def observe(run):
        run.run_fault_phase()
        node = run.world.districts[run.district]
        unknown = {i.incident for i in node.state.incidents.values() if i.kind == UNKNOWN_KIND}
        return [
            record.input.action
            for record in run.records(run.target, OperatorActed)
            if record.input.action.verb is OperatorVerb.ASSIGN
            and record.input.action.incident in unknown
        ]

    settings = {"at_s": 5.0, "duration_s": 110.0, "fault_phase_s": 110.0}
    run = find_run("packs_changed", observe, magnitude=without("waterlogging"), **settings).run
    assert run.violations() == ()


def test_a_node_that_is_down_starts_with_what_its_configuration_says_then(make_run):
    run = make_run(0, "packs_changed", at_s=20.0, duration_s=40.0, magnitude=0.0)
    node = run.world.districts[run.district]
    run.run_until(19.0)
    node.computer.power_off()
    run.run_until(25.0)
    node.computer.power_on()
    run.run_until(35.0)
    *_, started = run.records(run.target, NodeStarted)
    assert versions(started.input.setup.playbooks) == in_force(node)
    assert in_force(node) == versions(changed_packs(node.own_setup, 0.0).playbooks)
    assert run.records(run.target, PacksChanged) == []


def test_what_a_full_disk_refused_is_put_in_force_when_there_is_room(make_run):
    run = make_run(0, "packs_changed", at_s=20.0, duration_s=60.0, magnitude=0.0)
    node, disk = run.world.districts[run.district], run.world.computer(run.target).disk
    run.run_until(19.9)
    disk.is_full = True
    run.run_until(29.0)
    assert in_force(node) == versions(node.own_setup.playbooks)
    disk.is_full = False
    run.run_until(40.0)
    assert in_force(node) == versions(node.setup.playbooks)
    notices = [
        command.code
        for record in run.records(run.target, PacksChanged)
        for command in record.commands
        if isinstance(command, Notice)
    ]
    assert notices == ["packs_changed"]


def test_the_misspelling_of_every_kind_is_added(make_run):
    run = make_run(0, "packs_changed")
    setup = run.world.districts[run.district].own_setup
    added = changed_packs(setup, float(PackChange.KINDS_ADDED)).playbooks
    own = {playbook.kind for playbook in setup.playbooks}
    assert {playbook.kind for playbook in added} == own | {misspelt(kind) for kind in own}
