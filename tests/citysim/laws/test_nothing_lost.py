"""Law 1: histories in which it holds, violations, and near misses that are none."""

import law_histories as h
import law_values as v

from citybrain.domain.agent import AgentHello
from citybrain.domain.event import Gap
from citybrain.structs import replace
from citybrain.vocabulary import OrderStage
from citysim.laws.checks import nothing_lost
from citysim.laws.history import StoredRows
from coordinator.inputs import DistrictLetterQuarantined, LetterRefusedByDistrict
from district_node.inputs import (
    CityLetterQuarantined,
    CityLetterReceived,
    CityLinkChanged,
    HelloReceived,
    ItemQuarantined,
    LetterRefusedByCity,
)


def judged(*nodes, **facts):
    return nothing_lost.check(h.history(*nodes, **facts))


def hello(lowest_unacked: int, next_seq: int = 10):
    return h.record(
        HelloReceived(
            hello=AgentHello(
                agent=v.AGENT, incarnation=7, lowest_unacked=lowest_unacked, next_seq=next_seq
            )
        )
    )


# items of agents


def test_what_an_outbox_discarded_is_in_the_journal():
    report = judged(h.node("a", h.record(h.batch(1, 2))), outboxes=h.outbox(4, 3))
    assert report.holds and report.checked == 2


def test_an_item_discarded_and_never_journaled_is_lost():
    report = judged(h.node("a", h.record(h.batch(1))), outboxes=h.outbox(3))
    assert report.violations == ("box-a discarded its item 2, and a never journaled it",)


def test_of_many_lost_items_the_first_are_named_and_the_others_counted():
    report = judged(h.node("a"), outboxes=h.outbox(31))
    assert len(report.violations) == 6 and "25 more items" in report.violations[-1]


def test_a_gap_stands_for_its_numbers_and_a_quarantined_item_for_itself():
    gap = h.batch(1, content=Gap(first=1, last=9, reason="full", losses=()))
    assert judged(h.node("a", h.greeting(10), h.record(gap)), outboxes=h.outbox(10)).holds
    assert not judged(h.node("a", h.greeting(9), h.record(gap)), outboxes=h.outbox(10)).holds, (
        "a gap beyond its sender's hello declares nothing"
    )
    several = replace(quarantined_item(1), last=9)
    assert judged(h.node("a", h.record(several)), outboxes=h.outbox(10)).holds
    assert judged(
        h.node("a", h.record(h.batch(1)), h.record(quarantined_item(2))), outboxes=h.outbox(3)
    ).holds


def quarantined_item(seq):
    return ItemQuarantined(agent=v.AGENT, incarnation=7, seq=seq, reason="x")


def test_items_of_another_incarnation_do_not_count():
    assert not judged(h.node("a", h.record(h.batch(1, incarnation=6))), outboxes=h.outbox(2)).holds


def test_a_hello_that_skips_numbers_is_an_undeclared_loss():
    report = judged(
        h.node("a", h.district_started(), h.record(h.batch(1)), hello(5)),
        outboxes=h.outbox(10, 5, 6, 7, 8, 9),
    )
    assert report.violations == (
        "a: box-a had discarded 3 items that were never journaled here, "
        "as its hello in record 3 says",
    )


def test_a_hello_that_skips_no_number_is_none():
    assert judged(h.node("a", h.record(h.batch(1, 2)), hello(3)), outboxes=h.outbox(4, 3)).holds
    assert judged(h.node("a", hello(1)), outboxes=h.outbox(2, 1)).holds


def test_a_restored_store_may_have_forgotten_what_it_acknowledged():
    restored = h.node(
        "a",
        h.district_started("e1"),
        h.record(h.batch(1)),
        h.district_started("e2"),
        hello(5),
        epoch="e2",
    )
    assert judged(restored, outboxes=h.outbox(6, 5)).holds
    silent = h.node(
        "a", h.district_started("e1"), h.record(h.batch(1)), h.district_started("e2"), epoch="e2"
    )
    report = judged(silent, outboxes=h.outbox(6, 5))
    assert report.holds and report.inconclusive == 3, "it is declared with the next hello"
    assert not judged(silent, outboxes=h.outbox(6, 5), is_recovered=True).holds, (
        "and in the end it has to be"
    )


def test_a_restored_store_whose_node_has_not_started_yet_is_no_violation():
    waiting = h.node("a", h.district_started("e1"), h.record(h.batch(1)), epoch="e2")
    assert judged(waiting, outboxes=h.outbox(3)).holds
    assert not judged(replace(waiting, epoch="e1"), outboxes=h.outbox(3)).holds


def test_after_recovery_nothing_waits_in_an_outbox():
    receiver = h.node("a", h.record(h.batch(1)))
    assert judged(receiver, outboxes=h.outbox(3, 2)).holds
    assert (
        "still keeps 1 items"
        in judged(receiver, outboxes=h.outbox(3, 2), is_recovered=True).violations[0]
    )
    assert judged(receiver, outboxes=h.outbox(2, 1), is_recovered=True).holds, (
        "only the acknowledgement is on its way"
    )


# requests to agents


def asking(answer: bool = True, *, upto: int = 1, late: float = 200.0):
    answered = [h.record(h.batch(1, content=v.verification_result("i-1")))] if answer else []
    return h.node(
        "a",
        h.verification_requested(second=1),
        *answered,
        h.record(None, second=late),
        discarded={f"agent/{v.AGENT}": upto},
    )


def test_a_discarded_request_is_noted_by_its_agent():
    assert judged(asking(), outboxes=h.outbox(2, asked=(("e", 1),))).holds
    assert "whose notes end at 0" in judged(asking(), outboxes=h.outbox(2)).violations[0]
    assert judged(asking(upto=0), outboxes=h.outbox(2)).holds, "it may still be on its way"


def test_notes_that_went_with_an_earlier_outbox_are_not_required():
    anew = h.node(
        "a",
        h.verification_requested(),
        h.record(h.batch(1)),
        h.greeting(incarnation=8, previous=7),
        h.record(h.batch(1, incarnation=8)),
        discarded={f"agent/{v.AGENT}": 1},
    )
    assert judged(anew, outboxes=h.outbox(2, incarnation=8)).holds


def test_every_request_is_answered_in_the_end():
    box = h.outbox(2, asked=(("e", 1),))
    silent = asking(answer=False)
    silent = replace(
        silent,
        records=(*silent.records[:1], replace(h.record(h.batch(1)), seq=2), *silent.records[1:]),
    )
    assert judged(silent, outboxes=box).holds
    assert "never answered" in judged(silent, outboxes=box, is_recovered=True).violations[0]
    assert judged(
        asking(answer=False, late=70.0, upto=0), outboxes=h.outbox(1), is_recovered=True
    ).holds, "its deadline has just passed"


# letters between districts and the city


def test_a_letter_that_the_district_discarded_is_in_the_citys_journal():
    letter = v.unit(None)
    district = h.node("a", h.record(None, letter), discarded={"city": 1})
    assert judged(district, city=h.node("city", h.district_letter(letter, 1))).holds
    assert judged(district, city=h.node("city")).violations == (
        "a → city: letter 1 was discarded, and never received",
    )


def test_a_letter_received_with_another_content_is_a_violation():
    district = h.node("a", h.record(None, v.unit(None)), discarded={"city": 1})
    report = judged(district, city=h.node("city", h.district_letter(v.unit("o-9"), 1)))
    assert report.violations == (
        "a → city: letter 1 was received with another content than it was sent",
    )


def test_a_letter_that_came_behind_a_later_one_has_no_effect_and_is_lost():
    letters = [v.unit(None), v.unit("o-1")]
    district = h.node("a", *[h.record(None, letter) for letter in letters], discarded={"city": 2})
    assert judged(
        district,
        city=h.node(
            "city",
            h.district_letter(letters[0], 1),
            h.district_letter(letters[1], 2),
            h.district_letter(letters[0], 1),
        ),
    ).holds
    report = judged(
        district,
        city=h.node("city", h.district_letter(letters[1], 2), h.district_letter(letters[0], 1)),
    )
    assert report.violations == ("a → city: letter 1 was discarded, and never received",)


def test_letters_still_kept_may_be_on_their_way_until_recovery():
    district = h.node("a", h.record(None, v.unit(None)), discarded={"city": 0})
    assert judged(district, city=h.node("city")).holds
    assert judged(district, city=h.node("city"), is_recovered=True).violations == (
        "a → city: letter 1 was sent, and never received",
    )


def test_every_letter_that_was_decided_got_its_position():
    def with_positions(last: int):
        return judged(
            h.node(
                "a",
                h.record(None, v.unit(None)),
                h.record(None, v.unit("o-1")),
                rows=StoredRows(last_positions=(("city", last),)),
            )
        )

    assert with_positions(2).holds
    assert with_positions(1).violations == (
        "a: its records decide 2 letters for city, and its store assigned 1 positions",
    )
    assert not with_positions(3).holds


def test_letters_of_the_city_are_checked_the_same_way():
    letter = v.progress(OrderStage.DONE)
    city = h.node("city", h.record(None, letter, to="district/a"), discarded={"district/a": 1})
    assert judged(
        h.node("a", h.record(CityLetterReceived(position=1, letter=letter))), city=city
    ).holds
    assert not judged(h.node("a"), city=city).holds


def test_a_letter_that_was_quarantined_is_declared_at_both_ends():
    letter, refused = v.unit(None), LetterRefusedByCity(position=1, reason="count")
    quarantined = h.node(
        "city",
        h.record(DistrictLetterQuarantined(district="a", epoch="e", position=1, reason="count")),
    )
    declared = h.node("a", h.record(None, letter), h.record(refused), discarded={"city": 1})
    assert judged(declared, city=quarantined).holds
    silent = h.node("a", h.record(None, letter), discarded={"city": 1})
    assert judged(silent, city=quarantined).violations == (
        "a → city: letter 1 was quarantined, and its sender does not say so",
    )
    assert not judged(declared, city=h.node("city")).holds, "the receiver has to say so too"


def test_a_letter_of_the_city_that_was_quarantined_is_declared_at_both_ends():
    letter = v.progress(OrderStage.DONE)
    quarantined = h.node("a", h.record(CityLetterQuarantined(position=1, reason="count")))
    for refusals, holds in (
        ((h.record(LetterRefusedByDistrict(district="a", position=1, reason="count")),), True),
        ((), False),
    ):
        city = h.node(
            "city",
            h.record(None, letter, to="district/a"),
            *refusals,
            discarded={"district/a": 1},
        )
        assert judged(quarantined, city=city).holds is holds


def two_letters(*city_steps, **facts):
    letters = [v.unit("o-1"), v.unit(None), v.unit("o-2", assignment_number=2)]
    district = h.node("a", *[h.record(None, letter) for letter in letters], discarded={"city": 3})
    return judged(
        district, city=h.node("city", h.city_started("c1"), *city_steps, epoch="c2"), **facts
    )


def test_a_restored_city_forgot_only_what_lies_between_backup_and_restore():
    first, last = (
        h.district_letter(v.unit("o-1"), 1),
        h.district_letter(v.unit("o-2", assignment_number=2), 3),
    )
    again = h.city_started("c2")
    assert two_letters(first, again, last).holds
    assert not two_letters(first, last, again).holds, "the hole was there before it"
    assert not two_letters(again, last, h.district_letter(v.unit("o-3"), 4)).violations, (
        "its backup had received nothing"
    )
    assert two_letters(first, again).inconclusive == 2, (
        "what comes after the restore has not come yet"
    )


def test_the_log_of_a_restored_district_is_the_one_that_counts():
    old, new = v.unit("o-1"), v.unit("o-7")
    district = h.node(
        "a",
        h.district_started("e1"),
        h.district_started("e2", letters=(new,)),
        discarded={"city": 1},
        epoch="e2",
    )
    city = h.node(
        "city",
        h.district_letter(old, 1, epoch="e1"),
        h.district_connected("e2"),
        h.district_letter(new, 1, epoch="e2"),
    )
    assert judged(district, city=city).holds
    assert not judged(district, city=h.node("city", h.district_letter(old, 1, epoch="e1"))).holds


def test_what_a_restored_district_sent_before_the_citys_own_restore_is_not_required():
    """The district restores and sends other letters under the same positions.

    The city receives them, and is itself restored to before that.
    """
    first, old, new, last = v.unit("o-1"), v.unit("o-2"), v.unit("o-3"), v.unit("o-4")
    district = h.node(
        "a",
        h.district_started("e1", letters=(first,)),
        h.district_started("e2", letters=(new, last)),
        discarded={"city": 3},
        epoch="e2",
    )
    before = (
        h.city_started("c1"),
        h.district_letter(first, 1, epoch="e1"),
        h.district_letter(old, 2, epoch="e1"),
    )
    after = (h.district_connected("e2"), h.district_letter(last, 3, epoch="e2"))
    assert judged(
        district, city=h.node("city", *before, h.city_started("c2"), *after, epoch="c2")
    ).holds
    assert judged(district, city=h.node("city", *before, *after, epoch="c1")).violations == (
        "a → city: letter 2 was received with another content than it was sent",
    )


def test_what_a_restored_district_forgot_of_the_citys_log_is_sent_again():
    letters = [v.progress(stage) for stage in (OrderStage.ISSUED, OrderStage.ACCEPTED)]
    city = h.node(
        "city",
        *[h.record(None, letter, to="district/a") for letter in letters],
        discarded={"district/a": 2},
    )
    link = h.record(CityLinkChanged(up=True, epoch="c"))
    district = h.node(
        "a",
        h.district_started("e1"),
        link,
        h.district_started("e2"),
        h.record(CityLetterReceived(position=2, letter=letters[1])),
        epoch="e2",
    )
    assert judged(district, city=city).holds
    assert not judged(replace(district, records=district.records[:2], epoch="e1"), city=city).holds
