"""Law 2: a history that keeps it, histories that break it, and near misses that must not be accused."""

from dataclasses import replace
from types import SimpleNamespace

import citysim_story as s

from citybrain.decider.command import Notice
from citybrain.domain.event import Gap
from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    OrderStep,
    OrderVerdict,
)
from citysim.laws.checks import nothing_lost, nothing_twice
from citysim.laws.views.items import Numbers
from district_node.inputs import CityLinkChanged


def judged(*nodes, **facts):
    return nothing_twice.check(s.history(*nodes, **facts))


# items of agents


def test_numbers_are_counted_whatever_order_they_come_in():
    numbers = Numbers()
    assert [numbers.take(*span) for span in ((5, 5), (1, 2), (2, 3), (7, 9), (4, 8), (1, 9))] == [
        1,
        2,
        1,
        3,
        2,
        0,
    ]
    assert len(numbers) == 9 and 9 in numbers and 10 not in numbers and 0 not in numbers
    assert (numbers.spans, numbers.holes) == (0, 0)


def test_spans_and_holes_are_what_lies_above_the_contiguous_numbers():
    numbers = Numbers()
    for first, last in ((1, 3), (6, 7), (10, 10)):
        numbers.take(first, last)
    assert (numbers.spans, numbers.holes) == (2, 4)


def test_a_duplicate_that_does_nothing_is_no_break():
    report = judged(s.node("a", s.step(s.says(1)), s.step(s.says(1))))
    assert report.kept and report.checked == 2


def test_a_duplicate_that_acts_again_is_a_break():
    assert not judged(
        s.node("a", s.step(s.says(1), s.unit("o-1")), s.step(s.says(1), s.unit("o-2")))
    ).kept


def test_the_same_number_of_another_incarnation_is_another_item():
    assert judged(
        s.node(
            "a", s.step(s.says(1), s.unit("o-1")), s.step(s.says(1, incarnation=8), s.unit("o-2"))
        )
    ).kept


def test_what_a_gap_had_taken_is_no_news_when_it_comes_late():
    gap = s.step(s.says(1, gap=Gap(first=1, last=3, reason="full", losses=())))
    assert not judged(s.node("a", gap, s.step(s.says(2), s.unit("o-1")))).kept
    assert judged(s.node("a", gap, s.step(s.says(4), s.unit("o-1")))).kept


def test_as_many_items_take_effect_as_there_are_different_ones():
    def with_tally(items: int):
        state = SimpleNamespace(intake=SimpleNamespace(tally=SimpleNamespace(items=items)))
        return s.node("a", s.step(s.says(1, 2)), s.step(s.says(2, 3)), state=state)

    assert judged(with_tally(3)).kept
    assert judged(with_tally(4)).broken == (
        "a: its journal holds 3 different items, and 4 took effect",
    ), "one of a mixed message acted twice"
    assert judged(with_tally(2)).kept, "one took no effect: that is lost, not twice"
    assert nothing_lost.check(s.history(with_tally(2))).broken == (
        "a: its journal holds 3 different items, and 1 of them took no effect",
    )
    assert nothing_lost.check(s.history(with_tally(4))).kept


def test_one_event_makes_one_incident():
    two = [s.incident(IncidentStage.REPORTED, name) for name in ("i-1", "i-2")]
    assert judged(s.node("a", s.step(s.says(1, 2), *two))).kept
    assert not judged(s.node("a", s.step(s.says(1), *two))).kept
    assert judged(s.node("a", s.step(s.says(1), two[0]), s.step(s.says(2), two[0]))).kept, (
        "the second joins the first"
    )


# buttons and actions


def test_a_button_pressed_again_is_answered_as_before_and_does_nothing():
    first, again = (
        s.presses("o-1", CrewAction.ACCEPT, *letters)
        for letters in ((s.progress(OrderStage.ACCEPTED),), ())
    )
    assert judged(s.node("a", first, again)).kept
    assert "something was done" in judged(s.node("a", again, first)).broken[0]
    refused = s.presses("o-1", CrewAction.ACCEPT, done=False, reason="stage:accepted")
    assert "answered otherwise" in judged(s.node("a", first, refused)).broken[0]


def test_a_step_of_an_order_is_done_by_one_button():
    pressed = [
        s.presses("o-1", CrewAction.FINISH, request=name, done=done)
        for name, done in (("q1", True), ("q2", True), ("q3", False))
    ]
    assert "was done twice" in judged(s.node("a", *pressed[:2])).broken[0]
    assert judged(s.node("a", pressed[0], pressed[2])).kept


def test_an_operators_action_is_done_once_and_never_left_without_an_answer():
    done = s.acts(OperatorVerb.REJECT, s.incident(IncidentStage.REJECTED))
    assert judged(s.node("a", done, s.acts(OperatorVerb.REJECT))).kept
    assert not judged(s.node("a", done, done)).kept
    assert "without an answer" in judged(s.node("a", replace(done, commands=()))).broken[0]


# orders


def test_an_order_that_becomes_the_same_thing_twice_is_a_break():
    done = s.progress(OrderStage.DONE)
    assert not judged(s.node("b", s.step(None, done), s.step(None, done))).kept


def test_what_is_told_anew_after_a_restore_is_not_told_twice():
    done = s.progress(OrderStage.DONE)
    assert judged(
        s.node("b", s.step(None, done), s.step(CityLinkChanged(up=False, epoch="c2"), done))
    ).kept


def test_an_order_goes_to_its_crew_once():
    issued = s.step(None, commands=(Notice(what="issued", subject="o-1"),))
    assert judged(s.node("a", issued)).kept
    assert not judged(s.node("a", issued, issued)).kept


# letters of peers


def test_a_position_that_says_two_things_is_a_break_and_a_repeated_one_is_not():
    one, other = s.unit(None), s.unit("o-1")
    assert judged(city=s.node("city", s.heard(one, 1), s.heard(one, 1))).kept
    assert not judged(city=s.node("city", s.heard(one, 1), s.heard(other, 1))).kept
    assert judged(city=s.node("city", s.heard(one, 1), s.heard(other, 1, epoch="e2"))).kept, (
        "another life of the district"
    )


def test_a_repeated_letter_does_nothing():
    acts = (Notice(what="x", subject="y"),)
    first, again = s.heard(s.unit(None), 1, commands=acts), s.heard(s.unit(None), 1)
    assert judged(city=s.node("city", first, again)).kept
    assert "repeats letter 1" in judged(city=s.node("city", first, first)).broken[0]


def test_a_repeated_step_of_the_city_is_answered_once_a_position_however_the_stream_resumed():
    ask = s.request(OrderStep.RESERVE)
    taken = [s.asked(ask, OrderVerdict.RESERVED, position=n) for n in (1, 1, 2)]
    assert judged(s.node("a", taken[0], taken[2])).kept, "asked twice, each answered"
    assert not judged(s.node("a", taken[0], taken[1])).kept
    anew = s.step(CityLinkChanged(up=True, epoch="c2"))
    first = s.step(CityLinkChanged(up=True, epoch="c1"))
    assert judged(s.node("a", first, taken[0], anew, taken[1])).kept, (
        "the log of a city whose store went back begins again"
    )
