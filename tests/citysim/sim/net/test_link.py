"""The network between a district and the city: in order, delayed, held one way or both, torn, and silent where the power went."""

import asyncio

import pytest

from citybrain.errors import Malformed, RpcError
from citysim.sim.dice import Dice
from citysim.sim.loop import SimLoop
from citysim.sim.net.link import CONNECT_WITHIN_S, Link, Way


class Ends:
    """A district that says numbers and keeps what it hears; a city that echoes what it hears."""

    def __init__(self):
        self.loop = SimLoop()
        self.link = Link(loop=self.loop, stream=Dice(1).of("link"))
        self.link.acceptor = self.echo
        self.heard, self.city_heard, self.end, self.city_ended = [], [], None, None
        self.says = asyncio.Queue()
        self.task = None

    async def echo(self, incoming):
        try:
            async for frame in incoming:
                self.city_heard.append(frame)
                if frame == "bad":
                    raise Malformed("bad", "the city does not like it")
                yield frame
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
def ends():
    """Both ends, and nothing of them left over."""
    ends = Ends()
    yield ends
    ends.task.cancel()
    ends.link.city_died(says_goodbye=False)
    ends.until(ends.loop.time() + 5)


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
