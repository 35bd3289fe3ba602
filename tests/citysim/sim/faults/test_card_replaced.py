"""A box whose card was replaced: its district believes the new outbox once it names the old one,
which it can only do after it has asked.
"""

from district_node.inputs import AgentEnrolled, BatchReceived, EnrolledBy, HelloReceived


def test_a_box_that_lost_its_card_asks_which_outbox_was_before_and_goes_on(find_run):
    def observe(run):
        box = run.world.computer(run.target).process
        before = box.outbox.incarnation
        run.run_fault_phase()
        agent, after = box.spec.agent, box.outbox.incarnation
        node = f"district/{box.district}"
        hellos = [
            record.input.hello
            for record in run.records(node, HelloReceived)
            if record.input.hello.agent == agent
        ]
        named = [(hello.incarnation, hello.previous) for hello in hellos if hello.previous]
        if named != [(after, before)]:
            return None  # nothing of the first outbox had come to the district
        enrolled = [one.input for one in run.records(node, AgentEnrolled)]
        sent = {
            record.input.incarnation
            for record in run.records(node, BatchReceived)
            if record.input.agent == agent
        }
        return enrolled, sent, agent, {before, after}

    run, (enrolled, sent, agent, outboxes) = find_run(
        "card_replaced", observe, at_s=20.0, duration_s=10.0
    )
    assert [one.how for one in enrolled if one.agent == agent] == [EnrolledBy.CERTIFICATE]
    assert sent == outboxes
    assert run.violations() == ()
