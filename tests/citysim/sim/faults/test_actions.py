"""What faults that wait for their trigger do to a town: each one really does what the table says,
and no effect of it remains after the fault phase."""

from collections import Counter

import pytest

from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.command import Reply
from citybrain.domain.event import Gap
from citybrain.vocabulary import OperatorVerb, OrderStep, OrderVerdict
from citysim.laws.history import CITY
from citysim.sim.faults.actions.edge_boxes import BLIND_DELAY_S, REOPEN_DELAY_S
from citysim.sim.machine.clocks import EPOCH_US
from citysim.sim.net.link import Direction
from citysim.sim.oracle.liveness import is_quiescent
from citysim.sim.people.crew_phone import ALL_BUTTONS
from district_node.cores.orders.slots import slot_by_id
from district_node.inputs import BatchReceived, CityLinkChanged, CrewAnswered, OperatorActed


def scenario_s(at: Timestamp) -> float:
    return (at - EPOCH_US) / SECOND_US


def result_of(record):
    """Whether what was requested was done, and why not."""
    ((is_done, reason),) = [
        (command.done, command.reason) for command in record.commands if isinstance(command, Reply)
    ]
    return is_done, reason


def letters_sent(run):
    return {
        Direction.UP: run.store(run.target).next_position(CITY) - 1,
        Direction.DOWN: run.store(CITY).next_position(run.target) - 1,
    }


def test_a_hung_disk_writes_nothing_while_deadlines_pass_and_catches_up_afterwards(
    find_run, remaining_effects
):
    def observe(run):
        run.run_until(run.begin_s)
        before = run.store(run.target).head()
        run.run_until(run.end_s - 0.001)
        passed = run.overdue(run.target)
        assert run.store(run.target).head() == before
        run.run_until(run.end_s + 0.01)
        assert run.overdue(run.target) == []
        if passed:
            run.run_fault_phase()
        return passed

    run = find_run("disk_hangs", observe, at_s=25.0, duration_s=30.0).run
    (stall,) = run.world.stalls
    assert stall.node == run.district
    stalled = (scenario_s(stall.since), scenario_s(stall.until))
    assert stalled == pytest.approx((25.0, 56.0), abs=0.01)
    assert run.violations() == ()
    assert remaining_effects(run.world) == []


def test_a_link_that_duplicates_delivers_letters_more_often_than_sent_without_effect(
    find_run, remaining_effects
):
    def observe(run):
        trigger = run.world.link(run.target).letter_arrived
        arrived = run.record(trigger, lambda arrival: arrival.direction)
        run.run_fault_phase()
        sent = letters_sent(run)
        return all(Counter(arrived)[direction] > sent[direction] > 0 for direction in Direction)

    run = find_run("link_duplicates", observe, magnitude=0.9).run
    assert run.violations() == ()
    assert remaining_effects(run.world) == []


def test_without_a_fault_every_letter_arrives_once(make_run):
    """What the test before compares with."""
    run = make_run(0, "link_duplicates", magnitude=0.0)
    trigger = run.world.link(run.target).letter_arrived
    arrived = run.record(trigger, lambda arrival: arrival.direction)
    run.run_fault_phase()
    assert Counter(arrived) == letters_sent(run)


@pytest.mark.parametrize("direction", list(Direction))
def test_a_letter_that_finds_no_room_ends_its_stream_and_arrives_in_the_end(
    find_run, remaining_effects, direction
):
    reason = "the simulated disk is full" if direction is Direction.DOWN else "INTERNAL"

    def observe(run):
        disk = run.world.computer(run.target if direction is Direction.DOWN else CITY).disk
        run.run_until(run.begin_s)
        refused = run.record(
            run.world.link(run.target).letter_arrived,
            lambda arrival: arrival.direction is direction and disk.refused_writes == 1,
        )
        run.run_fault_phase()
        changes = run.records(run.target, CityLinkChanged)
        return any(refused) and [
            record for record in changes if record.input.reason.startswith(reason)
        ]

    run, ended = find_run("letters_refused", observe, magnitude=0.5)
    assert all("disk is full" in record.input.reason for record in ended)
    assert remaining_effects(run.world) == []
    run.simulation.run_recovery_phase(is_quiescent)
    assert run.simulation.recovered_after_s > 0, "no letter is in flight any more"
    assert run.violations() == ()


def test_a_claim_is_refused_when_the_need_has_changed_since_it_was_planned(
    find_run, remaining_effects
):
    def observe(run):
        node = run.world.districts[run.district]
        claims = run.record(
            run.world.order_step_committed(CITY), lambda letter: (run.now_s, letter)
        )

        def slot_versions(answer):
            """(the version that its claim was made for, the slot's at the time of the answer)."""
            tasks = [
                claim.task
                for _, claim in claims
                if claim.step is answer.step is OrderStep.CLAIM and claim.order == answer.order
            ]
            slots = [slot_by_id(node.state.incidents[t.incident], t.slot) for t in tasks]
            return [(t.slot_version, s.version) for t, s in zip(tasks, slots, strict=True)]

        answers = run.record(
            node.order_step_committed, lambda letter: (run.now_s, letter, slot_versions(letter))
        )
        run.run_fault_phase()
        return [(claims, answer) for answer in answers if answer[1].reason == "slot_changed"]

    run, ((claims, refused), *_) = find_run("need_changes_mid_order", observe, magnitude=3.0)
    answered_s, answer, ((planned_for, is_now),) = refused
    assert (answer.step, answer.verdict) == (OrderStep.CLAIM, OrderVerdict.REFUSED)
    assert is_now > planned_for
    (claimed_s,) = (
        at_s for at_s, claim in claims if (claim.order, claim.step) == (answer.order, answer.step)
    )
    assert 3.0 < answered_s - claimed_s < 3.5
    assert run.violations() == ()
    assert remaining_effects(run.world) == []


def test_buttons_pressed_for_an_earlier_order_are_refused_by_the_district(
    find_run, remaining_effects
):
    def observe(run):
        run.run_fault_phase()
        records = run.records(run.target, CrewAnswered)
        pressed = [r for r in records if "-old-" in r.input.answer.request]
        return len(pressed) >= len(ALL_BUTTONS) and pressed

    run, pressed = find_run("crew_presses_old_order", observe, duration_s=150.0)
    by_order = {}
    for record in pressed:
        by_order.setdefault(record.input.answer.order, []).append(record.input.answer.action)
    assert all(tuple(actions) == ALL_BUTTONS for actions in by_order.values())
    assert {result_of(record)[0] for record in pressed} == {False}
    assert run.violations() == ()
    assert remaining_effects(run.world) == []


def test_an_indecisive_operator_does_many_things_and_leaves_nobody_unserved(
    find_run, remaining_effects
):
    def observe(run):
        run.run_fault_phase()
        records = run.records(run.target, OperatorActed)
        acted = [r for r in records if r.input.action.operator.startswith("indecisive")]
        verbs = {record.input.action.verb for record in acted if result_of(record)[0]}
        return len(verbs) >= 4 and acted

    run, acted = find_run("operator_indecisive", observe)
    assert all(scenario_s(record.at) > run.begin_s for record in acted)
    assert remaining_effects(run.world) == []
    run.simulation.run_recovery_phase(is_quiescent)
    assert run.simulation.recovered_after_s > 0
    assert run.violations() == ()


def stored_requests(run):
    """A function that gives (when, agent, request) of every verification request stored so far."""
    lists = [
        run.record(box.request_stored, lambda request, agent=agent: (run.now_s, agent, request))
        for agent, box in run.world.edge_boxes.items()
        if box.district == run.district
    ]
    return lambda: sorted(stored for requests in lists for stored in requests)


def test_a_box_goes_blind_a_moment_after_it_got_a_verification_request(find_run, remaining_effects):
    def observe(run):
        stored = stored_requests(run)
        run.run_fault_phase()
        blind = [
            (agent, interval)
            for agent, box in run.world.edge_boxes.items()
            for interval in box.scene.blindness
        ]
        assert len(blind) == min(len(stored()), 1)
        return blind and (stored()[0], blind[0])

    run, ((stored_s, requested_of, _), (agent, blindness)) = find_run(
        "source_blind_mid_verification", observe, magnitude=20.0
    )
    assert agent == requested_of
    assert BLIND_DELAY_S[0] <= blindness.since_s - stored_s <= BLIND_DELAY_S[1]
    assert blindness.until_s - blindness.since_s == pytest.approx(20.0)
    assert run.violations() == ()
    assert remaining_effects(run.world) == []


def test_a_box_goes_offline_at_a_verification_request_and_the_incident_is_reopened_meanwhile(
    find_run, remaining_effects
):
    def observe(run):
        stored = stored_requests(run)
        run.world.loop.run_until(run.fault_phase_s - 40.0, until=stored)
        if not stored():
            return None
        stored_s, agent, request = stored()[0]
        box, is_connected = run.world.edge_boxes[agent], []
        for second in (1.0, 29.0, 35.0):
            run.run_until(stored_s + second)
            is_connected.append(box.agent_run.link.is_connected)
        run.run_fault_phase()
        records = run.records(run.target, OperatorActed)
        reopened = [r for r in records if r.input.action.operator.startswith("indecisive")]
        return reopened and (stored_s, request, is_connected, reopened)

    run, (stored_s, request, is_connected, (reopened, *more)) = find_run(
        "offline_mid_verification", observe, magnitude=30.0
    )
    assert is_connected == [False, False, True]
    assert not more
    action = reopened.input.action
    assert (action.incident, action.verb) == (request.incident, OperatorVerb.OPEN)
    assert REOPEN_DELAY_S[0] <= scenario_s(reopened.at) - stored_s <= REOPEN_DELAY_S[1] + 1.0
    assert run.violations() == ()
    assert remaining_effects(run.world) == []


def test_an_offline_box_with_a_loose_cable_gives_up_the_lowest_priority_and_declares_it(
    find_run, remaining_effects
):
    def observe(run):
        run.run_fault_phase()
        records = run.records(run.target, BatchReceived)
        contents = [item.content for record in records for item in record.input.items]
        return [content for content in contents if isinstance(content, Gap)]

    run, gaps = find_run("offline_and_intermittent", observe, magnitude=90.0)
    assert {gap.reason for gap in gaps} == {"outbox_full"}
    (box,) = (box for box in run.world.edge_boxes.values() if box.scene.blindness)
    assert len(box.scene.blindness) > 5
    assert box.outbox.stats().lost == sum(gap.last - gap.first + 1 for gap in gaps)
    assert run.violations() == ()
    assert remaining_effects(run.world) == []


def test_an_acknowledgement_that_finds_no_room_removes_nothing_until_it_comes_again(
    find_run, remaining_effects
):
    def observe(run):
        run.run_until(run.begin_s)
        refused = [
            run.record(
                box.inbound_received,
                lambda _, box=box: (
                    box,
                    box.computer.disk.refused_writes,
                    box.outbox.unacknowledged_seqs(),
                ),
            )
            for box in run.world.edge_boxes.values()
            if box.district == run.district
        ]
        run.world.loop.run_until(run.fault_phase_s, until=lambda: any(refused))
        if not any(refused):
            return None
        ((box, writes, kept),) = (one for entries in refused for one in entries)
        run.run_until(run.now_s + 0.001)
        still_kept = box.outbox.unacknowledged_seqs()
        run.run_fault_phase()
        return kept and (writes, kept, still_kept, box)

    run, (writes, kept, still_kept, box) = find_run(
        "inbound_writes_refused", observe, at_s=5.0, duration_s=30.0, magnitude=2.0
    )
    assert writes == 2
    assert still_kept >= kept
    assert not box.outbox.unacknowledged_seqs() & kept
    assert run.violations() == ()
    assert remaining_effects(run.world) == []


@pytest.mark.parametrize("of", ["city", "district"])
@pytest.mark.parametrize("skipped", [0, 2])
def test_a_node_is_killed_at_an_order_step_after_so_many_were_skipped(
    find_run, remaining_effects, of, skipped
):
    def observe(run):
        steps = run.record(run.world.order_step_committed(run.target), lambda _: run.now_s)
        run.run_fault_phase()
        return run.times(run.target, "dies") and steps

    run, steps = find_run("killed_mid_order", observe, of=of, magnitude=float(skipped))
    assert run.times(run.target, "dies") == [steps[skipped]]
    assert run.world.computer(run.target).boots == 2
    assert run.violations() == ()
    assert remaining_effects(run.world) == []
