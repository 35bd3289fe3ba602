"""The laws against what really happened: where somebody noted it, an outbox, a camera and a journal cannot talk themselves out of it."""

from dataclasses import replace

import citysim_story as s
import pytest

from citybrain.domain.event import Gap
from citybrain.vocabulary import CrewAction, IncidentStage, VerificationVerdict
from citysim.laws.truly import truly_clear, truly_kept, truly_pressed
from citysim.laws.truth import Pressed, Put, Restored, Scene, Truth


def put(*seqs: int, incarnation: int = 7, second: float = 0.0) -> Put:
    return Put(agent=s.AGENT, incarnation=incarnation, seqs=seqs, at=s.at(second))


@pytest.mark.parametrize("law", [truly_kept, truly_clear, truly_pressed])
def test_without_notes_nothing_is_judged(law):
    report = law.check(s.history(s.node("a", s.step(s.says(1))), outboxes=s.outbox(9)))
    assert report.kept and report.checked == 0


# whatever an outbox gave a number is kept or journaled


def kept(*said: Put, steps=(), outboxes=None, lost=(), healed=False, epoch=""):
    truth = Truth(said=said, outboxes_lost=lost)
    node = s.node("a", *steps, epoch=epoch)
    return truly_kept.check(
        s.history(
            node,
            outboxes=s.outbox(3, 2) if outboxes is None else outboxes,
            truth=truth,
            is_healed=healed,
        )
    )


def test_a_number_is_in_the_journal_or_still_in_the_outbox():
    report = kept(put(1, 2), steps=[s.step(s.says(1))])
    assert report.kept and report.checked == 2
    assert not kept(put(1, 2, 3), steps=[s.step(s.says(1))], outboxes=s.outbox(3, 2)).kept, (
        "the outbox has forgotten that it ever gave 3"
    )


def test_in_the_end_it_is_in_the_journal():
    assert (
        "although all had its time"
        in kept(put(1, 2), steps=[s.step(s.says(1))], healed=True).broken[0]
    )
    assert kept(put(1, 2), steps=[s.step(s.says(1, 2))], healed=True).kept
    assert kept(
        put(1, 2),
        steps=[s.step(s.says(1, gap=Gap(first=1, last=2, reason="outbox_full", losses=())))],
        healed=True,
    ).kept, "declared"


def test_a_number_is_given_once():
    assert (
        "the numbers 2 twice by its outbox 7"
        in kept(put(1, 2), put(2, second=9.0), steps=[s.step(s.says(1, 2))]).broken[0]
    ), "the second 2 is taken for the first"
    assert kept(
        put(1),
        put(1, incarnation=8),
        steps=[s.step(s.says(1)), s.step(s.says(1, incarnation=8))],
        outboxes=s.outbox(2, incarnation=8),
    ).kept


def test_an_outbox_destroyed_with_its_disk_is_declared_by_its_next_incarnation():
    anew = s.outbox(2, incarnation=8)
    told = [s.step(s.says(1)), s.step(s.says(1, incarnation=8))]
    assert kept(put(1, 2), steps=told, outboxes=anew, lost=((s.AGENT, 7),), healed=True).kept
    assert not kept(
        put(1, 2), steps=told[:1], outboxes=anew, lost=((s.AGENT, 7),), healed=True
    ).kept, "nobody was told"
    assert not kept(put(1, 2), steps=told, outboxes=anew, healed=True).kept, "nobody destroyed it"


def test_a_store_that_was_put_back_is_told_with_the_next_hello():
    steps = [s.started("e1"), s.started("e2")]
    report = kept(put(1), steps=steps, outboxes=s.outbox(2), epoch="e2")
    assert report.kept and report.unjudged == 1
    assert not kept(put(1), steps=steps, outboxes=s.outbox(2), epoch="e2", healed=True).kept


# what was called clear was not there all the while


def scene(since: float, until: float | None = None, rule: str = "crowd") -> Scene:
    return Scene(
        agent=s.AGENT,
        source="cam",
        rule=rule,
        since=s.at(since),
        until=None if until is None else s.at(until),
    )


def closing(
    *conditions: Scene,
    verdict: VerificationVerdict = VerificationVerdict.CLEAR,
    quiet_s: float = 10.0,
):
    """Called clear at second 100 by the world's clock, after ten quiet seconds as the camera says; its own clock is an hour off."""
    answer = replace(
        s.clear("i-1", verdict), measurements={"quiet_s": quiet_s}, answered_at=s.at(3700)
    )
    steps = [
        s.looks("i-1", s.incident(IncidentStage.HANDLED)),
        s.step(s.says(4, verification=answer), s.incident(IncidentStage.CLOSED)),
    ]
    return truly_clear.check(
        s.history(
            s.node("a", *steps), truth=Truth(conditions=conditions, said=(put(4, second=100),))
        )
    )


def test_clear_of_a_scene_that_was_clear_is_the_truth():
    report = closing(scene(0, 80))
    assert report.kept and report.checked == 1
    assert closing().kept


def test_clear_of_what_was_there_all_the_while_is_a_break():
    assert "it was there all the while" in closing(scene(0)).broken[0]
    assert not closing(scene(0, 100)).kept
    assert not closing(scene(90.5, 99.5)).kept


def test_what_came_or_went_in_the_meantime_is_no_lie():
    assert closing(scene(98)).kept, "it came back after the last look"
    assert closing(scene(0, 95)).kept, "it went half way: short, and for others to judge"
    assert closing(scene(0, rule="parking")).kept, "another rule's condition"
    assert closing(scene(0), verdict=VerificationVerdict.STILL).checked == 0


def test_an_answer_that_nobody_noted_is_not_judged():
    answer = replace(s.clear("i-1"), measurements={"quiet_s": 10.0})
    steps = [s.looks(), s.step(s.says(4, verification=answer), s.incident(IncidentStage.CLOSED))]
    report = truly_clear.check(s.history(s.node("a", *steps), truth=Truth(conditions=(scene(0),))))
    assert report.kept and (report.checked, report.unjudged) == (0, 1)


# a button that was done is in the journal, once


def pressing(*steps, restored=(), at: float = 50.0, unit: str = "u-1"):
    press = Pressed(unit=unit, request="q", order="o-1", action="finish", at=s.at(at))
    node = s.node("a", s.step(None, s.unit("o-1")), *steps)
    return truly_pressed.check(s.history(node, truth=Truth(pressed=(press,), restored=restored)))


def test_a_button_that_was_done_is_in_the_journal_once():
    done = s.presses("o-1", CrewAction.FINISH, s.unit(None), request="q")
    report = pressing(done)
    assert report.kept and report.checked == 1
    assert pressing(done, s.presses("o-1", CrewAction.FINISH, request="q")).kept, (
        "pressed again, answered as before"
    )
    assert not pressing(done, done).kept, "done twice"


def test_a_button_that_the_journal_does_not_know_is_a_break():
    assert not pressing().kept
    assert not pressing(s.presses("o-1", CrewAction.FINISH, request="q", done=False)).kept
    assert not pressing(s.presses("o-1", CrewAction.FINISH, request="other")).kept
    assert not pressing(unit="u-9").kept


def test_a_store_that_was_put_back_forgot_what_was_pressed_in_between():
    back = (Restored(node="a", back_to=s.at(40), at=s.at(60)),)
    assert pressing(restored=back).kept
    assert pressing(restored=back, at=61).kept, (
        "the answer was on its way as the store was put back"
    )
    assert not pressing(restored=back, at=71).kept
    assert not pressing(restored=(replace(back[0], node="b"),)).kept
