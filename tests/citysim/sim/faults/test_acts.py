"""What faults that wait for their moment do to a town: each one really does what the table says, and nothing of it is left after the storm."""

from collections import Counter

import pytest

from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.command import Reply
from citybrain.vocabulary import OperatorVerb, OrderStep, OrderVerdict
from citysim.laws.history import CITY
from citysim.sim.faults.acts.boxes import DOUBTS_S, LOOKED_S
from citysim.sim.judge.rest import is_quiet
from citysim.sim.machine.clocks import EPOCH_US
from citysim.sim.net.link import Way
from citysim.sim.people.phone import THROUGH
from district_node.cores.orders.slots import slot_named
from district_node.inputs import BatchReceived, CityLinkChanged, CrewAnswered, OperatorActed


def story_s(at: Timestamp) -> float:
    return (at - EPOCH_US) / SECOND_US


def done(step):
    """Whether what was pressed was done, and why not."""
    ((is_done, reason),) = [
        (command.done, command.reason) for command in step.commands if isinstance(command, Reply)
    ]
    return is_done, reason


def test_while_a_disk_hangs_its_node_writes_nothing_though_deadlines_pass_and_then_none_is_left(
    found, left
):
    def watch(tale):
        tale.until(tale.begin_s)
        before = tale.store(tale.target).head()
        tale.until(tale.end_s - 0.001)
        passed = tale.overdue(tale.target)
        assert tale.store(tale.target).head() == before
        tale.until(tale.end_s + 0.01)
        assert tale.overdue(tale.target) == []
        if passed:
            tale.over()
        return passed

    tale = found("disk_hangs", watch, at_s=25.0, lasts_s=30.0).tale
    (stall,) = tale.world.stalls
    assert stall.node == tale.district
    assert (story_s(stall.since), story_s(stall.until)) == pytest.approx((25.0, 56.0), abs=0.01)
    assert tale.broken() == ()
    assert left(tale.world) == []


def test_a_letter_of_a_link_that_repeats_arrives_more_often_than_it_was_said_and_does_nothing(
    found, left
):
    def watch(tale):
        arrived = tale.noted(tale.world.link(tale.target).letters, lambda way, _frame: way)
        tale.over()
        said = {
            Way.UP: tale.store(tale.target).next_position(CITY) - 1,
            Way.DOWN: tale.store(CITY).next_position(tale.target) - 1,
        }
        return all(Counter(arrived)[way] > said[way] > 0 for way in Way)

    tale = found("link_repeats", watch, amount=0.9).tale
    assert tale.broken() == ()
    assert left(tale.world) == []


def test_without_a_fault_every_letter_arrives_once(tell):
    """The yardstick of the test before."""
    tale = tell(0, "link_repeats", amount=0.0)
    arrived = tale.noted(tale.world.link(tale.target).letters, lambda way, _frame: way)
    tale.over()
    assert Counter(arrived) == {
        Way.UP: tale.store(tale.target).next_position(CITY) - 1,
        Way.DOWN: tale.store(CITY).next_position(tale.target) - 1,
    }


@pytest.mark.parametrize("way", list(Way))
def test_a_letter_that_finds_no_room_ends_its_stream_and_arrives_in_the_end(found, left, way):
    reason = "the journal could not take it" if way is Way.DOWN else "INTERNAL"

    def watch(tale):
        reader = tale.target if way is Way.DOWN else CITY
        tale.until(tale.begin_s)
        refused = tale.noted(
            tale.world.link(tale.target).letters,
            lambda came, _frame: came is way and tale.world.computer(reader).disk.refuses == 1,
        )
        tale.over()
        return any(refused) and [
            step
            for step in tale.steps(tale.target, CityLinkChanged)
            if step.input.reason.startswith(reason)
        ]

    tale, ended = found("letters_refused", watch, amount=0.5)
    assert all("disk is full" in step.input.reason for step in ended)
    assert left(tale.world) == []
    tale.stage.calm(is_quiet)
    assert tale.stage.quiet_after_s > 0, "no letter is under way any more"
    assert tale.broken() == ()


def test_a_claim_finds_another_need_than_the_one_it_was_made_for(found, left):
    def watch(tale):
        node = tale.world.districts[tale.district]

        def stands_at(answer):
            """(the version that its claim was made for, the one that the slot has as the claim is answered)."""
            errands = [
                claim.task
                for _, claim in claims
                if claim.step is answer.step is OrderStep.CLAIM and claim.order == answer.order
            ]
            return [
                (
                    task.slot_version,
                    slot_named(node.state.incidents[task.incident], task.slot).version,
                )
                for task in errands
            ]

        claims = tale.noted(tale.world.order_steps(CITY), lambda letter: (tale.now_s, letter))
        answers = tale.noted(
            node.order_steps, lambda letter: (tale.now_s, letter, stands_at(letter))
        )
        tale.over()
        return [(claims, answer) for answer in answers if answer[1].reason == "slot_changed"]

    tale, ((claims, (answered_s, answer, ((planned_for, is_now),))), *_) = found(
        "need_changes_mid_order", watch, amount=3.0
    )
    assert (answer.step, answer.verdict) == (OrderStep.CLAIM, OrderVerdict.REFUSED)
    assert is_now > planned_for
    (claimed_s,) = (
        at_s for at_s, claim in claims if (claim.order, claim.step) == (answer.order, answer.step)
    )
    assert 3.0 < answered_s - claimed_s < 3.5
    assert tale.broken() == ()
    assert left(tale.world) == []


def test_an_earlier_order_is_pressed_through_at_the_district_and_no_button_counts(found, left):
    def watch(tale):
        tale.over()
        pressed = [
            step
            for step in tale.steps(tale.target, CrewAnswered)
            if "-old-" in step.input.answer.request
        ]
        return len(pressed) >= len(THROUGH) and pressed

    tale, pressed = found("crew_presses_old", watch, lasts_s=150.0)
    by_order = {}
    for step in pressed:
        by_order.setdefault(step.input.answer.order, []).append(step.input.answer.action)
    assert all(tuple(actions) == THROUGH for actions in by_order.values())
    assert {done(step)[0] for step in pressed} == {False}
    assert tale.broken() == ()
    assert left(tale.world) == []


def test_an_operator_who_wavers_does_this_and_that_and_leaves_nobody_alone(found, left):
    def watch(tale):
        tale.over()
        acted = [
            step
            for step in tale.steps(tale.target, OperatorActed)
            if step.input.action.operator.startswith("waverer")
        ]
        verbs = {step.input.action.verb for step in acted if done(step)[0]}
        return len(verbs) >= 4 and acted

    tale, acted = found("operator_wavers", watch)
    assert all(story_s(step.at) > tale.begin_s for step in acted)
    assert left(tale.world) == []
    tale.stage.calm(is_quiet)
    assert tale.stage.quiet_after_s > 0
    assert tale.broken() == ()


def asked_of(tale):
    """(when, whom, what) of every question that came to stand in a book."""
    boxes = tale.world.boxes.items()
    lists = [
        tale.noted(box.questions, lambda request, agent=agent: (tale.now_s, agent, request))
        for agent, box in boxes
        if box.district == tale.district
    ]
    return lambda: sorted(asked for questions in lists for asked in questions)


def test_a_box_goes_blind_a_moment_after_it_was_asked_to_look_again(found, left):
    def watch(tale):
        asked = asked_of(tale)
        tale.over()
        blind = [
            (agent, one) for agent, box in tale.world.boxes.items() for one in box.scene.blindness
        ]
        assert len(blind) == min(len(asked()), 1)
        return blind and (asked()[0], blind[0])

    tale, ((asked_s, asked, _), (agent, blindness)) = found(
        "eye_blind_mid_look", watch, amount=20.0
    )
    assert agent == asked
    assert LOOKED_S[0] <= blindness.since_s - asked_s <= LOOKED_S[1]
    assert blindness.until_s - blindness.since_s == pytest.approx(20.0)
    assert tale.broken() == ()
    assert left(tale.world) == []


def test_a_box_that_is_asked_to_look_again_is_cut_off_and_the_case_is_opened_again_meanwhile(
    found, left
):
    def watch(tale):
        asked = asked_of(tale)
        tale.world.loop.run_until(tale.storm_s - 40.0, until=asked)
        if not asked():
            return None
        asked_s, agent, request = asked()[0]
        box, heard = tale.world.boxes[agent], []
        for second in (1.0, 29.0, 35.0):
            tale.until(asked_s + second)
            heard.append(box.life.uplink.is_connected)
        tale.over()
        opened = [
            step
            for step in tale.steps(tale.target, OperatorActed)
            if step.input.action.operator.startswith("waverer")
        ]
        return opened and (asked_s, request, heard, opened)

    tale, (asked_s, request, heard, (opened, *more)) = found("cut_off_mid_look", watch, amount=30.0)
    assert heard == [False, False, True]
    assert not more
    assert (opened.input.action.incident, opened.input.action.verb) == (
        request.incident,
        OperatorVerb.OPEN,
    )
    assert DOUBTS_S[0] <= story_s(opened.at) - asked_s <= DOUBTS_S[1] + 1.0
    assert tale.broken() == ()
    assert left(tale.world) == []


def test_a_box_that_is_cut_off_with_a_loose_cable_gives_up_what_is_worth_least_and_says_so(
    found, left
):
    def watch(tale):
        tale.over()
        said = [
            item for step in tale.steps(tale.target, BatchReceived) for item in step.input.items
        ]
        return [item.gap for item in said if item.gap is not None]

    tale, gaps = found("cut_off_and_loose", watch, amount=90.0)
    assert {gap.reason for gap in gaps} == {"outbox_full"}
    (struck,) = (box for box in tale.world.boxes.values() if box.scene.blindness)
    assert len(struck.scene.blindness) > 5
    assert struck.outbox.stats().lost == sum(gap.last - gap.first + 1 for gap in gaps)
    assert tale.broken() == ()
    assert left(tale.world) == []


def test_an_acknowledgement_finds_no_room_and_what_it_was_for_stays_until_it_comes_again(
    found, left
):
    def watch(tale):
        tale.until(tale.begin_s)
        rung = [
            tale.noted(
                box.mail,
                lambda box=box: (
                    tale.now_s,
                    box,
                    box.computer.disk.refuses,
                    box.outbox.numbers_kept(),
                ),
            )
            for box in tale.world.boxes.values()
            if box.district == tale.district
        ]
        tale.world.loop.run_until(tale.storm_s, until=lambda: any(rung))
        if not any(rung):
            return None
        ((_, box, refuses, kept),) = (one for found in rung for one in found)
        tale.until(tale.now_s + 0.001)
        stays = box.outbox.numbers_kept()
        tale.over()
        return kept and (refuses, kept, stays, box)

    tale, (refuses, kept, stays, box) = found(
        "mail_refused", watch, at_s=5.0, lasts_s=30.0, amount=2.0
    )
    assert refuses == 2
    assert stays >= kept
    assert not box.outbox.numbers_kept() & kept
    assert tale.broken() == ()
    assert left(tale.world) == []


@pytest.mark.parametrize("of", ["city", "district"])
@pytest.mark.parametrize("passes", [0, 2])
def test_a_node_is_killed_at_the_step_of_an_order_that_comes_after_so_many(found, left, of, passes):
    def watch(tale):
        steps = tale.noted(tale.world.order_steps(tale.target), lambda _: tale.now_s)
        tale.over()
        return tale.lines(tale.target, "dies") and steps

    tale, steps = found("killed_mid_order", watch, of=of, amount=float(passes))
    assert tale.lines(tale.target, "dies") == [steps[passes]]
    assert tale.world.computer(tale.target).boots == 2
    assert tale.broken() == ()
    assert left(tale.world) == []
