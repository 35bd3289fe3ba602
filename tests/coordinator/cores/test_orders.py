"""The drive of an order, sentence by sentence of PROTOCOLS §4, city side."""

import pytest

from citybrain.errors import IllegalTriggerError
from citybrain.vocabulary import IncidentStage, SlotState, UnitState
from coordinator.cores.drive import NEXT_DRIVE, DriveCue, DriveStage, following


def committed(city, order):
    city.answer("north", order, "reserve", "reserved")
    return city.answer("south", order, "claim", "claimed")


def issued(city, order):
    committed(city, order)
    city.answer("south", order, "claim_confirmed", "done")
    return city.answer("north", order, "issue", "issued")


def test_both_owners_are_asked_at_once(city, w):
    commands = city.plan(("u1", "s1"))
    assert w.asked(commands) == [("district/north", "reserve"), ("district/south", "claim")]


def test_commit_comes_only_after_both_answers(driven, w):
    city, order = driven
    assert w.asked(city.answer("north", order, "reserve", "reserved")) == []
    assert city.drive(order).stage == "proposing"
    assert w.asked(city.answer("south", order, "claim", "claimed")) == [
        ("district/north", "issue"),
        ("district/south", "claim_confirmed"),
    ]
    assert city.drive(order).stage == "committed"


def test_the_order_of_the_answers_does_not_matter(driven):
    city, order = driven
    city.answer("south", order, "claim", "claimed")
    city.answer("north", order, "reserve", "reserved")
    assert city.drive(order).stage == "committed"


def test_a_refused_reserve_releases_the_claim_and_another_unit_is_tried(driven, w):
    city, order = driven
    assert w.asked(city.answer("north", order, "reserve", "refused", "busy")) == [
        ("district/south", "release")
    ]
    city.answer("south", order, "release", "done")
    assert (city.drive(order).stage, city.drive(order).reason) == ("aborted", "busy")
    assert order not in city.state.drives.live
    assert city.drive(order).blames_unit


def test_a_refused_claim_releases_the_reservation_and_does_not_blame_the_unit(driven, w):
    city, order = driven
    assert w.asked(city.answer("south", order, "claim", "refused", "slot_changed")) == [
        ("district/north", "release")
    ]
    assert not city.drive(order).blames_unit


def test_the_unit_stays_taken_until_its_owner_has_let_go(driven):
    city, order = driven
    city.answer("south", order, "claim", "refused", "slot_changed")
    assert "u1" in city.state.drives.by_unit
    city.answer("north", order, "release", "done")
    assert "u1" not in city.state.drives.by_unit


def test_silence_of_an_owner_aborts_at_the_deadline(driven, w):
    city, order = driven
    city.answer("south", order, "claim", "claimed")
    commands = city.pass_time(city.policy.propose_s + 0.1)
    assert w.asked(commands) == [("district/north", "release"), ("district/south", "release")]
    assert city.drive(order).reason == "unit_owner_silent"


def test_a_late_yes_after_the_abort_changes_nothing(driven, w):
    city, order = driven
    city.pass_time(city.policy.propose_s + 0.1)
    assert w.asked(city.answer("north", order, "reserve", "reserved")) == []
    assert city.drive(order).stage == "aborting"


def test_an_answer_of_somebody_else_counts_for_nothing(driven):
    city, order = driven
    city.answer("south", order, "reserve", "reserved")
    city.answer("north", order, "claim", "claimed")
    assert city.drive(order).stage == "proposing"


def test_an_issued_order_is_followed_and_the_incidents_owner_told(driven, w):
    city, order = driven
    issued(city, order)
    for stage in ("accepted", "en_route", "on_scene", "done"):
        assert w.relayed(city.progress(order, stage)) == [("district/south", stage)]
    assert city.drive(order).stage == "done"
    assert order not in city.state.drives.live


def test_progress_that_repeats_or_goes_back_is_told_once(driven, w):
    city, order = driven
    issued(city, order)
    city.progress(order, "en_route")
    assert w.relayed(city.progress(order, "accepted")) == []
    assert w.relayed(city.progress(order, "en_route")) == []


def test_progress_that_overtakes_the_answer_to_issue_says_the_same(driven):
    city, order = driven
    committed(city, order)
    city.progress(order, "accepted")
    assert city.drive(order).stage == "issued"
    city.answer("north", order, "issue", "issued")
    assert str(city.drive(order).crew) == "accepted"


def test_an_issue_refused_as_expired_tells_the_slot_and_plans_again(driven, w):
    city, order = driven
    committed(city, order)
    assert w.asked(city.answer("north", order, "issue", "refused", "expired")) == [
        ("district/south", "claim_cancelled")
    ]
    city.answer("south", order, "claim_cancelled", "done")
    assert city.drive(order).stage == "withdrawn"


def test_a_crew_that_cannot_tells_the_slot_at_once(driven, w):
    city, order = driven
    issued(city, order)
    commands = city.progress(order, "refused", reason="flat tyre")
    assert w.asked(commands) == [("district/south", "claim_cancelled")]
    assert w.relayed(commands) == [("district/south", "refused")]


def test_a_crew_that_keeps_silent_is_withdrawn_before_its_slot_is_told(driven, w):
    city, order = driven
    issued(city, order)
    assert w.asked(city.pass_time(city.policy.accept_s + 0.1)) == [("district/north", "withdraw")]
    assert w.asked(city.answer("north", order, "withdraw", "done")) == [
        ("district/south", "claim_cancelled")
    ]
    city.answer("south", order, "claim_cancelled", "done")
    assert (city.drive(order).stage, city.drive(order).reason) == ("withdrawn", "crew_silent")


def test_an_accepted_order_has_no_deadline_of_the_citys(driven, w):
    city, order = driven
    issued(city, order)
    city.progress(order, "accepted")
    assert w.asked(city.pass_time(3600)) == []


def test_when_the_units_owner_keeps_silent_too_the_slot_is_told_without_it(driven, w):
    city, order = driven
    committed(city, order)
    assert w.asked(city.pass_time(city.policy.issue_s + 0.1)) == [("district/north", "withdraw")]
    assert w.asked(city.pass_time(city.policy.withdraw_s + 0.1)) == [
        ("district/south", "claim_cancelled")
    ]


def test_too_late_to_withdraw_keeps_the_order(driven, w):
    city, order = driven
    issued(city, order)
    city.pass_time(city.policy.accept_s + 0.1)
    assert w.asked(city.answer("north", order, "withdraw", "too_late", "stage:on_scene")) == []
    assert (city.drive(order).stage, city.drive(order).past_recall, city.drive(order).extra) == (
        "issued",
        True,
        False,
    )
    city.progress(order, "done")
    assert city.drive(order).stage == "done"


def test_too_late_after_the_slot_was_told_is_a_surplus_that_its_owner_learns_of(driven, w):
    city, order = driven
    committed(city, order)
    city.pass_time(city.policy.issue_s + 0.1)
    city.pass_time(city.policy.withdraw_s + 0.1)
    commands = city.answer("north", order, "withdraw", "too_late", "stage:on_scene")
    assert city.drive(order).extra
    assert w.relayed(commands) == [("district/south", "on_scene")]


def test_a_slot_taken_back_withdraws_the_unit(driven, w):
    city, order = driven
    committed(city, order)
    assert w.asked(city.answer("south", order, "claim_confirmed", "not_wanted")) == [
        ("district/north", "withdraw")
    ]
    city.answer("north", order, "withdraw", "done")
    assert city.drive(order).stage == "withdrawn"


def test_an_incident_that_closes_before_commit_aborts(driven, w):
    city, order = driven
    city.answer("south", order, "claim", "claimed")
    commands = city.say("south", w.incident(stage=IncidentStage.CLOSED))
    assert w.asked(commands) == [("district/north", "release"), ("district/south", "release")]
    assert city.drive(order).reason == "incident_over"


def test_an_incident_that_closes_after_commit_withdraws(driven, w):
    city, order = driven
    issued(city, order)
    commands = city.say("south", w.incident(stage=IncidentStage.CLOSED))
    assert w.asked(commands) == [
        ("district/north", "withdraw"),
        ("district/south", "claim_cancelled"),
    ]


def test_a_slot_that_moved_on_withdraws(driven, w):
    city, order = driven
    issued(city, order)
    commands = city.say("south", w.incident(slots=[w.slot(version=2, state=SlotState.OPEN)]))
    assert ("district/north", "withdraw") in w.asked(commands)


def test_the_report_of_our_own_claim_changes_nothing(driven, w):
    city, order = driven
    commands = city.say("south", w.incident(slots=[w.slot(state=SlotState.CLAIMED, order=order)]))
    assert w.asked(commands) == []
    assert city.drive(order).stage == "proposing"


class TestCrashTable:
    """What the city does after it died, at each row of PROTOCOLS §4."""

    def test_after_proposing_it_aborts(self, driven, w):
        city, order = driven
        city.crash()
        assert (city.drive(order).stage, city.drive(order).reason) == ("aborting", "restart")

    @pytest.mark.parametrize(
        ("sender", "step", "verdict"),
        [("north", "reserve", "reserved"), ("south", "claim", "claimed")],
    )
    def test_after_one_answer_it_aborts(self, driven, sender, step, verdict):
        city, order = driven
        city.answer(sender, order, step, verdict)
        city.crash()
        assert city.drive(order).stage == "aborting"

    def test_after_both_answers_the_commit_is_in_the_same_record_and_issue_is_sent_again(
        self, driven
    ):
        city, order = driven
        committed(city, order)
        sent = city.store.next_position("district/north")
        city.crash()
        assert city.drive(order).stage == "committed"
        again = [
            letter.kind
            for letter in city.store.letters(to="district/north", after=sent - 1, limit=9)
        ]
        assert again == ["OrderRequest"]

    def test_issue_answered_twice_after_that_is_one_order(self, driven):
        city, order = driven
        committed(city, order)
        city.crash()
        city.hello("north", "south", session=2)
        city.answer("north", order, "issue", "issued")
        version = city.drive(order).version
        city.answer("north", order, "issue", "issued")
        assert city.drive(order).version == version

    def test_after_issued_it_only_goes_on(self, driven):
        city, order = driven
        issued(city, order)
        waiting = (
            city.store.next_position("district/north"),
            city.store.next_position("district/south"),
        )
        city.crash()
        assert (
            city.store.next_position("district/north"),
            city.store.next_position("district/south"),
        ) == waiting
        city.hello("north", "south", session=2)
        city.progress(order, "accepted")
        assert str(city.drive(order).crew) == "accepted"


def test_a_district_whose_store_went_back_is_asked_the_open_step_again(driven, w):
    city, order = driven
    committed(city, order)
    sent = city.store.next_position("district/north")
    city.hello("north", epoch="e2", session=1)
    letters = city.store.letters(to="district/north", after=sent - 1, limit=9)
    assert [b'"issue"' in letter.payload for letter in letters] == [True]
    from citybrain.domain.order import OrderAnswer

    commands = city.say(
        "north",
        OrderAnswer(order=order, step="issue", verdict="refused", reason="unknown_order"),
        epoch="e2",
    )
    assert w.asked(commands) == [("district/south", "claim_cancelled")]


def test_a_unit_that_refused_a_slot_is_avoided_for_it_for_a_while(driven):
    from coordinator.cores.drives import avoided

    city, order = driven
    city.answer("north", order, "reserve", "refused", "busy")
    city.answer("south", order, "release", "done")
    at = city.clock.now()
    assert avoided(city.state.drives, at, 120.0) == (("s1", "u1"),)
    assert avoided(city.state.drives, at + 121_000_000, 120.0) == ()


def test_an_illegal_cue_names_what_would_be_legal():
    with pytest.raises(IllegalTriggerError, match="proposing"):
        following(DriveStage.PROPOSING, DriveCue.FINISH)
    assert {stage for stage, _ in NEXT_DRIVE} == {
        DriveStage.PROPOSING,
        DriveStage.COMMITTED,
        DriveStage.ISSUED,
        DriveStage.ABORTING,
        DriveStage.WITHDRAWING,
    }


def test_a_busy_unit_is_not_planned_with(city, w):
    from coordinator.cores.state import free_units

    city.say("north", w.unit(state=UnitState.EN_ROUTE, order="o9"))
    assert free_units(city.state, city.clock.now()) == ()


def test_an_aborted_order_that_its_crew_has_all_the_same_is_called_back(driven, w):
    """Only a city that forgot its commit aborts an order that was issued; the unit's owner says so, and it is not forgotten a second time."""
    city, order = driven
    city.crash()
    city.hello("north", "south", session=2)
    commands = city.answer("north", order, "release", "too_late", "stage:en_route")
    assert w.asked(commands) == [("district/north", "withdraw")]
    city.answer("south", order, "release", "done")
    assert "u1" in city.state.drives.by_unit
    city.answer("north", order, "withdraw", "done")
    assert city.drive(order).stage == "withdrawn"


def test_a_district_whose_store_went_back_is_told_again_what_it_had_let_go_of(driven, w):
    city, order = driven
    city.answer("south", order, "claim", "refused", "slot_changed")
    sent = city.store.next_position("district/south")
    city.hello("south", epoch="e2", session=1)
    letters = city.store.letters(to="district/south", after=sent - 1, limit=9)
    assert [b'"release"' in letter.payload for letter in letters] == [True]
