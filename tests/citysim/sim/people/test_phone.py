"""A crew and its phone on virtual time: woken when due, on a network that loses calls, in every mood."""

from dataclasses import dataclass, field, replace

import pytest

from citybrain.clock import Timestamp
from citybrain.domain.console import Outcome
from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition, CrewView
from citybrain.domain.order import Task
from citybrain.errors import RpcError
from citybrain.geo import Point
from citybrain.vocabulary import CrewAction, OrderStage, Severity, UnitState
from citysim.sim.dice import Dice
from citysim.sim.loop import SimLoop
from citysim.sim.people.phone import LATE_S, OLD_S, SIM_HABITS, Mood, Phone

HERE, THERE = Point(lat=30.66, lon=104.06), Point(lat=30.67, lon=104.07)
FOLLOWS = {
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
        order=f"o-{number}", assignment=number, stage=stage, task=task, issued_at=Timestamp(0)
    )


@dataclass
class District:
    """Takes answers as a district does, after a moment on the way; `lost` calls are not heard, of `unanswered` ones nobody hears that they were. Idempotent."""

    loop: SimLoop = field(default_factory=SimLoop)
    order: CrewOrder | None = None
    heard: list = field(default_factory=list)
    places: list = field(default_factory=list)
    worked: list = field(default_factory=list)
    pressed: list = field(default_factory=list)
    lost: int = 0
    unanswered: int = 0

    def __post_init__(self):
        habits = replace(SIM_HABITS, refuse_share=0.0)
        self.phone = Phone(
            "u-1",
            habits=habits,
            loop=self.loop,
            chance=Dice(1).of("u-1"),
            send=self.take,
            worked=self.worked.append,
            pressed=self.pressed.append,
        )

    def say(self, order):
        self.order = order
        self.phone.show(
            CrewView(unit="u-1", name="U", state=UnitState.COMMITTED, place=HERE, order=order)
        )

    async def take(self, wish):
        done = self.loop.create_future()
        self.loop.call_later(0.1, done.set_result, None)
        await done
        if isinstance(wish, CrewPosition):
            self.places.append(wish)
            return Outcome(request="", done=True)
        if self.lost:
            self.lost -= 1
            raise RpcError("UNAVAILABLE", "lost", retry=True)
        is_known = wish.request in [answer.request for answer in self.heard]
        self.heard.append(wish)
        if is_known:
            return Outcome(request=wish.request, done=True)
        is_mine = self.order is not None and self.order.order == wish.order
        if is_mine and FOLLOWS[wish.action] is not self.order.stage:
            self.loop.call_later(0.05, self.say, replace(self.order, stage=FOLLOWS[wish.action]))
        if self.unanswered:
            self.unanswered -= 1
            raise RpcError("DEADLINE_EXCEEDED", "no answer", retry=True)
        return Outcome(request=wish.request, done=is_mine, reason="" if is_mine else "not_current")

    @property
    def actions(self):
        return [answer.action for answer in self.heard]

    def lines(self):
        return [(line.what, line.assignment, line.outcome) for line in self.phone.device]


@pytest.fixture
def district():
    return District()


def test_a_crew_takes_an_order_through_its_stages_and_notes_every_step(district):
    district.say(an_order())
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
    assert [task.incident for task in district.worked] == ["i-1"]
    assert [press.action for press in district.pressed] == district.actions
    assert not district.phone.is_busy


def test_it_is_woken_only_when_it_is_due(district):
    district.loop.run_until(10_000.0)
    assert district.loop.turns == 0
    district.say(an_order())
    district.loop.run_until(20_000.0)
    assert (
        district.loop.turns < 200
    )  # positions on a way of 1.5 km, four buttons, and their way over the network


def test_a_lost_call_is_made_again_with_the_same_request(district):
    district.lost = 3
    district.say(an_order())
    district.loop.run_until(600.0)
    assert district.actions == [
        CrewAction.ACCEPT,
        CrewAction.DEPART,
        CrewAction.ARRIVE,
        CrewAction.FINISH,
    ]


def test_a_lost_answer_leaves_no_line_and_the_button_is_seen_to_have_worked(district):
    district.unanswered = 1
    district.say(an_order())
    district.loop.run_until(600.0)
    assert district.actions[:2] == [CrewAction.ACCEPT, CrewAction.DEPART]
    assert ("accept", 1, "done") not in district.lines() and (
        "depart",
        1,
        "done",
    ) in district.lines()


def test_what_comes_while_a_button_is_on_its_way_is_shown_when_it_is_known_what_became_of_it(
    district,
):
    district.say(an_order(1))
    district.loop.run_until(60.0, until=lambda: district.phone._in_flight == 1)
    district.say(an_order(2))
    assert district.lines() == [("shown", 1, "")]
    district.loop.run_until(district.loop.time() + 0.2)
    assert district.lines() == [("shown", 1, ""), ("accept", 1, "not_current"), ("shown", 2, "")]


def test_a_silent_crew_does_nothing_until_its_mood_changes(district):
    district.say(an_order())
    district.phone.mood = Mood.SILENT
    district.loop.run_until(300.0)
    assert district.heard == []
    district.phone.mood = Mood.WILLING
    district.loop.run_until(900.0)
    assert district.actions[-1] is CrewAction.FINISH


def test_a_crew_that_refuses_gives_the_order_back(district):
    district.phone.mood = Mood.REFUSES
    district.say(an_order())
    district.loop.run_until(60.0)
    assert district.actions == [CrewAction.CANNOT] and district.worked == []


def test_an_answer_given_twice_is_the_same_request(district):
    district.phone.mood = Mood.TWICE
    district.say(an_order())
    district.loop.run_until(600.0)
    requests = [answer.request for answer in district.heard]
    assert len(requests) == 8 and len(set(requests)) == 4
    assert district.lines() == [
        ("shown", 1, ""),
        *((line, 1, "done") for line in ("accept", "depart", "arrive", "finish")),
    ]


def test_a_late_answer_leaves_long_after_it_was_given(district):
    district.phone.mood = Mood.LATE
    district.say(an_order())
    district.loop.run_until(LATE_S[0])
    assert district.heard == []
    district.loop.run_until(900.0)
    assert CrewAction.FINISH in district.actions


def test_backdated_positions_carry_an_older_time(district):
    district.phone.mood = Mood.BACKDATED
    district.say(an_order(stage=OrderStage.EN_ROUTE))
    district.loop.run_until(20.0)
    assert district.places
    assert all(place.at < district.phone._now() - OLD_S * 900_000 for place in district.places)


def test_a_phone_that_was_switched_off_keeps_its_rule_about_numbers(district):
    district.say(an_order(5))
    district.phone.restart()
    district.say(an_order(4))
    assert district.lines() == [("shown", 5, ""), ("void", 4, "")]
    district.say(an_order(5))
    assert district.lines()[-1] == ("shown", 5, "")


def test_the_work_of_an_order_is_done_once_however_often_the_button_is_pressed(district):
    district.say(an_order(stage=OrderStage.ON_SCENE))
    district.lost = 5
    district.loop.run_until(300.0)
    assert len(district.worked) == 1 and isinstance(district.heard[-1], CrewAnswer)


def test_an_earlier_orders_view_that_comes_again_is_void_and_the_present_one_goes_on(district):
    district.say(an_order(1))
    district.say(None)
    district.say(an_order(2))
    district.phone.show_earlier()
    assert district.lines()[-1] == ("void", 1, "")
    district.loop.run_until(1_200.0)
    assert [
        (line.what, line.assignment) for line in district.phone.device if line.what == "shown"
    ] == [("shown", 1), ("shown", 2)]
    assert district.lines()[-1] == ("finish", 2, "done")


def test_before_there_was_an_earlier_order_nothing_comes_again(district):
    district.phone.show_earlier()
    district.say(an_order(1))
    district.phone.show_earlier()
    assert district.lines() == [("shown", 1, "")]


def pressed_on(district, order):
    """Answers for this order that are not the crew's own."""
    return [
        answer for answer in district.heard if answer.order == order and "-old-" in answer.request
    ]


@pytest.fixture
def doubled(district):
    """A crew of whose two devices one shows the order that it has finished."""
    district.say(an_order(1))
    district.loop.run_until(600.0)
    district.say(None)
    district.phone.press_earlier()
    return district


def test_an_earlier_order_is_pressed_through_when_the_next_one_was_shown(doubled):
    doubled.loop.run_until(700.0)
    assert pressed_on(doubled, "o-1") == []
    doubled.say(an_order(2))
    doubled.loop.run_until(720.0)
    old = pressed_on(doubled, "o-1")
    assert [answer.action for answer in old] == [
        CrewAction.ACCEPT,
        CrewAction.DEPART,
        CrewAction.ARRIVE,
        CrewAction.FINISH,
    ]
    assert {(answer.unit, answer.assignment) for answer in old} == {("u-1", 1)}


def test_it_is_pressed_with_requests_that_nobody_has_made_before(doubled):
    own = {answer.request for answer in doubled.heard}
    doubled.say(an_order(2))
    doubled.loop.run_until(720.0)
    fresh = [answer.request for answer in pressed_on(doubled, "o-1")]
    assert len(set(fresh)) == 4 and not own & set(fresh)


def test_what_becomes_of_it_is_nowhere_written_down_and_the_present_order_goes_on(doubled):
    doubled.say(an_order(2))
    doubled.loop.run_until(1_300.0)
    assert len(pressed_on(doubled, "o-1")) == 4
    buttons = ("accept", "depart", "arrive", "finish")
    assert doubled.lines() == [
        line
        for number in (1, 2)
        for line in (("shown", number, ""), *((button, number, "done") for button in buttons))
    ]


def test_it_is_pressed_through_once(doubled):
    for number, until_s in ((2, 1_300.0), (3, 2_000.0)):
        doubled.say(an_order(number))
        doubled.loop.run_until(until_s)
    assert len(pressed_on(doubled, "o-1")) == 4 and pressed_on(doubled, "o-2") == []


def test_the_next_stage_of_an_order_is_not_the_next_order(district):
    district.say(an_order(1))
    district.say(an_order(2))
    district.phone.press_earlier()
    for stage in (OrderStage.ACCEPTED, OrderStage.EN_ROUTE):
        district.say(an_order(2, stage))
        district.loop.run_until(district.loop.time() + 10.0)
    assert pressed_on(district, "o-1") == []
    district.say(an_order(3))
    district.loop.run_until(district.loop.time() + 10.0)
    assert len(pressed_on(district, "o-2")) == 4 and pressed_on(district, "o-1") == []


def test_where_there_never_was_an_earlier_order_nothing_is_pressed_until_there_is_one(district):
    district.phone.press_earlier()
    district.say(an_order(1))
    district.loop.run_until(600.0)
    assert pressed_on(district, "o-1") == []
    district.say(an_order(2))
    district.loop.run_until(610.0)
    assert len(pressed_on(district, "o-1")) == 4


def test_a_button_of_an_earlier_order_that_is_lost_is_not_pressed_again(doubled):
    doubled.lost = 1
    doubled.phone.mood = Mood.SILENT
    doubled.say(an_order(2))
    doubled.loop.run_until(720.0)
    assert [answer.action for answer in pressed_on(doubled, "o-1")] == [
        CrewAction.DEPART,
        CrewAction.ARRIVE,
        CrewAction.FINISH,
    ]


def test_every_order_that_the_network_brings_rings_once(district):
    rung = []
    district.phone.shows.listen("test", lambda: rung.append(district.order.order), is_once=False)
    district.say(an_order(1))
    district.loop.run_until(600.0)
    district.say(None)
    district.say(an_order(2))
    district.say(an_order(3))
    assert rung == ["o-1", "o-2", "o-3"]
