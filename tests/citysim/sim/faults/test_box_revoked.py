"""A box whose certificate is revoked is heard no more, whatever it was in the middle of; when it
has joined again, what it kept is taken, and nothing that was believed before is lost."""

import pytest

from district_node.inputs import AgentEnrolled, AgentRevoked, BatchReceived
from district_node.shell.enrolment import LOOK_S

KINDS = ("box_revoked", "box_revoked_mid_look", "box_revoked_unacknowledged")
BROKER_DOES_NOT_KNOW = 1.5


def is_of(agent):
    return lambda record: record.input.agent == agent


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_a_revoked_box_is_taken_until_it_joins_again(find_run, kind):
    def observe(run):
        run.run_until(run.end_s - 1.0)
        noted = run.world.revocations.noted
        if not noted or not run.world.revocations.revoked:
            return None
        agent, node = noted[0].agent, f"district/{noted[0].district}"
        (journaled,) = filter(is_of(agent), run.records(node, AgentRevoked))
        taken = [one for one in run.records(node, BatchReceived) if one.input.agent == agent]
        waiting = run.world.edge_boxes[agent].outbox.stats().rows
        late = [one for one in taken if one.seq > journaled.seq and one.commands]
        if not waiting or late:
            return (agent, node, "", late) if late else None
        assert (journaled.at - noted[0].at) / 1e6 <= LOOK_S + 1.0
        run.run_fault_phase()
        return agent, node, journaled.input.serial, late

    run, (agent, node, serial, late) = find_run(
        kind, observe, at_s=20.0, duration_s=60.0, magnitude=BROKER_DOES_NOT_KNOW
    )
    assert not late
    serials = [one.input.serial for one in run.records(node, AgentEnrolled) if is_of(agent)(one)]
    assert serials == [serial, f"{serial}#1"]
    assert run.world.edge_boxes[agent].outbox.stats().rows == 0, "what it kept is taken"
    assert run.violations() == ()


def test_a_broker_that_has_the_list_throws_the_box_out_until_it_joins_again(make_run):
    run = make_run(0, "box_revoked", at_s=5.0, duration_s=10.0, magnitude=0.0)
    box = run.world.computer(run.target).process
    run.run_until(7.0)
    assert not box.agent_run.link.is_connected
    run.run_until(20.0)
    assert box.agent_run.link.is_connected
