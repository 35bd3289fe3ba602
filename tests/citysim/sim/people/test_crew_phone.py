"""A crew and its phone on virtual time: woken when due, on a network that loses calls, in every
fault mode."""

import pytest

from citybrain.clock import Timestamp
from citybrain.domain.console import Outcome
from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition, CrewView
from citybrain.domain.order import Task
from citybrain.errors import RpcError
from citybrain.geo import Point
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, OrderStage, Severity, UnitState
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.people.crew_phone import (
    BACKDATED_BY_S,
    LATE_ANSWER_DELAY_S,
    SIM_CREW_BEHAVIOUR,
    CrewPhone,
    FaultMode,
)
from citysim.sim.random_streams import RandomStreams

HERE, THERE = Point(lat=30.66, lon=104.06), Point(lat=30.67, lon=104.07)
NEXT_STAGE = {
    CrewAction.ACCEPT: OrderStage.ACCEPTED,
    CrewAction.DEPART: OrderStage.EN_ROUTE,
    CrewAction.ARRIVE: OrderStage.ON_SCENE,
    CrewAction.FINISH: OrderStage.DONE,
    CrewAction.CANNOT: OrderStage.REFUSED,
}


def an_order(number=1, stage=OrderStage.ISSUED):
    task = Task(
        incident="i-1",
        incident_district="a",
        slot="s-1",
        slot_version=1,
        kind="crowding",
        severity=Severity.MODERATE,
        place=THERE,
        traceparent="",
    )
    return CrewOrder(
        order=f"o-{number}",
        assignment_number=number,
        stage=stage,
        task=task,
        issued_at=Timestamp(0),
    )


class District:
    """Takes answers as a district does, idempotently and with a delay. `lost`: so many calls do not
    reach it; `unanswered`: so many take effect and are not answered."""

    def __init__(self):
        self.loop, self.order = VirtualTimeLoop(), None
        self.answers, self.positions = [], []  # as they arrived
        self.work_done, self.accepted = [], []  # as the phone reported them
        self.lost = self.unanswered = 0
        behaviour = replace(SIM_CREW_BEHAVIOUR, refuse_share=0.0)
        self.phone = CrewPhone(
            "u-1",
            behaviour=behaviour,
            loop=self.loop,
            rng=RandomStreams(1).named("u-1"),
            send=self.receive,
            on_work_done=self.work_done.append,
            on_accepted=self.accepted.append,
        )

    def show(self, order):
        self.order = order
        self.phone.show(
            CrewView(unit="u-1", name="U", state=UnitState.COMMITTED, place=HERE, order=order)
        )

    async def receive(self, message):
        arrived = self.loop.create_future()
        self.loop.call_later(0.1, arrived.set_result, None)
        await arrived
        if isinstance(message, CrewPosition):
            self.positions.append(message)
            return Outcome(request="", done=True)
        if self.lost:
            self.lost -= 1
            raise RpcError("UNAVAILABLE", "lost", retry=True)
        is_known = message.request in [answer.request for answer in self.answers]
        self.answers.append(message)
        if is_known:
            return Outcome(request=message.request, done=True)
        is_current = self.order is not None and self.order.order == message.order
        if is_current and NEXT_STAGE[message.action] is not self.order.stage:
            self.loop.call_later(
                0.05, self.show, replace(self.order, stage=NEXT_STAGE[message.action])
            )
        if self.unanswered:
            self.unanswered -= 1
            raise RpcError("DEADLINE_EXCEEDED", "no answer", retry=True)
        return Outcome(
            request=message.request, done=is_current, reason="" if is_current else "not_current"
        )

    @property
    def actions(self):
        return [answer.action for answer in self.answers]

    def lines(self):
        return [(line.action, line.assignment_number, line.outcome) for line in self.phone.device]


@pytest.fixture
def district():
    return District()


def test_a_crew_takes_an_order_through_its_stages_and_logs_every_step(district):
    district.show(an_order())
    district.loop.run_until(600.0)
    assert district.actions == [
        CrewAction.ACCEPT,
        CrewAction.DEPART,
        CrewAction.ARRIVE,
        CrewAction.FINISH,
    ]
    assert district.lines() == [
        ("shown", 1, ""),
        *((str(action), 1, "done") for action in district.actions),
    ]
    assert [task.incident for task in district.work_done] == ["i-1"]
    assert [accepted.action for accepted in district.accepted] == district.actions
    assert not district.phone.is_busy


def test_it_is_woken_only_when_it_is_due(district):
    district.loop.run_until(10_000.0)
    assert district.loop.steps == 0
    district.show(an_order())
    district.loop.run_until(20_000.0)
    assert (
        district.loop.steps < 200
    )  # positions on 1.5 km, four buttons, and the delays of the network


def test_a_lost_call_is_made_again_with_the_same_request(district):
    district.lost = 3
    district.show(an_order())
    district.loop.run_until(600.0)
    assert district.actions == [
        CrewAction.ACCEPT,
        CrewAction.DEPART,
        CrewAction.ARRIVE,
        CrewAction.FINISH,
    ]


def test_a_lost_outcome_is_not_logged_and_the_next_view_shows_that_the_answer_counted(district):
    district.unanswered = 1
    district.show(an_order())
    district.loop.run_until(600.0)
    assert district.actions[:2] == [CrewAction.ACCEPT, CrewAction.DEPART]
    assert ("accept", 1, "done") not in district.lines() and (
        "depart",
        1,
        "done",
    ) in district.lines()


def test_a_view_that_comes_while_an_answer_is_in_flight_is_shown_after_its_outcome(district):
    district.show(an_order(1))
    district.loop.run_until(60.0, until=lambda: district.phone._in_flight == 1)
    district.show(an_order(2))
    assert district.lines() == [("shown", 1, "")]
    district.loop.run_until(district.loop.time() + 0.2)
    assert district.lines() == [("shown", 1, ""), ("accept", 1, "not_current"), ("shown", 2, "")]


def test_a_silent_crew_does_nothing_until_its_fault_mode_ends(district):
    district.show(an_order())
    district.phone.fault_mode = FaultMode.SILENT
    district.loop.run_until(300.0)
    assert district.answers == []
    district.phone.fault_mode = FaultMode.NORMAL
    district.loop.run_until(900.0)
    assert district.actions[-1] is CrewAction.FINISH


def test_a_crew_that_refuses_gives_the_order_back(district):
    district.phone.fault_mode = FaultMode.REFUSES
    district.show(an_order())
    district.loop.run_until(60.0)
    assert district.actions == [CrewAction.CANNOT] and district.work_done == []


def test_an_answer_given_twice_is_the_same_request(district):
    district.phone.fault_mode = FaultMode.ANSWERS_TWICE
    district.show(an_order())
    district.loop.run_until(600.0)
    requests = [answer.request for answer in district.answers]
    assert len(requests) == 8 and len(set(requests)) == 4
    assert district.lines() == [
        ("shown", 1, ""),
        *((line, 1, "done") for line in ("accept", "depart", "arrive", "finish")),
    ]


def test_a_late_answer_leaves_long_after_it_was_given(district):
    district.phone.fault_mode = FaultMode.ANSWERS_LATE
    district.show(an_order())
    district.loop.run_until(LATE_ANSWER_DELAY_S[0])
    assert district.answers == []
    district.loop.run_until(900.0)
    assert CrewAction.FINISH in district.actions


def test_backdated_positions_carry_an_older_time(district):
    district.phone.fault_mode = FaultMode.BACKDATES
    district.show(an_order(stage=OrderStage.EN_ROUTE))
    district.loop.run_until(20.0)
    assert district.positions
    assert all(
        position.at < district.phone._now() - BACKDATED_BY_S * 900_000
        for position in district.positions
    )


def test_a_restarted_phone_still_refuses_older_assignment_numbers(district):
    district.show(an_order(5))
    district.phone.restart()
    district.show(an_order(4))
    assert district.lines() == [("shown", 5, ""), ("void", 4, "")]
    district.show(an_order(5))
    assert district.lines()[-1] == ("shown", 5, "")


def test_the_work_of_an_order_is_done_once_however_often_the_button_is_pressed(district):
    district.show(an_order(stage=OrderStage.ON_SCENE))
    district.lost = 5
    district.loop.run_until(300.0)
    assert len(district.work_done) == 1 and isinstance(district.answers[-1], CrewAnswer)


def test_a_repeated_view_of_an_earlier_order_is_void_and_the_current_order_goes_on(district):
    district.show(an_order(1))
    district.show(None)
    district.show(an_order(2))
    district.phone.show_earlier_order()
    assert district.lines()[-1] == ("void", 1, "")
    district.loop.run_until(1_200.0)
    assert [
        (line.action, line.assignment_number)
        for line in district.phone.device
        if line.action == "shown"
    ] == [("shown", 1), ("shown", 2)]
    assert district.lines()[-1] == ("finish", 2, "done")


def test_without_an_earlier_order_no_view_is_repeated(district):
    district.phone.show_earlier_order()
    district.show(an_order(1))
    district.phone.show_earlier_order()
    assert district.lines() == [("shown", 1, "")]


def earlier_presses(district, order):
    """Answers for this order that are not the crew's own."""
    return [
        answer for answer in district.answers if answer.order == order and "-old-" in answer.request
    ]


@pytest.fixture
def two_devices(district):
    """A crew with a second device, which still shows the order that was finished."""
    district.show(an_order(1))
    district.loop.run_until(600.0)
    district.show(None)
    district.phone.press_earlier_order()
    return district


def test_all_buttons_of_an_earlier_order_are_pressed_when_the_next_one_was_shown(two_devices):
    two_devices.loop.run_until(700.0)
    assert earlier_presses(two_devices, "o-1") == []
    two_devices.show(an_order(2))
    two_devices.loop.run_until(720.0)
    pressed = earlier_presses(two_devices, "o-1")
    assert [answer.action for answer in pressed] == [
        CrewAction.ACCEPT,
        CrewAction.DEPART,
        CrewAction.ARRIVE,
        CrewAction.FINISH,
    ]
    assert {(answer.unit, answer.assignment_number) for answer in pressed} == {("u-1", 1)}


def test_they_are_pressed_under_new_request_ids(two_devices):
    own_requests = {answer.request for answer in two_devices.answers}
    two_devices.show(an_order(2))
    two_devices.loop.run_until(720.0)
    requests = [answer.request for answer in earlier_presses(two_devices, "o-1")]
    assert len(set(requests)) == 4 and not own_requests & set(requests)


def test_their_outcomes_are_not_logged_and_the_current_order_goes_on(two_devices):
    two_devices.show(an_order(2))
    two_devices.loop.run_until(1_300.0)
    assert len(earlier_presses(two_devices, "o-1")) == 4
    buttons = ("accept", "depart", "arrive", "finish")
    assert two_devices.lines() == [
        line
        for number in (1, 2)
        for line in (("shown", number, ""), *((button, number, "done") for button in buttons))
    ]


def test_they_are_pressed_once(two_devices):
    for number, until_s in ((2, 1_300.0), (3, 2_000.0)):
        two_devices.show(an_order(number))
        two_devices.loop.run_until(until_s)
    assert (
        len(earlier_presses(two_devices, "o-1")) == 4 and earlier_presses(two_devices, "o-2") == []
    )


def test_the_next_stage_of_an_order_is_not_the_next_order(district):
    district.show(an_order(1))
    district.show(an_order(2))
    district.phone.press_earlier_order()
    for stage in (OrderStage.ACCEPTED, OrderStage.EN_ROUTE):
        district.show(an_order(2, stage))
        district.loop.run_until(district.loop.time() + 10.0)
    assert earlier_presses(district, "o-1") == []
    district.show(an_order(3))
    district.loop.run_until(district.loop.time() + 10.0)
    assert len(earlier_presses(district, "o-2")) == 4 and earlier_presses(district, "o-1") == []


def test_without_an_earlier_order_nothing_is_pressed_until_there_is_one(district):
    district.phone.press_earlier_order()
    district.show(an_order(1))
    district.loop.run_until(600.0)
    assert earlier_presses(district, "o-1") == []
    district.show(an_order(2))
    district.loop.run_until(610.0)
    assert len(earlier_presses(district, "o-1")) == 4


def test_a_lost_press_for_an_earlier_order_is_not_repeated(two_devices):
    two_devices.lost = 1
    two_devices.phone.fault_mode = FaultMode.SILENT
    two_devices.show(an_order(2))
    two_devices.loop.run_until(720.0)
    assert [answer.action for answer in earlier_presses(two_devices, "o-1")] == [
        CrewAction.DEPART,
        CrewAction.ARRIVE,
        CrewAction.FINISH,
    ]


def test_the_trigger_fires_once_for_every_order_that_is_shown(district):
    fired = []
    district.phone.new_order_shown.arm(
        "record", lambda view: fired.append(view.order.order), once=False
    )
    district.show(an_order(1))
    district.loop.run_until(600.0)
    district.show(None)
    district.show(an_order(2))
    district.show(an_order(3))
    assert fired == ["o-1", "o-2", "o-3"]
