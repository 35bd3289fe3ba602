"""Every law: a history that keeps it, and histories that break it."""

from dataclasses import replace

import citysim_story as s

from citybrain.domain.desk import OperatorAction
from citybrain.domain.event import Gap, LossCount, Reobserve, SightInterval
from citybrain.ids import IncidentId, RequestId, RuleId, SourceId, TimerId
from citybrain.reactor.command import CancelTimer, ClockStepped, Notice, SetTimer, TimerFired
from citybrain.vocabulary import IncidentStage, OperatorVerb, OrderStage, ReobserveVerdict, Severity, Sight, SlotState
from citysim.crews.device import DeviceLine
from citysim.laws.checks import (
    agreement,
    no_frames,
    nothing_lost,
    nothing_twice,
    one_slot_one_order,
    one_unit_one_order,
    same_state,
    timers_fire,
    verified_closing,
)
from citysim.laws.history import OutboxHistory, Stall, Step
from citysim.laws.street import losses_declared, no_blindness
from citysim.laws.table import LAWS, check_all
from district_node.inputs import CitySaid, NodeStarted, OperatorActed, Setup
from district_node.playbook import Title


def test_an_empty_city_breaks_no_law_and_proves_none():
    reports = check_all(s.history())
    assert [r.law for r in reports] == list(LAWS)
    assert all(r.kept and r.checked == 0 for r in reports)


# 1 nothing lost


def outbox(next_seq: int, *kept: int) -> tuple:
    return ((s.A, OutboxHistory(agent=s.AGENT, incarnation=7, next_seq=next_seq, kept=frozenset(kept))),)


def test_what_an_outbox_let_go_of_is_in_the_journal():
    report = nothing_lost.check(s.history(s.node("a", s.step(s.says(1, 2))), outboxes=outbox(4, 3)))
    assert report.kept and report.checked == 2


def test_an_item_let_go_of_and_never_journaled_is_lost():
    report = nothing_lost.check(s.history(s.node("a", s.step(s.says(1))), outboxes=outbox(3)))
    assert report.broken == ("box-a let go of its item 2, and a never journaled it",)


def test_a_declared_gap_stands_for_what_it_covers():
    said = s.says(1, gap=Gap(first=1, last=9, because="full", losses=()))
    assert nothing_lost.check(s.history(s.node("a", s.step(said)), outboxes=outbox(10))).kept


def test_items_of_another_incarnation_do_not_count():
    report = nothing_lost.check(s.history(s.node("a", s.step(s.says(1, incarnation=6))), outboxes=outbox(2)))
    assert not report.kept


def test_a_letter_that_the_district_let_go_of_is_in_the_citys_journal():
    letter = s.unit(None)
    district = s.node("a", s.step(None, letter), let_go={"city": 1})
    assert nothing_lost.check(s.history(district, city=s.node("city", s.heard(letter, 1)))).kept
    lost = nothing_lost.check(s.history(district, city=s.node("city")))
    assert lost.broken == ("a → city: letter 1 was let go of, and never journaled",)


def test_a_letter_that_says_something_else_on_the_other_side_is_a_break():
    district = s.node("a", s.step(None, s.unit(None)), let_go={"city": 1})
    report = nothing_lost.check(s.history(district, city=s.node("city", s.heard(s.unit("o-9"), 1))))
    assert report.broken == ("a → city: letter 1 says something else than what was sent",)


def test_letters_still_kept_may_be_on_their_way():
    district = s.node("a", s.step(None, s.unit(None)), let_go={"city": 0})
    assert nothing_lost.check(s.history(district, city=s.node("city"))).kept


def test_letters_of_the_city_are_checked_the_same_way():
    told = s.progress(OrderStage.DONE)
    city = s.node("city", s.step(None, told, to="district/a"), let_go={"district/a": 1})
    assert nothing_lost.check(s.history(s.node("a", s.step(CitySaid(position=1, progress=told))), city=city)).kept
    assert not nothing_lost.check(s.history(s.node("a"), city=city)).kept


# 2 nothing twice


def test_a_duplicate_that_does_nothing_is_no_break():
    district = s.node("a", s.step(s.says(1)), s.step(s.says(1)))
    report = nothing_twice.check(s.history(district))
    assert report.kept and report.checked == 1


def test_a_duplicate_that_acts_again_is_a_break():
    district = s.node("a", s.step(s.says(1), s.unit("o-1")), s.step(s.says(1), s.unit("o-2")))
    assert not nothing_twice.check(s.history(district)).kept


def test_an_order_that_becomes_the_same_thing_twice_is_a_break():
    done = s.progress(OrderStage.DONE)
    assert not nothing_twice.check(s.history(s.node("b", s.step(None, done), s.step(None, done)))).kept


def test_a_position_that_says_two_things_is_a_break_and_a_repeated_one_is_not():
    one, other = s.unit(None), s.unit("o-1")
    assert nothing_twice.check(s.history(city=s.node("city", s.heard(one, 1), s.heard(one, 1)))).kept
    assert not nothing_twice.check(s.history(city=s.node("city", s.heard(one, 1), s.heard(other, 1)))).kept


# 3 one unit, one live order


def test_orders_one_after_the_other_are_one_at_a_time():
    district = s.node("a", *[s.step(None, s.unit(order, assignment=n)) for order, n in (("o-1", 1), (None, 1), ("o-2", 2), (None, 2))])
    report = one_unit_one_order.check(s.history(district))
    assert report.kept and report.checked == 4


def test_an_order_that_comes_back_after_another_held_the_unit_is_a_break():
    district = s.node("a", *[s.step(None, s.unit(order)) for order in ("o-1", "o-2", "o-1")])
    assert one_unit_one_order.check(s.history(district)).broken == ("u-1 holds order o-1 again after it was let go",)


def test_an_assignment_number_that_goes_back_is_a_break():
    district = s.node("a", s.step(None, s.unit("o-1", assignment=2)), s.step(None, s.unit("o-2", assignment=1)))
    assert not one_unit_one_order.check(s.history(district)).kept


def test_a_unit_with_two_owners_is_a_break():
    assert not one_unit_one_order.check(s.history(s.node("a", s.step(None, s.unit(None))), s.node("b", s.step(None, s.unit(None))))).kept


def line(what: str, order: str, assignment: int, outcome: str = "") -> DeviceLine:
    return DeviceLine(at=s.at(0), unit="u-1", assignment=assignment, order=order, what=what, outcome=outcome)


def test_a_device_that_showed_rising_numbers_keeps_the_law():
    lines = (line("shown", "o-1", 1), line("accept", "o-1", 1, "done"), line("void", "o-0", 0), line("shown", "o-2", 2), line("accept", "o-2", 2, "done"))
    assert one_unit_one_order.check(s.history(devices=(("u-1", lines),))).kept


def test_a_device_that_showed_an_older_number_breaks_it():
    lines = (line("shown", "o-2", 2), line("shown", "o-1", 1))
    assert not one_unit_one_order.check(s.history(devices=(("u-1", lines),))).kept


def test_a_button_taken_for_an_order_that_was_not_shown_breaks_it():
    lines = (line("shown", "o-2", 2), line("finish", "o-1", 1, "done"))
    assert not one_unit_one_order.check(s.history(devices=(("u-1", lines),))).kept


# one slot, one live order or a declared surplus


def two_orders_on_one_slot(overlap_s: float, surplus: int = 0):
    owner = s.node(
        "a",
        s.step(None, s.incident(IncidentStage.DISPATCHED, slots=(s.slot(SlotState.COMING, order="o-1"),))),
        s.step(None, s.incident(IncidentStage.DISPATCHED, slots=(s.slot(SlotState.COMING, order="o-2", version=2),), surplus=surplus), second=60),
    )
    first = [s.step(None, s.unit("o-1", name="u-1", district=s.B)), s.step(None, s.unit(None, name="u-1", district=s.B), second=60 + overlap_s)]
    second = [s.step(None, s.unit("o-2", name="u-2", district=s.B), second=60), s.step(None, s.unit(None, name="u-2", district=s.B), second=600)]
    return s.history(owner, s.node("b", first[0], second[0], first[1], second[1]))


def test_a_slot_served_by_one_after_the_other_is_kept():
    assert one_slot_one_order.check(two_orders_on_one_slot(0)).kept


def test_an_overlap_as_long_as_a_withdrawal_takes_is_on_its_way_out():
    assert one_slot_one_order.check(two_orders_on_one_slot(10)).kept


def test_two_live_orders_on_one_slot_are_a_break_unless_the_surplus_is_declared():
    assert not one_slot_one_order.check(two_orders_on_one_slot(120)).kept
    assert one_slot_one_order.check(two_orders_on_one_slot(120, surplus=1)).kept


def test_two_orders_overlap_no_more_than_the_clocks_of_their_districts_may_differ():
    assert one_slot_one_order.check(replace(two_orders_on_one_slot(30), clock_error_s=15.0)).kept
    assert not one_slot_one_order.check(replace(two_orders_on_one_slot(120), clock_error_s=15.0)).kept


# 5 same journal, same state


def test_a_record_that_is_decided_otherwise_or_a_broken_chain_is_a_break():
    whole = s.node("a", s.step(s.says(1)))
    assert same_state.check(s.history(whole)).kept
    assert not same_state.check(s.history(replace(whole, divergent=(1,)))).kept
    assert not same_state.check(s.history(replace(whole, chain_fault="record 2 does not follow"))).kept
    assert not same_state.check(s.history(replace(whole, snapshot_faults=("the snapshot at record 1 …",)))).kept


# 6 closed means seen fixed


def test_closed_after_the_camera_saw_it_clear_is_kept():
    district = s.node("a", s.step(s.says(1, reobserved=s.clear("i-1")), s.incident(IncidentStage.CLOSED)))
    report = verified_closing.check(s.history(district))
    assert report.kept and report.checked == 1


def test_closed_by_a_named_person_is_kept():
    action = OperatorAction(request=RequestId("q"), operator="li", incident=IncidentId("i-1"), verb=OperatorVerb.VERIFY)
    assert verified_closing.check(s.history(s.node("a", s.step(OperatorActed(action=action), s.incident(IncidentStage.CLOSED))))).kept


def test_closed_without_anybody_having_looked_is_a_break():
    assert not verified_closing.check(s.history(s.node("a", s.step(None, s.incident(IncidentStage.CLOSED))))).kept


def test_still_there_is_no_verification():
    still = s.says(1, reobserved=s.clear("i-1", ReobserveVerdict.STILL))
    assert not verified_closing.check(s.history(s.node("a", s.step(still, s.incident(IncidentStage.VERIFIED))))).kept


def test_after_a_reopening_it_must_be_verified_again():
    district = s.node(
        "a",
        s.step(s.says(1, reobserved=s.clear("i-1")), s.incident(IncidentStage.CLOSED)),
        s.step(None, s.incident(IncidentStage.REOPENED)),
        s.step(None, s.incident(IncidentStage.CLOSED)),
    )
    assert len(verified_closing.check(s.history(district)).broken) == 1


# 9 timers fire


def timer(due: float) -> SetTimer:
    return SetTimer(timer=TimerId("t"), due=s.at(due), subject="x")


FIRED = TimerFired(timer=TimerId("t"), subject="x", version=0)
STARTED = NodeStarted(setup=Setup(district=s.A, name=Title(en="", zh=""), centre=s.HERE, units=(), playbooks=()))


def test_a_timer_that_fired_in_time_is_kept():
    report = timers_fire.check(s.history(s.node("a", s.step(None, commands=(timer(5),)), s.step(FIRED, second=5.5))))
    assert report.kept and report.checked == 1


def test_a_timer_that_fired_late_is_a_break():
    assert not timers_fire.check(s.history(s.node("a", s.step(None, commands=(timer(5),)), s.step(FIRED, second=7)))).kept


def test_a_timer_that_never_fired_is_a_break_unless_it_was_cancelled():
    later = s.step(None, commands=(Notice(what="x", subject="y"),), second=60)
    assert not timers_fire.check(s.history(s.node("a", s.step(None, commands=(timer(5),)), later))).kept
    assert timers_fire.check(s.history(s.node("a", s.step(None, commands=(timer(5),)), s.step(None, commands=(CancelTimer(timer=TimerId("t")),)), later))).kept


def test_a_node_that_was_down_fires_within_a_second_of_its_start():
    before = s.step(None, commands=(timer(5),))
    assert timers_fire.check(s.history(s.node("a", before, s.step(STARTED, second=30), s.step(FIRED, second=30.5)))).kept
    assert timers_fire.check(s.history(s.node("a", before, s.step(FIRED, second=30), s.step(STARTED, second=30.5)))).kept
    assert not timers_fire.check(s.history(s.node("a", before, s.step(STARTED, second=30), s.step(FIRED, second=32)))).kept


def late_by(late_s: float, *between: Step, stalls: tuple[Stall, ...] = ()):
    """A timer that is due at second 5 and fires `late_s` after it."""
    return s.history(s.node("a", s.step(None, commands=(timer(5),)), *between, s.step(FIRED, second=5 + late_s)), stalls=stalls)


def test_a_node_that_could_not_act_fires_within_a_second_of_when_it_can():
    frozen = Stall(node="a", since=s.at(4), until=s.at(15))
    assert timers_fire.check(late_by(10.5, stalls=(frozen,))).kept
    assert not timers_fire.check(late_by(12, stalls=(frozen,))).kept
    assert not timers_fire.check(late_by(10.5, stalls=(replace(frozen, node="b"),))).kept, "another node's stall"
    assert not timers_fire.check(late_by(10.5, stalls=(replace(frozen, since=s.at(7)),))).kept, "it was late before it was held up"


def test_what_a_clock_jumped_over_fires_within_a_second_of_the_jump():
    assert timers_fire.check(late_by(20.5, s.step(ClockStepped(micros=25_000_000), second=25))).kept
    assert not timers_fire.check(late_by(20.5, s.step(ClockStepped(micros=5_000_000), second=25))).kept, "it was due before the jump"
    assert not timers_fire.check(late_by(20.5, s.step(ClockStepped(micros=-25_000_000), second=25))).kept, "node time does not go back"


# district and city agree


def test_the_citys_last_word_on_a_thing_is_its_owners():
    letters = [s.unit("o-1"), s.unit(None)]
    district = s.node("a", *[s.step(None, letter) for letter in letters], let_go={"city": 2})
    city = s.node("city", *[s.heard(letter, n) for n, letter in enumerate(letters, 1)])
    assert agreement.check(s.history(district, city=city)).kept
    assert not agreement.check(s.history(district, city=s.node("city", s.heard(letters[0], 1)))).kept


def test_what_the_helping_district_told_reaches_the_incidents_owner():
    told = s.progress(OrderStage.DONE)
    helper = s.node("b", s.step(None, told))
    knows = s.node("a", s.step(CitySaid(position=1, progress=told)))
    city = s.node("city")
    assert agreement.check(s.history(helper, knows, city=city, is_final=True)).kept
    assert not agreement.check(s.history(helper, s.node("a"), city=city, is_final=True)).kept
    assert agreement.check(s.history(helper, s.node("a"), city=city)).kept, "while things are under way it may still come"


# 7 no frame leaves the box


def test_a_payload_that_looks_like_a_picture_or_could_hide_one_is_a_break():
    small = replace(s.step(s.says(1)), size=900)
    assert no_frames.check(s.history(s.node("a", small))).kept
    assert not no_frames.check(s.history(s.node("a", replace(small, suspicious="/9j/")))).kept
    assert not no_frames.check(s.history(s.node("a", replace(small, size=300_000)))).kept


# 8 no silent blindness


def sight(what: Sight, since: float, until: float | None = None, because: str = "") -> SightInterval:
    return SightInterval(source=SourceId("cam"), sight=what, because=because, since=s.at(since), until=None if until is None else s.at(until))


def sights(*intervals: SightInterval):
    return [s.step(s.says(n, sight=interval)) for n, interval in enumerate(intervals, 1)]


BEGUN = sight(Sight.BLIND, 0, because="starting")


def test_a_camera_whose_every_second_is_accounted_for_is_kept():
    steps = sights(BEGUN, sight(Sight.OBSERVED, 1), sight(Sight.OBSERVED, 1, 9), sight(Sight.BLIND, 9), sight(Sight.BLIND, 9, 20), sight(Sight.OBSERVED, 20))
    report = no_blindness.check(s.history(s.node("a", *steps)))
    assert report.kept and report.checked == 6


def test_a_camera_of_which_nothing_is_said_from_some_time_on_is_a_break():
    steps = sights(BEGUN, sight(Sight.OBSERVED, 1), sight(Sight.OBSERVED, 1, 9))
    assert "nothing is said of it from then on" in no_blindness.check(s.history(s.node("a", *steps))).broken[0]


def test_a_restart_declares_the_time_in_which_nobody_looked():
    again = sight(Sight.BLIND, 60, because="starting")
    declared = sights(BEGUN, sight(Sight.OBSERVED, 1), sight(Sight.BLIND, 30, 60, because="agent_down"), again)
    assert no_blindness.check(s.history(s.node("a", *declared))).kept
    assert not no_blindness.check(s.history(s.node("a", *sights(BEGUN, sight(Sight.OBSERVED, 1), again)))).kept


def test_accounts_wait_for_what_is_in_the_outbox_and_for_what_a_gap_took():
    steps = sights(BEGUN, sight(Sight.OBSERVED, 1), sight(Sight.OBSERVED, 1, 9))
    assert no_blindness.check(s.history(s.node("a", *steps), outboxes=outbox(5, 4))).kept
    gap = s.step(s.says(4, gap=Gap(first=4, last=4, because="outbox_full", losses=())))
    assert no_blindness.check(s.history(s.node("a", *steps, gap))).kept


def cleared(after_s: float, quiet_s: float, *intervals: SightInterval):
    asked = Reobserve(request=RequestId("r"), incident=IncidentId("i-1"), source=SourceId("cam"), rule=RuleId("crowd"), quiet_s=5, deadline=s.at(60))
    answer = replace(s.clear("i-1"), numbers={"quiet_s": quiet_s}, answered_at=s.at(after_s))
    said = sights(*intervals)
    return s.history(s.node("a", *said, s.step(None, asked, to="agent/box-a"), s.step(s.says(90, reobserved=answer))))


def test_clear_is_believed_of_seconds_that_somebody_looked_at():
    seen = (sight(Sight.OBSERVED, -5),)
    assert no_blindness.check(cleared(10, 8, *seen)).kept
    assert not no_blindness.check(cleared(10, 30, *seen)).kept, "longer than it was asked for"
    blind = (sight(Sight.OBSERVED, -5), sight(Sight.OBSERVED, -5, 1), sight(Sight.BLIND, 1))
    assert not no_blindness.check(cleared(10, 8, *blind)).kept, "it was blind"


def test_clear_is_doubted_no_more_than_the_clocks_of_box_and_district_may_differ():
    claimed = cleared(10, 30, sight(Sight.OBSERVED, 0))
    assert no_blindness.check(replace(claimed, clock_error_s=20.0)).kept
    assert not no_blindness.check(replace(claimed, clock_error_s=5.0)).kept


# 10 every bound has a fate


def loss(severity: Severity, count: int) -> LossCount:
    return LossCount(severity=severity, rule=RuleId("crowd"), count=count)


def test_a_gap_that_counts_what_it_stands_for_is_kept():
    gap = Gap(first=3, last=9, because="outbox_full", losses=(loss(Severity.MINOR, 7),))
    report = losses_declared.check(s.history(s.node("a", s.step(s.says(3, gap=gap)))))
    assert report.kept and report.checked == 1


def test_a_gap_that_counts_less_than_it_took_is_a_break():
    gap = Gap(first=3, last=9, because="outbox_full", losses=(loss(Severity.MINOR, 2),))
    assert not losses_declared.check(s.history(s.node("a", s.step(s.says(3, gap=gap))))).kept


def test_the_lowest_severity_goes_first():
    gap = s.step(s.says(5, gap=Gap(first=5, last=5, because="outbox_full", losses=(loss(Severity.SEVERE, 1),))))
    older, later = s.step(s.says(2)), s.step(s.says(7))
    assert losses_declared.check(s.history(s.node("a", gap, later))).kept, "a later one may have come when there was room again"
    assert losses_declared.check(s.history(s.node("a", older, gap, older))).kept, "it was with the district already"
    assert "kept its older item 2" in losses_declared.check(s.history(s.node("a", gap, older))).broken[0]
