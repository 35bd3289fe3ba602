"""The decisions of a simulated crew, and its device's rule on assignment numbers."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import Timestamp, later
from citybrain.domain.console import UnitAction, UnitVerb
from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition, CrewView
from citybrain.domain.order import FoundNeed, Task
from citybrain.domain.unit import UnitStatus
from citybrain.geo import Point, distance_m
from citybrain.ids import DistrictId, IncidentId, OrderId, SlotId, UnitId
from citybrain.structs import replace
from citybrain.vocabulary import (
    CrewAction,
    Duty,
    Finding,
    IncidentKind,
    OrderStage,
    RefusalClass,
    Severity,
    UnitState,
)
from citysim.people.simulated_crew import (
    REFUSALS,
    CrewBehaviour,
    CrewState,
    VoidOrder,
    next_wakeup,
    on_tick,
    on_view,
    will_refuse,
)

T0 = Timestamp(1_750_000_000_000_000)
HERE, THERE = Point(lat=30.66, lon=104.06), Point(lat=30.67, lon=104.07)
WILLING = CrewBehaviour(refuse_share=0.0)


def order(
    stage: OrderStage = OrderStage.ISSUED, *, assignment_number: int = 1, name: str = "o-1"
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
        order=OrderId(name),
        assignment_number=assignment_number,
        stage=stage,
        task=task,
        issued_at=T0,
    )


def view(of: CrewOrder | None) -> CrewView:
    return CrewView(
        unit=UnitId("u-1"), name="Unit 1", state=UnitState.AVAILABLE, place=HERE, order=of
    )


def work_order(crew: CrewState, wanted: CrewOrder) -> tuple[CrewState, list[CrewAction], Timestamp]:
    """Show `wanted` and every stage that the buttons lead to, at 10 Hz, until the order ends."""
    after = {
        CrewAction.ACCEPT: OrderStage.ACCEPTED,
        CrewAction.DEPART: OrderStage.EN_ROUTE,
        CrewAction.ARRIVE: OrderStage.ON_SCENE,
        CrewAction.FINISH: OrderStage.DONE,
        CrewAction.CANNOT: OrderStage.REFUSED,
    }
    now, pressed = T0, []
    crew, _ = on_view(crew, view(wanted), now)
    for _ in range(10_000):
        now = later(now, 0.1)
        crew, commands = on_tick(crew, now)
        for command in commands:
            if isinstance(command, CrewAnswer):
                pressed.append(command.action)
                wanted = replace(wanted, stage=after[command.action])
                crew, _ = on_view(crew, view(wanted), now)
        if crew.order is None:
            return crew, pressed, now
    raise AssertionError("the order never ended")


def test_a_willing_crew_presses_the_buttons_in_order():
    crew, pressed, _ = work_order(CrewState(unit=UnitId("u-1"), behaviour=WILLING), order())
    assert pressed == [CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE, CrewAction.FINISH]
    assert crew.place is not None and distance_m(crew.place, THERE) < 1.0


def test_nothing_is_accepted_before_a_second_has_passed():
    crew, _ = on_view(CrewState(unit=UnitId("u-1"), behaviour=WILLING), view(order()), T0)
    assert on_tick(crew, later(T0, 0.9))[1] == ()
    (answer,) = on_tick(crew, later(T0, 2.0))[1]
    assert answer.action is CrewAction.ACCEPT and answer.request == "u-1-1-accept"


def test_a_button_is_pressed_again_with_the_same_request_when_nothing_came_of_it():
    crew, _ = on_view(CrewState(unit=UnitId("u-1"), behaviour=WILLING), view(order()), T0)
    crew, first = on_tick(crew, later(T0, 2.0))
    crew, nothing = on_tick(crew, later(T0, 3.0))
    _, again = on_tick(crew, later(T0, 6.0))
    assert nothing == () and again == first


def test_the_crew_moves_toward_the_place_and_reports_its_position():
    crew, _ = on_view(
        CrewState(unit=UnitId("u-1"), behaviour=replace(WILLING, speedup=10.0)),
        view(order(OrderStage.EN_ROUTE)),
        T0,
    )
    moved, (report,) = on_tick(crew, later(T0, 1.0))
    assert isinstance(report, CrewPosition) and abs(distance_m(HERE, report.place) - 80.0) < 1.0
    assert moved.place == report.place


def test_an_older_assignment_is_void():
    crew, _ = on_view(
        CrewState(unit=UnitId("u-1"), behaviour=WILLING),
        view(order(assignment_number=5, name="new")),
        T0,
    )
    crew, commands = on_view(crew, view(order(assignment_number=4, name="old")), later(T0, 1))
    assert commands == (VoidOrder(order=order(assignment_number=4, name="old")),)
    assert crew.last_assignment_number == 5 and on_tick(crew, later(T0, 60))[1] == ()


def test_the_same_number_for_another_order_is_void():
    crew, _ = on_view(
        CrewState(unit=UnitId("u-1"), behaviour=WILLING),
        view(order(assignment_number=5, name="one")),
        T0,
    )
    _, commands = on_view(crew, view(order(assignment_number=5, name="other")), later(T0, 1))
    assert [type(w) for w in commands] == [VoidOrder]


def test_a_device_that_was_switched_off_goes_on_with_its_live_order():
    crew, commands = on_view(
        CrewState(unit=UnitId("u-1"), behaviour=WILLING, last_assignment_number=5),
        view(order(OrderStage.ON_SCENE, assignment_number=5)),
        T0,
    )
    assert commands == () and crew.order is not None


@given(seed=st.integers(0, 10_000))
def test_a_crew_never_refuses_twice_in_a_row(seed):
    crew = CrewState(unit=UnitId("u-1"), behaviour=CrewBehaviour(seed=seed, refuse_share=0.9))
    actions = []
    for number in range(1, 6):
        crew, pressed, _ = work_order(crew, order(assignment_number=number, name=f"o-{number}"))
        actions.append(pressed[-1])
    assert all(not (a is b is CrewAction.CANNOT) for a, b in pairwise(actions))


def test_a_refusal_carries_its_reason():
    crew, _ = on_view(
        CrewState(unit=UnitId("u-1"), behaviour=replace(WILLING, refuse_share=1.0)),
        view(order()),
        T0,
    )
    (answer,) = on_tick(crew, later(T0, 2.0))[1]
    assert (answer.action, answer.reason) == (CrewAction.CANNOT, "vehicle_fault")
    assert answer.reason_class is RefusalClass.UNIT_OUT


def test_the_same_seed_refuses_the_same_assignments():
    crew = CrewState(unit=UnitId("u-1"), behaviour=CrewBehaviour(seed=7, refuse_share=0.5))
    assert [will_refuse(crew, n) for n in range(50)] == [will_refuse(crew, n) for n in range(50)]


BEHAVIOURS = st.builds(
    CrewBehaviour,
    seed=st.integers(1, 99),
    speed_mps=st.floats(0.5, 20.0),
    speedup=st.floats(1.0, 60.0),
    depart_s=st.floats(0.0, 3.0),
    report_s=st.floats(0.1, 7.0),
    retry_s=st.floats(0.1, 7.0),
    refuse_share=st.sampled_from([0.0, 0.5, 1.0]),
)


@given(
    behaviour=BEHAVIOURS,
    stage=st.sampled_from(
        [OrderStage.ISSUED, OrderStage.ACCEPTED, OrderStage.EN_ROUTE, OrderStage.ON_SCENE]
    ),
    steps=st.integers(1, 6),
)
def test_a_crew_gives_no_command_before_its_next_wakeup_and_one_then(behaviour, stage, steps):
    crew, _ = on_view(CrewState(unit=UnitId("u-1"), behaviour=behaviour), view(order(stage)), T0)
    now = T0
    for _ in range(steps):
        due = next_wakeup(crew)
        if due - 1 >= now:
            assert on_tick(crew, Timestamp(due - 1)) == (crew, ())
        now = max(now, due)
        crew, commands = on_tick(crew, now)
        assert commands


def test_a_crew_without_an_order_has_no_next_wakeup():
    crew = CrewState(unit=UnitId("u-1"), behaviour=WILLING)
    assert next_wakeup(crew) is None
    crew, _ = on_view(crew, view(order(OrderStage.DONE)), T0)
    assert next_wakeup(crew) is None


def said(crew: CrewState, seconds: float) -> list[tuple[UnitVerb, float]]:
    """What it says of its duty within a time, woken only when it is due, and after how long."""
    found, now = [], T0
    while (due := next_wakeup(crew)) is not None and due <= later(T0, seconds):
        now = max(due, now)
        crew, commands = on_tick(crew, now)
        found += [(one.verb, (now - T0) / 1e6) for one in commands if isinstance(one, UnitAction)]
    return found


def test_a_crew_that_gets_no_order_says_after_a_while_that_it_is_ready_and_again_until_it_counts():
    out = UnitStatus(duty=Duty.OUT_OF_SERVICE, since=T0, by="u-1")
    crew, _ = on_view(
        CrewState(unit=UnitId("u-1"), behaviour=WILLING), replace(view(None), status=out), T0
    )
    (first, at), (second, again) = said(crew, 62.0)[:2]
    assert (first, second) == (UnitVerb.READY, UnitVerb.READY)
    assert WILLING.away_s[0] <= at <= WILLING.away_s[1]
    assert again == at + WILLING.retry_s
    back, _ = on_view(crew, view(None), later(T0, 1.0))
    assert said(back, 600.0) == []


def test_a_crew_takes_a_break_after_a_share_of_its_orders():
    always = CrewBehaviour(refuse_share=0.0, break_share=1.0)
    crew, pressed, _ = work_order(CrewState(unit=UnitId("u-1"), behaviour=always), order())
    assert pressed[-1] is CrewAction.FINISH
    assert said(crew, 600.0)[0][0] is UnitVerb.BREAK
    never, *_ = work_order(CrewState(unit=UnitId("u-1"), behaviour=WILLING), order())
    assert said(never, 600.0) == []


def test_crews_refuse_by_every_class_and_by_none():
    refusing = CrewBehaviour(refuse_share=1.0, refusals=REFUSALS)
    classes = set()
    for number in range(1, 60):
        crew, _ = on_view(
            CrewState(unit=UnitId("u-1"), behaviour=refusing),
            view(order(assignment_number=number)),
            T0,
        )
        _, (answer,) = on_tick(crew, later(T0, 10.0))
        assert answer.reason
        classes.add(answer.reason_class)
    assert classes == {None, *RefusalClass} - {RefusalClass.UNKNOWN}


def test_what_is_worse_asks_for_what_the_city_has():
    found = CrewBehaviour(refuse_share=0.0, found_share=1.0, wanted="lift_rescue")
    asked = {}
    for number in range(1, 60):
        crew, _ = on_view(
            CrewState(unit=UnitId("u-1"), behaviour=found),
            view(order(OrderStage.ON_SCENE, assignment_number=number)),
            T0,
        )
        _, (answer,) = on_tick(crew, later(T0, 10.0))
        asked.setdefault(answer.finding, set()).add(answer.needs)
    nothing = {()}
    assert asked == {
        Finding.NOTHING_HERE: nothing,
        Finding.AS_REPORTED: nothing,
        Finding.WORSE: {(FoundNeed(capability="lift_rescue"),)},
    }
