"""Law 1: a history that keeps it, histories that break it, and near misses that must not be accused."""

from dataclasses import replace

import citysim_story as s

from citybrain.domain.agent import AgentHello
from citybrain.domain.event import Gap
from citybrain.vocabulary import OrderStage
from citysim.laws.checks import nothing_lost
from citysim.laws.history import Rows
from district_node.inputs import CityLetterReceived, CityLinkChanged, HelloReceived, ItemQuarantined


def judged(*nodes, **facts):
    return nothing_lost.check(s.history(*nodes, **facts))


def greets(lowest_kept: int, next_seq: int = 10):
    return s.step(
        HelloReceived(
            hello=AgentHello(
                agent=s.AGENT, incarnation=7, lowest_kept=lowest_kept, next_seq=next_seq
            )
        )
    )


# what agents said


def test_what_an_outbox_let_go_of_is_in_the_journal():
    report = judged(s.node("a", s.step(s.says(1, 2))), outboxes=s.outbox(4, 3))
    assert report.kept and report.checked == 2


def test_an_item_let_go_of_and_never_journaled_is_lost():
    report = judged(s.node("a", s.step(s.says(1))), outboxes=s.outbox(3))
    assert report.broken == ("box-a let go of its item 2, and a never journaled it",)


def test_of_many_lost_items_the_first_are_named_and_the_others_counted():
    report = judged(s.node("a"), outboxes=s.outbox(31))
    assert len(report.broken) == 6 and "25 more items" in report.broken[-1]


def test_a_declared_gap_stands_for_what_it_covers_and_a_spoiled_item_for_itself():
    said = s.says(1, gap=Gap(first=1, last=9, reason="full", losses=()))
    assert judged(s.node("a", s.step(said)), outboxes=s.outbox(10)).kept
    spoiled = ItemQuarantined(agent=s.AGENT, incarnation=7, seq=2, reason="x")
    assert judged(s.node("a", s.step(s.says(1)), s.step(spoiled)), outboxes=s.outbox(3)).kept


def test_items_of_another_incarnation_do_not_count():
    assert not judged(s.node("a", s.step(s.says(1, incarnation=6))), outboxes=s.outbox(2)).kept


def test_a_hello_that_tells_of_numbers_gone_unheard_is_a_loss_that_no_bound_declared():
    report = judged(
        s.node("a", s.started(), s.step(s.says(1)), greets(5)), outboxes=s.outbox(10, 5, 6, 7, 8, 9)
    )
    assert report.broken == (
        "a: box-a had let go of 3 items that were never journaled here, as its hello in record 3 says",
    )


def test_a_hello_that_tells_nothing_new_is_none():
    assert judged(s.node("a", s.step(s.says(1, 2)), greets(3)), outboxes=s.outbox(4, 3)).kept
    assert judged(s.node("a", greets(1)), outboxes=s.outbox(2, 1)).kept


def test_a_store_that_was_put_back_may_have_forgotten_what_it_acknowledged():
    restored = s.node(
        "a", s.started("e1"), s.step(s.says(1)), s.started("e2"), greets(5), epoch="e2"
    )
    assert judged(restored, outboxes=s.outbox(6, 5)).kept
    silent = s.node("a", s.started("e1"), s.step(s.says(1)), s.started("e2"), epoch="e2")
    report = judged(silent, outboxes=s.outbox(6, 5))
    assert report.kept and report.unjudged == 3, "it is declared with the next hello"
    assert not judged(silent, outboxes=s.outbox(6, 5), is_healed=True).kept, (
        "and in the end it has to be"
    )


def test_a_store_put_back_whose_node_has_not_started_yet_is_not_accused():
    waiting = s.node("a", s.started("e1"), s.step(s.says(1)), epoch="e2")
    assert judged(waiting, outboxes=s.outbox(3)).kept
    assert not judged(replace(waiting, epoch="e1"), outboxes=s.outbox(3)).kept


def test_when_all_is_healed_nothing_waits_in_an_outbox():
    heard = s.node("a", s.step(s.says(1)))
    assert judged(heard, outboxes=s.outbox(3, 2)).kept
    assert "still keeps 1 items" in judged(heard, outboxes=s.outbox(3, 2), is_healed=True).broken[0]
    assert judged(heard, outboxes=s.outbox(2, 1), is_healed=True).kept, (
        "only the acknowledgement is on its way"
    )


# what was asked of agents


def asking(answer: bool = True, *, upto: int = 1, late: float = 200.0):
    answered = [s.step(s.says(1, verification=s.clear("i-1")))] if answer else []
    return s.node(
        "a",
        s.looks(second=1),
        *answered,
        s.step(None, second=late),
        let_go={f"agent/{s.AGENT}": upto},
    )


def test_a_request_let_go_of_is_in_the_agents_book():
    assert judged(asking(), outboxes=s.outbox(2, asked=(("e", 1),))).kept
    assert "whose book ends at 0" in judged(asking(), outboxes=s.outbox(2)).broken[0]
    assert judged(asking(upto=0), outboxes=s.outbox(2)).kept, "it may still be on its way"


def test_a_book_that_went_with_its_outbox_is_not_asked_for():
    anew = s.node(
        "a",
        s.looks(),
        s.step(s.says(1)),
        s.step(s.says(1, incarnation=8)),
        let_go={f"agent/{s.AGENT}": 1},
    )
    assert judged(anew, outboxes=s.outbox(2, incarnation=8)).kept


def test_every_request_is_answered_in_the_end():
    box = s.outbox(2, asked=(("e", 1),))
    silent = asking(answer=False)
    silent = replace(
        silent, steps=(*silent.steps[:1], replace(s.step(s.says(1)), seq=2), *silent.steps[1:])
    )
    assert judged(silent, outboxes=box).kept
    assert "never answered" in judged(silent, outboxes=box, is_healed=True).broken[0]
    assert judged(
        asking(answer=False, late=70.0, upto=0), outboxes=s.outbox(1), is_healed=True
    ).kept, "its deadline has just passed"


# letters between districts and the city


def test_a_letter_that_the_district_let_go_of_is_in_the_citys_journal():
    letter = s.unit(None)
    district = s.node("a", s.step(None, letter), let_go={"city": 1})
    assert judged(district, city=s.node("city", s.heard(letter, 1))).kept
    assert judged(district, city=s.node("city")).broken == (
        "a → city: letter 1 was let go of, and never taken",
    )


def test_a_letter_that_says_something_else_on_the_other_side_is_a_break():
    district = s.node("a", s.step(None, s.unit(None)), let_go={"city": 1})
    report = judged(district, city=s.node("city", s.heard(s.unit("o-9"), 1)))
    assert report.broken == ("a → city: letter 1 says something else than what was sent",)


def test_a_letter_that_came_behind_a_later_one_does_nothing_and_is_lost():
    letters = [s.unit(None), s.unit("o-1")]
    district = s.node("a", *[s.step(None, letter) for letter in letters], let_go={"city": 2})
    assert judged(
        district,
        city=s.node("city", s.heard(letters[0], 1), s.heard(letters[1], 2), s.heard(letters[0], 1)),
    ).kept
    report = judged(district, city=s.node("city", s.heard(letters[1], 2), s.heard(letters[0], 1)))
    assert report.broken == ("a → city: letter 1 was let go of, and never taken",)


def test_letters_still_kept_may_be_on_their_way_unless_all_had_its_time():
    district = s.node("a", s.step(None, s.unit(None)), let_go={"city": 0})
    assert judged(district, city=s.node("city")).kept
    assert judged(district, city=s.node("city"), is_healed=True).broken == (
        "a → city: letter 1 was sent, and never taken",
    )


def test_every_letter_that_was_decided_got_its_position():
    def with_positions(given: int):
        return judged(
            s.node(
                "a",
                s.step(None, s.unit(None)),
                s.step(None, s.unit("o-1")),
                rows=Rows(given=(("city", given),)),
            )
        )

    assert with_positions(2).kept
    assert with_positions(1).broken == (
        "a: its records decide 2 letters for city, and its store gave 1 positions",
    )
    assert not with_positions(3).kept


def test_letters_of_the_city_are_checked_the_same_way():
    told = s.progress(OrderStage.DONE)
    city = s.node("city", s.step(None, told, to="district/a"), let_go={"district/a": 1})
    assert judged(
        s.node("a", s.step(CityLetterReceived(position=1, progress=told))), city=city
    ).kept
    assert not judged(s.node("a"), city=city).kept


def two_letters(*city_steps, **facts):
    letters = [s.unit("o-1"), s.unit(None), s.unit("o-2", assignment=2)]
    district = s.node("a", *[s.step(None, letter) for letter in letters], let_go={"city": 3})
    return judged(
        district, city=s.node("city", s.city_started("c1"), *city_steps, epoch="c2"), **facts
    )


def test_what_a_city_forgot_by_a_restore_is_only_what_lies_between_its_two_lives():
    first, last = s.heard(s.unit("o-1"), 1), s.heard(s.unit("o-2", assignment=2), 3)
    again = s.city_started("c2")
    assert two_letters(first, again, last).kept
    assert not two_letters(first, last, again).kept, "the hole was there before it"
    assert not two_letters(again, last, s.heard(s.unit("o-3"), 4)).broken, (
        "its backup had heard nothing"
    )
    assert two_letters(first, again).unjudged == 2, "what comes after the restore has not come yet"


def test_the_log_of_a_restored_district_is_the_one_that_counts():
    old, new = s.unit("o-1"), s.unit("o-7")
    district = s.node(
        "a", s.started("e1"), s.started("e2", letters=(new,)), let_go={"city": 1}, epoch="e2"
    )
    city = s.node("city", s.heard(old, 1, epoch="e1"), s.hello("e2"), s.heard(new, 1, epoch="e2"))
    assert judged(district, city=city).kept
    assert not judged(district, city=s.node("city", s.heard(old, 1, epoch="e1"))).kept


def test_what_a_restored_district_told_a_life_of_the_city_that_is_gone_is_not_asked_for():
    """The district goes back and tells otherwise under the same positions; the city hears it, and goes back itself to before that."""
    first, old, new, last = s.unit("o-1"), s.unit("o-2"), s.unit("o-3"), s.unit("o-4")
    district = s.node(
        "a",
        s.started("e1", letters=(first,)),
        s.started("e2", letters=(new, last)),
        let_go={"city": 3},
        epoch="e2",
    )
    had = (s.city_started("c1"), s.heard(first, 1, epoch="e1"), s.heard(old, 2, epoch="e1"))
    heard = (s.hello("e2"), s.heard(last, 3, epoch="e2"))
    assert judged(
        district, city=s.node("city", *had, s.city_started("c2"), *heard, epoch="c2")
    ).kept
    assert judged(district, city=s.node("city", *had, *heard, epoch="c1")).broken == (
        "a → city: letter 2 says something else than what was sent",
    )


def test_what_a_restored_district_forgot_of_the_citys_log_is_told_again():
    told = [s.progress(stage) for stage in (OrderStage.ISSUED, OrderStage.ACCEPTED)]
    city = s.node(
        "city",
        *[s.step(None, letter, to="district/a") for letter in told],
        let_go={"district/a": 2},
    )
    link = s.step(CityLinkChanged(up=True, epoch="c"))
    district = s.node(
        "a",
        s.started("e1"),
        link,
        s.started("e2"),
        s.step(CityLetterReceived(position=2, progress=told[1])),
        epoch="e2",
    )
    assert judged(district, city=city).kept
    assert not judged(replace(district, steps=district.steps[:2], epoch="e1"), city=city).kept
