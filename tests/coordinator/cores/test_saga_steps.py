"""One order's saga: the city's side of the two-owners protocol, sentence by sentence."""

import pytest

from citybrain.decider.command import Post
from citybrain.domain.order import FoundNeed
from citybrain.errors import IllegalTriggerError
from citybrain.vocabulary import Finding, IncidentStage, SlotState, UnitState
from coordinator.cores.order_saga import NEXT_STAGE, SagaStage, SagaTrigger, next_stage


def committed(city, order):
    city.answer("north", order, "reserve", "reserved")
    return city.answer("south", order, "claim", "claimed")


def issued(city, order):
    committed(city, order)
    city.answer("south", order, "claim_confirmed", "done")
    return city.answer("north", order, "issue", "issued")


def test_both_owners_are_asked_at_once(city, w):
    commands = city.plan(("u1", "s1"))
    assert w.requests(commands) == [("district/north", "reserve"), ("district/south", "claim")]


def test_commit_comes_only_after_both_answers(with_order, w):
    city, order = with_order
    assert w.requests(city.answer("north", order, "reserve", "reserved")) == []
    assert city.saga(order).stage == "proposing"
    assert w.requests(city.answer("south", order, "claim", "claimed")) == [
        ("district/north", "issue"),
        ("district/south", "claim_confirmed"),
    ]
    assert city.saga(order).stage == "committed"


def test_the_order_of_the_answers_does_not_matter(with_order):
    city, order = with_order
    city.answer("south", order, "claim", "claimed")
    city.answer("north", order, "reserve", "reserved")
    assert city.saga(order).stage == "committed"


def test_a_refused_reserve_releases_the_claim_and_another_unit_is_tried(with_order, w):
    city, order = with_order
    assert w.requests(city.answer("north", order, "reserve", "refused", "busy")) == [
        ("district/south", "release")
    ]
    city.answer("south", order, "release", "done")
    assert (city.saga(order).stage, city.saga(order).reason) == ("aborted", "busy")
    assert order not in city.state.sagas.live
    assert city.saga(order).unit_at_fault


def test_a_refused_claim_releases_the_reservation_and_does_not_fault_the_unit(with_order, w):
    city, order = with_order
    assert w.requests(city.answer("south", order, "claim", "refused", "slot_changed")) == [
        ("district/north", "release")
    ]
    assert not city.saga(order).unit_at_fault


def test_the_unit_stays_taken_until_its_owner_has_released_it(with_order):
    city, order = with_order
    city.answer("south", order, "claim", "refused", "slot_changed")
    assert "u1" in city.state.sagas.by_unit
    city.answer("north", order, "release", "done")
    assert "u1" not in city.state.sagas.by_unit


def test_silence_of_an_owner_aborts_at_the_deadline(with_order, w):
    city, order = with_order
    city.answer("south", order, "claim", "claimed")
    commands = city.advance(city.policy.propose_s + 0.1)
    assert w.requests(commands) == [("district/north", "release"), ("district/south", "release")]
    assert city.saga(order).reason == "unit_owner_silent"


def test_a_late_yes_after_the_abort_changes_nothing(with_order, w):
    city, order = with_order
    city.advance(city.policy.propose_s + 0.1)
    assert w.requests(city.answer("north", order, "reserve", "reserved")) == []
    assert city.saga(order).stage == "aborting"


def test_an_answer_of_another_district_counts_for_nothing(with_order):
    city, order = with_order
    city.answer("south", order, "reserve", "reserved")
    city.answer("north", order, "claim", "claimed")
    assert city.saga(order).stage == "proposing"


def test_an_issued_order_is_followed_and_the_incidents_owner_informed(with_order, w):
    city, order = with_order
    issued(city, order)
    for stage in ("accepted", "en_route", "on_scene", "done"):
        assert w.relayed(city.progress(order, stage)) == [("district/south", stage)]
    assert city.saga(order).stage == "done"
    assert order not in city.state.sagas.live


def test_progress_that_repeats_or_goes_back_is_relayed_once(with_order, w):
    city, order = with_order
    issued(city, order)
    city.progress(order, "en_route")
    assert w.relayed(city.progress(order, "accepted")) == []
    assert w.relayed(city.progress(order, "en_route")) == []


def test_what_a_crew_finds_at_the_scene_is_relayed_though_its_order_stands_where_it_was(
    with_order, w
):
    city, order = with_order
    issued(city, order)
    city.progress(order, "on_scene")
    before = city.saga(order)
    pump = (FoundNeed(capability="pump"),)
    commands = city.progress(order, "on_scene", finding=Finding.WORSE, needs=pump)
    assert w.relayed(commands) == [("district/south", "on_scene")]
    (relayed,) = [c.letter for c in commands if isinstance(c, Post)]
    assert (relayed.finding, relayed.needs) == (Finding.WORSE, pump)
    assert city.saga(order) == before


def test_progress_that_overtakes_the_answer_to_issue_means_the_same(with_order):
    city, order = with_order
    committed(city, order)
    city.progress(order, "accepted")
    assert city.saga(order).stage == "issued"
    city.answer("north", order, "issue", "issued")
    assert str(city.saga(order).crew_stage) == "accepted"


def test_an_issue_refused_as_expired_cancels_the_claim_and_plans_again(with_order, w):
    city, order = with_order
    committed(city, order)
    assert w.requests(city.answer("north", order, "issue", "refused", "expired")) == [
        ("district/south", "claim_cancelled")
    ]
    city.answer("south", order, "claim_cancelled", "done")
    assert city.saga(order).stage == "withdrawn"


def test_a_crew_that_cannot_cancels_the_claim_at_once(with_order, w):
    city, order = with_order
    issued(city, order)
    commands = city.progress(order, "refused", reason="flat tyre")
    assert w.requests(commands) == [("district/south", "claim_cancelled")]
    assert w.relayed(commands) == [("district/south", "refused")]


def test_a_crew_that_is_silent_is_withdrawn_before_its_claim_is_cancelled(with_order, w):
    city, order = with_order
    issued(city, order)
    assert w.requests(city.advance(city.policy.accept_s + 0.1)) == [("district/north", "withdraw")]
    assert w.requests(city.answer("north", order, "withdraw", "done")) == [
        ("district/south", "claim_cancelled")
    ]
    city.answer("south", order, "claim_cancelled", "done")
    assert (city.saga(order).stage, city.saga(order).reason) == ("withdrawn", "crew_silent")


def test_an_accepted_order_has_no_deadline_of_the_citys(with_order, w):
    city, order = with_order
    issued(city, order)
    city.progress(order, "accepted")
    assert w.requests(city.advance(3600)) == []


def test_when_the_units_owner_is_silent_too_the_claim_is_cancelled_without_it(with_order, w):
    city, order = with_order
    committed(city, order)
    assert w.requests(city.advance(city.policy.issue_s + 0.1)) == [("district/north", "withdraw")]
    assert w.requests(city.advance(city.policy.withdraw_s + 0.1)) == [
        ("district/south", "claim_cancelled")
    ]


def test_an_order_too_late_to_withdraw_stands(with_order, w):
    city, order = with_order
    issued(city, order)
    city.advance(city.policy.accept_s + 0.1)
    assert w.requests(city.answer("north", order, "withdraw", "too_late", "stage:on_scene")) == []
    assert (city.saga(order).stage, city.saga(order).past_recall, city.saga(order).extra) == (
        "issued",
        True,
        False,
    )
    city.progress(order, "done")
    assert city.saga(order).stage == "done"


def test_too_late_after_the_claim_was_cancelled_is_an_extra_crew_that_its_owner_learns_of(
    with_order, w
):
    city, order = with_order
    committed(city, order)
    city.advance(city.policy.issue_s + 0.1)
    city.advance(city.policy.withdraw_s + 0.1)
    commands = city.answer("north", order, "withdraw", "too_late", "stage:on_scene")
    assert city.saga(order).extra
    assert w.relayed(commands) == [("district/south", "on_scene")]


def test_a_slot_taken_back_withdraws_the_unit(with_order, w):
    city, order = with_order
    committed(city, order)
    assert w.requests(city.answer("south", order, "claim_confirmed", "not_wanted")) == [
        ("district/north", "withdraw")
    ]
    city.answer("north", order, "withdraw", "done")
    assert city.saga(order).stage == "withdrawn"


def test_an_incident_that_closes_before_commit_aborts(with_order, w):
    city, order = with_order
    city.answer("south", order, "claim", "claimed")
    commands = city.receive("south", w.incident(stage=IncidentStage.CLOSED))
    assert w.requests(commands) == [("district/north", "release"), ("district/south", "release")]
    assert city.saga(order).reason == "incident_over"


def test_an_incident_that_closes_after_commit_withdraws(with_order, w):
    city, order = with_order
    issued(city, order)
    commands = city.receive("south", w.incident(stage=IncidentStage.CLOSED))
    assert w.requests(commands) == [
        ("district/north", "withdraw"),
        ("district/south", "claim_cancelled"),
    ]


def test_a_slot_that_moved_on_withdraws(with_order, w):
    city, order = with_order
    issued(city, order)
    commands = city.receive("south", w.incident(slots=[w.slot(version=2, state=SlotState.OPEN)]))
    assert ("district/north", "withdraw") in w.requests(commands)


def test_the_report_of_the_citys_own_claim_changes_nothing(with_order, w):
    city, order = with_order
    commands = city.receive(
        "south", w.incident(slots=[w.slot(state=SlotState.CLAIMED, order=order)])
    )
    assert w.requests(commands) == []
    assert city.saga(order).stage == "proposing"


class TestCrashTable:
    """What the city does after a crash, at each row of the crash table."""

    def test_after_proposing_it_aborts(self, with_order, w):
        city, order = with_order
        city.crash()
        assert (city.saga(order).stage, city.saga(order).reason) == ("aborting", "restart")

    @pytest.mark.parametrize(
        ("sender", "step", "verdict"),
        [("north", "reserve", "reserved"), ("south", "claim", "claimed")],
    )
    def test_after_one_answer_it_aborts(self, with_order, sender, step, verdict):
        city, order = with_order
        city.answer(sender, order, step, verdict)
        city.crash()
        assert city.saga(order).stage == "aborting"

    def test_after_both_answers_the_commit_is_in_the_same_record_and_issue_is_sent_again(
        self, with_order
    ):
        city, order = with_order
        committed(city, order)
        sent = city.store.next_position("district/north")
        city.crash()
        assert city.saga(order).stage == "committed"
        again = [
            letter.kind
            for letter in city.store.letters(to="district/north", after=sent - 1, limit=9)
        ]
        assert again == ["order_request"]

    def test_issue_answered_twice_after_that_is_one_order(self, with_order):
        city, order = with_order
        committed(city, order)
        city.crash()
        city.connect("north", "south", session=2)
        city.answer("north", order, "issue", "issued")
        version = city.saga(order).version
        city.answer("north", order, "issue", "issued")
        assert city.saga(order).version == version

    def test_after_issued_it_only_goes_on(self, with_order):
        city, order = with_order
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
        city.connect("north", "south", session=2)
        city.progress(order, "accepted")
        assert str(city.saga(order).crew_stage) == "accepted"


def test_a_district_whose_store_went_back_is_asked_the_open_step_again(with_order, w):
    city, order = with_order
    committed(city, order)
    sent = city.store.next_position("district/north")
    city.connect("north", epoch="e2", session=1)
    letters = city.store.letters(to="district/north", after=sent - 1, limit=9)
    assert [b'"issue"' in letter.payload for letter in letters] == [True]
    from citybrain.domain.order import OrderAnswer

    commands = city.receive(
        "north",
        OrderAnswer(order=order, step="issue", verdict="refused", reason="unknown_order"),
        epoch="e2",
    )
    assert w.requests(commands) == [("district/south", "claim_cancelled")]


def test_a_unit_that_refused_a_slot_is_avoided_for_it_for_a_while(with_order):
    from coordinator.cores.sagas import avoided_pairs

    city, order = with_order
    city.answer("north", order, "reserve", "refused", "busy")
    city.answer("south", order, "release", "done")
    at = city.clock.now()
    assert avoided_pairs(city.state.sagas, at, 120.0) == (("s1", "u1"),)
    assert avoided_pairs(city.state.sagas, at + 121_000_000, 120.0) == ()


def test_an_illegal_trigger_names_what_would_be_legal():
    with pytest.raises(IllegalTriggerError, match="proposing"):
        next_stage(SagaStage.PROPOSING, SagaTrigger.FINISH)
    assert {stage for stage, _ in NEXT_STAGE} == {
        SagaStage.PROPOSING,
        SagaStage.COMMITTED,
        SagaStage.ISSUED,
        SagaStage.ABORTING,
        SagaStage.WITHDRAWING,
    }


def test_a_busy_unit_is_not_planned_with(city, w):
    from coordinator.cores.state import free_units

    city.receive("north", w.unit(state=UnitState.EN_ROUTE, order="o9"))
    assert free_units(city.state, city.clock.now()) == ()


def test_an_aborted_order_that_its_crew_has_all_the_same_is_called_back(with_order, w):
    """Only a city whose store lost the commit aborts an order that was issued; the unit's owner
    answers so, and then the order is not lost a second time.
    """
    city, order = with_order
    city.crash()
    city.connect("north", "south", session=2)
    commands = city.answer("north", order, "release", "too_late", "stage:en_route")
    assert w.requests(commands) == [("district/north", "withdraw")]
    city.answer("south", order, "release", "done")
    assert "u1" in city.state.sagas.by_unit
    city.answer("north", order, "withdraw", "done")
    assert city.saga(order).stage == "withdrawn"


def test_a_district_whose_store_went_back_is_asked_again_to_release_what_it_had_released(
    with_order, w
):
    city, order = with_order
    city.answer("south", order, "claim", "refused", "slot_changed")
    sent = city.store.next_position("district/south")
    city.connect("south", epoch="e2", session=1)
    letters = city.store.letters(to="district/south", after=sent - 1, limit=9)
    assert [b'"release"' in letter.payload for letter in letters] == [True]
