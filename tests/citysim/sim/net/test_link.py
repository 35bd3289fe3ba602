"""The network between a district and the city: in order, delayed, held one way or both, torn, repeating, and silent where the power went."""

import asyncio
from collections import Counter

import pytest

from citybrain.clock import Timestamp
from citybrain.domain.link import Down, Heartbeat, Seen, Up
from citybrain.domain.order import OrderAnswer, OrderProgress
from citybrain.errors import MalformedError, RpcError
from citybrain.vocabulary import OrderStage, OrderStep, OrderVerdict
from citysim.sim.dice import Dice
from citysim.sim.loop import SimLoop
from citysim.sim.net.link import AGAIN_S, CONNECT_WITHIN_S, Link, Way

PROGRESS = OrderProgress(
    order="o-1",
    unit="u-1",
    unit_district="a",
    incident="i-1",
    incident_district="b",
    stage=OrderStage.EN_ROUTE,
    at=Timestamp(0),
)
ANSWER = OrderAnswer(order="o-1", step=OrderStep.RESERVE, verdict=OrderVerdict.RESERVED)


def up(*positions):
    return [Up(position=position, letter=ANSWER) for position in positions]


def down(*positions):
    return [Down(position=position, letter=PROGRESS) for position in positions]


def answered(frame):
    """As the city does: what it says to a letter is a letter of its own, to anything else it says nothing."""
    return down(frame.position) if isinstance(frame, Up) else []


class Ends:
    """A district that says frames and keeps what it hears; a city that says what `answer` makes of each that it hears: the same, as an echo."""

    def __init__(self):
        self.loop = SimLoop()
        self.odd = Dice(1).of("odd")
        self.link = Link(loop=self.loop, stream=Dice(1).of("link"), odd=self.odd)
        self.link.acceptor = self.echo
        self.answer = lambda frame: [frame]
        self.heard, self.city_heard, self.end, self.city_ended = [], [], None, None
        self.city_heard_at = []
        self.says = asyncio.Queue()
        self.task = None

    async def echo(self, incoming):
        try:
            async for frame in incoming:
                self.city_heard.append(frame)
                self.city_heard_at.append(self.loop.time())
                if frame == "bad":
                    raise MalformedError("bad", "the city does not like it")
                for answer in self.answer(frame):
                    yield answer
        finally:
            self.city_ended = self.loop.time()

    async def outgoing(self):
        while True:
            yield await self.says.get()

    async def talk(self):
        try:
            async for frame in self.link.open(self.outgoing()):
                self.heard.append(frame)
            self.end = "ended"
        except RpcError as error:
            self.end = error.code

    def begin(self):
        self.task = self.loop.create_task(self.talk())
        return self

    def say(self, *frames):
        for frame in frames:
            self.loop.call_soon(self.says.put_nowait, frame)
        return self

    def until(self, at_s):
        self.loop.run_until(at_s)
        return self


@pytest.fixture
def made():
    """Makes both ends, and nothing of them is left over."""
    every = []

    def make(**settings):
        every.append(Ends())
        for name, value in settings.items():
            setattr(every[-1].link, name, value)
        return every[-1]

    yield make
    for ends in every:
        ends.task.cancel()
        ends.link.city_died(says_goodbye=False)
        ends.until(ends.loop.time() + 5)


@pytest.fixture
def ends(made):
    return made()


def test_frames_arrive_in_order_whatever_each_one_takes(ends):
    ends.link.slow_s = 2.0
    ends.begin().say(*range(20)).until(60)
    assert ends.heard == ends.city_heard == list(range(20))


def test_what_is_held_up_arrives_when_the_way_is_free(ends):
    ends.begin().until(1)
    ends.link.hold(Way.UP)
    ends.say(1, 2).until(30)
    assert ends.city_heard == []
    ends.link.free()
    ends.until(31)
    assert ends.city_heard == ends.heard == [1, 2]


def test_what_was_on_the_way_as_it_was_held_up_stays_in_front_of_what_is_said_then(ends):
    ends.link.slow_s = 2.0
    ends.begin().until(5)
    ends.say(1, 2, 3).until(5.1)
    ends.link.hold(Way.UP)
    ends.say(4, 5).until(12)
    for frame in (6, 7):
        ends.link.free()
        ends.say(frame).until(ends.loop.time() + 0.5)
        ends.link.hold(Way.UP)
    ends.link.free()
    ends.until(60)
    assert ends.city_heard == [1, 2, 3, 4, 5, 6, 7]


def test_held_downwards_the_city_hears_and_is_not_heard(ends):
    ends.begin().until(1)
    ends.link.hold(Way.DOWN)
    ends.say(1).until(30)
    assert (ends.city_heard, ends.heard) == ([1], [])


def test_nobody_connects_through_a_held_link(ends):
    ends.link.hold(Way.DOWN)
    ends.begin().until(CONNECT_WITHIN_S + 0.1)
    assert ends.end == "UNAVAILABLE"


def test_where_no_city_runs_the_connection_is_refused(ends):
    ends.link.acceptor = None
    ends.begin().until(1)
    assert ends.end == "UNAVAILABLE"


def test_a_torn_stream_ends_at_both_ends(ends):
    ends.begin().say(1).until(1)
    ends.link.tear()
    ends.until(2)
    assert ends.end == "UNAVAILABLE"
    assert ends.city_ended is not None


def test_what_the_city_refuses_is_said_to_the_district(ends):
    ends.begin().say("bad").until(2)
    assert ends.end == "INTERNAL"


def test_a_district_that_leaves_ends_the_citys_end(ends):
    ends.begin().say(1).until(1)
    ends.task.cancel()
    ends.until(2)
    assert 1 <= ends.city_ended < 1.1


def test_without_power_nobody_says_goodbye(ends):
    ends.begin().say(1).until(1)
    ends.link.district_died(says_goodbye=False)
    ends.until(60)
    assert ends.city_ended is None


def test_a_city_that_died_without_goodbye_is_only_silent(ends):
    ends.begin().say(1).until(1)
    ends.link.city_died(says_goodbye=False)
    ends.say(2).until(60)
    assert (ends.end, ends.heard) == (None, [1])


def test_a_letter_that_is_said_again_comes_twice_on_the_same_stream(ends):
    ends.link.repeats = 1.0
    ends.answer = answered
    ends.begin().say(*up(1, 2, 3)).until(20)
    assert Counter(ends.city_heard) == dict.fromkeys(up(1, 2, 3), 2)
    assert Counter(ends.heard) == dict.fromkeys(down(1, 2, 3), 4), (
        "the city answers what it hears again, and that is said again too"
    )
    assert list(dict.fromkeys(ends.city_heard)) == up(1, 2, 3), "the first of each are in order"
    for letter in up(1, 2, 3):
        first_s, again_s = (
            at_s
            for at_s, frame in zip(ends.city_heard_at, ends.city_heard, strict=True)
            if frame == letter
        )
        assert AGAIN_S[0] <= again_s - first_s <= AGAIN_S[1]


def test_so_many_letters_come_again_as_the_share_says(ends):
    ends.link.repeats = 0.3
    ends.answer = lambda _: []
    ends.begin().say(*up(*range(400))).until(20)
    assert 80 < sum(count == 2 for count in Counter(ends.city_heard).values()) < 160


def test_only_letters_come_again(ends):
    ends.link.repeats = 1.0
    others = [Heartbeat(at=Timestamp(1)), Seen(position=4)]
    ends.begin().say(*others, 7).until(20)
    assert ends.city_heard == ends.heard == [*others, 7]


@pytest.mark.parametrize("end", ["torn", "the district left", "the city died", "the city refused"])
def test_what_was_to_come_again_does_not_come_after_the_end_of_its_stream(ends, end):
    ends.link.repeats = 1.0
    ends.answer = answered
    ends.begin().say(*up(*range(20))).until(0.1)
    assert set(up(*range(20))) <= set(ends.city_heard)
    {
        "torn": ends.link.tear,
        "the district left": ends.task.cancel,
        "the city died": lambda: ends.link.city_died(says_goodbye=True),
        "the city refused": lambda: ends.say("bad"),
    }[end]()
    ends.until(0.2)
    said = (len(ends.city_heard), len(ends.heard))
    assert said[0] < 40, "some were still to come"
    ends.link.acceptor = ends.echo
    ends.begin().until(20)
    assert (len(ends.city_heard), len(ends.heard)) == said, "on the next stream neither"


def test_where_nothing_is_repeated_nothing_is_drawn_for_it(ends):
    before = ends.odd.getstate()
    ends.begin().say(*up(1, 2, 3)).until(20)
    assert ends.city_heard == ends.heard == up(1, 2, 3)
    assert ends.odd.getstate() == before


def test_the_letters_that_come_again_leave_the_luck_of_all_others_as_it_was(made):
    first_at = []
    for repeats in (0.0, 0.5):
        ends = made(slow_s=0.5, repeats=repeats)
        ends.answer = lambda _: []
        ends.begin()
        for second in range(30):
            ends.say(*up(second)).until(second + 1)
        ends.until(60)
        first_at.append(
            dict(
                reversed(
                    [
                        (frame.position, at_s)
                        for frame, at_s in zip(ends.city_heard, ends.city_heard_at, strict=True)
                    ]
                )
            )
        )
    assert first_at[0] == first_at[1]
    assert len(ends.city_heard) > 35


def test_the_bell_rings_for_every_letter_that_arrives_before_it_is_read(ends):
    rung = []

    def strike(way, _frame):
        rung.append(
            (
                way,
                [frame.position for frame in ends.city_heard if isinstance(frame, Up)],
                [frame.position for frame in ends.heard],
            )
        )

    ends.answer = answered
    ends.link.letters.listen("test", strike, is_once=False)
    ends.begin()
    for second, letter in enumerate(up(1, 2), start=1):
        ends.say(Heartbeat(at=Timestamp(second)), Seen(position=second), letter).until(second)
    assert rung == [
        (Way.UP, [], []),
        (Way.DOWN, [1], []),
        (Way.UP, [1], [1]),
        (Way.DOWN, [1, 2], [1]),
    ]


def test_the_bell_rings_for_a_letter_that_comes_again_too(ends):
    rung = []
    ends.answer, ends.link.repeats = lambda _: [], 1.0
    ends.link.letters.listen(
        "test", lambda way, frame: rung.append((way, frame.position)), is_once=False
    )
    ends.begin().say(Heartbeat(at=Timestamp(1)), *up(1)).until(20)
    assert rung == [(Way.UP, 1), (Way.UP, 1)]
