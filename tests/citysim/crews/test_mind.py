"""How a simulated crew works, and its device's rule about assignment numbers."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import Timestamp, later
from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition, CrewView
from citybrain.domain.order import Task
from citybrain.geo import Point, distance_m
from citybrain.ids import DistrictId, IncidentId, OrderId, SlotId, UnitId
from citybrain.vocabulary import CrewAction, IncidentKind, OrderStage, Severity, UnitState
from citysim.crews.mind import Habits, Mind, Void, due_at, refuses, shown, ticked

T0 = Timestamp(1_750_000_000_000_000)
HERE, THERE = Point(lat=30.66, lon=104.06), Point(lat=30.67, lon=104.07)
WILLING = Habits(refuse_share=0.0)


def order(
    stage: OrderStage = OrderStage.ISSUED, *, assignment: int = 1, name: str = "o-1"
) -> CrewOrder:
    task = Task(
        incident=IncidentId("i-1"),
        incident_district=DistrictId("a"),
        slot=SlotId("s-1"),
        slot_version=1,
        kind=IncidentKind("crowding"),
        severity=Severity.MODERATE,
        place=THERE,
        traceparent="",
    )
    return CrewOrder(
        order=OrderId(name), assignment=assignment, stage=stage, task=task, issued_at=T0
    )


def view(of: CrewOrder | None) -> CrewView:
    return CrewView(
        unit=UnitId("u-1"), name="Unit 1", state=UnitState.AVAILABLE, place=HERE, order=of
    )


def live_through(mind: Mind, wanted: CrewOrder) -> tuple[Mind, list[CrewAction], Timestamp]:
    """Show `wanted` and every stage that the buttons lead to, ten looks a second, until the order is over."""
    after = {
        CrewAction.ACCEPT: OrderStage.ACCEPTED,
        CrewAction.DEPART: OrderStage.EN_ROUTE,
        CrewAction.ARRIVE: OrderStage.ON_SCENE,
        CrewAction.FINISH: OrderStage.DONE,
        CrewAction.CANNOT: OrderStage.REFUSED,
    }
    now, pressed = T0, []
    mind, _ = shown(mind, view(wanted), now)
    for _ in range(10_000):
        now = later(now, 0.1)
        mind, wishes = ticked(mind, now)
        for wish in wishes:
            if isinstance(wish, CrewAnswer):
                pressed.append(wish.action)
                wanted = replace(wanted, stage=after[wish.action])
                mind, _ = shown(mind, view(wanted), now)
        if mind.order is None:
            return mind, pressed, now
    raise AssertionError("the order never ended")


def test_a_willing_crew_presses_the_buttons_in_order():
    mind, pressed, _ = live_through(Mind(unit=UnitId("u-1"), habits=WILLING), order())
    assert pressed == [CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE, CrewAction.FINISH]
    assert mind.place is not None and distance_m(mind.place, THERE) < 1.0


def test_nothing_is_accepted_before_a_second_has_passed():
    mind, _ = shown(Mind(unit=UnitId("u-1"), habits=WILLING), view(order()), T0)
    assert ticked(mind, later(T0, 0.9))[1] == ()
    (answer,) = ticked(mind, later(T0, 2.0))[1]
    assert answer.action is CrewAction.ACCEPT and answer.request == "u-1-1-accept"


def test_a_button_is_pressed_again_with_the_same_request_when_nothing_came_of_it():
    mind, _ = shown(Mind(unit=UnitId("u-1"), habits=WILLING), view(order()), T0)
    mind, first = ticked(mind, later(T0, 2.0))
    mind, nothing = ticked(mind, later(T0, 3.0))
    _, again = ticked(mind, later(T0, 6.0))
    assert nothing == () and again == first


def test_the_crew_moves_toward_the_place_and_says_where_it_is():
    mind, _ = shown(
        Mind(unit=UnitId("u-1"), habits=replace(WILLING, hurry=10.0)),
        view(order(OrderStage.EN_ROUTE)),
        T0,
    )
    moved, (said,) = ticked(mind, later(T0, 1.0))
    assert isinstance(said, CrewPosition) and abs(distance_m(HERE, said.place) - 80.0) < 1.0
    assert moved.place == said.place


def test_an_older_assignment_is_void():
    mind, _ = shown(
        Mind(unit=UnitId("u-1"), habits=WILLING), view(order(assignment=5, name="new")), T0
    )
    mind, wishes = shown(mind, view(order(assignment=4, name="old")), later(T0, 1))
    assert wishes == (Void(order=order(assignment=4, name="old")),)
    assert mind.last_assignment == 5 and ticked(mind, later(T0, 60))[1] == ()


def test_the_same_number_for_another_order_is_void():
    mind, _ = shown(
        Mind(unit=UnitId("u-1"), habits=WILLING), view(order(assignment=5, name="one")), T0
    )
    _, wishes = shown(mind, view(order(assignment=5, name="other")), later(T0, 1))
    assert [type(w) for w in wishes] == [Void]


def test_a_device_that_was_switched_off_goes_on_with_its_live_order():
    mind, wishes = shown(
        Mind(unit=UnitId("u-1"), habits=WILLING, last_assignment=5),
        view(order(OrderStage.ON_SCENE, assignment=5)),
        T0,
    )
    assert wishes == () and mind.order is not None


@given(seed=st.integers(0, 10_000))
def test_a_crew_never_refuses_twice_in_a_row(seed):
    mind = Mind(unit=UnitId("u-1"), habits=Habits(seed=seed, refuse_share=0.9))
    actions = []
    for number in range(1, 6):
        mind, pressed, _ = live_through(mind, order(assignment=number, name=f"o-{number}"))
        actions.append(pressed[-1])
    assert all(not (a is b is CrewAction.CANNOT) for a, b in pairwise(actions))


def test_a_refusal_carries_its_reason():
    mind, _ = shown(
        Mind(unit=UnitId("u-1"), habits=replace(WILLING, refuse_share=1.0)), view(order()), T0
    )
    (answer,) = ticked(mind, later(T0, 2.0))[1]
    assert (answer.action, answer.reason) == (CrewAction.CANNOT, "vehicle_fault")


def test_the_same_seed_refuses_the_same_assignments():
    mind = Mind(unit=UnitId("u-1"), habits=Habits(seed=7, refuse_share=0.5))
    assert [refuses(mind, n) for n in range(50)] == [refuses(mind, n) for n in range(50)]


HABITS = st.builds(
    Habits,
    seed=st.integers(1, 99),
    speed_mps=st.floats(0.5, 20.0),
    hurry=st.floats(1.0, 60.0),
    depart_s=st.floats(0.0, 3.0),
    report_s=st.floats(0.1, 7.0),
    again_s=st.floats(0.1, 7.0),
    refuse_share=st.sampled_from([0.0, 0.5, 1.0]),
)


@given(
    habits=HABITS,
    stage=st.sampled_from(
        [OrderStage.ISSUED, OrderStage.ACCEPTED, OrderStage.EN_ROUTE, OrderStage.ON_SCENE]
    ),
    steps=st.integers(1, 6),
)
def test_a_crew_may_be_left_alone_until_it_is_due_and_wishes_something_then(habits, stage, steps):
    mind, _ = shown(Mind(unit=UnitId("u-1"), habits=habits), view(order(stage)), T0)
    now = T0
    for _ in range(steps):
        due = due_at(mind)
        if due - 1 >= now:
            assert ticked(mind, Timestamp(due - 1)) == (mind, ())
        now = max(now, due)
        mind, wishes = ticked(mind, now)
        assert wishes


def test_a_crew_without_an_order_is_never_due():
    mind = Mind(unit=UnitId("u-1"), habits=WILLING)
    assert due_at(mind) is None
    mind, _ = shown(mind, view(order(OrderStage.DONE)), T0)
    assert due_at(mind) is None
