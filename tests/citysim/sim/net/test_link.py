"""The network between a district and the city: in order, delayed, blocked one way or both, reset,
duplicating, and silent where the power failed."""

import asyncio
from collections import Counter

import pytest

from citybrain.clock import Timestamp
from citybrain.errors import MalformedError, RpcError
from citybrain.link.frames import Acknowledged, Heartbeat, LetterFrame
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.net.link import CONNECT_TIMEOUT_S, DUPLICATE_DELAY_S, Direction, Link
from citysim.sim.random_streams import RandomStreams


def up(*positions):
    return [LetterFrame(position=p, after=p - 1, payload=b"up") for p in positions]


def down(*positions):
    return [LetterFrame(position=p, after=p - 1, payload=b"down") for p in positions]


def letter_for_letter(frame):
    """The city's reply to a letter is a letter of its own; to anything else it replies nothing."""
    return down(frame.position) if isinstance(frame, LetterFrame) else []


class Ends:
    """A district that sends frames, and a city that sends what `reply` makes of each that it
    receives (the same frame, if not set). Both record what they receive."""

    def __init__(self):
        self.loop = VirtualTimeLoop()
        self.duplicate_rng = RandomStreams(1).named("duplicates")
        self.link = Link(
            loop=self.loop, rng=RandomStreams(1).named("link"), duplicate_rng=self.duplicate_rng
        )
        self.link.acceptor = self.echo
        self.reply = lambda frame: [frame]
        self.received, self.city_received, self.end, self.city_ended = [], [], None, None
        self.city_received_at = []
        self.to_send = asyncio.Queue()
        self.task = None

    async def echo(self, incoming):
        try:
            async for frame in incoming:
                self.city_received.append(frame)
                self.city_received_at.append(self.loop.time())
                if frame == "bad":
                    raise MalformedError("bad", "the city refuses it")
                for each in self.reply(frame):
                    yield each
        finally:
            self.city_ended = self.loop.time()

    async def outgoing(self):
        while True:
            yield await self.to_send.get()

    async def exchange(self):
        try:
            async for frame in self.link.open(self.outgoing()):
                self.received.append(frame)
            self.end = "ended"
        except RpcError as error:
            self.end = error.code

    def begin(self):
        self.task = self.loop.create_task(self.exchange())
        return self

    def send(self, *frames):
        for frame in frames:
            self.loop.call_soon(self.to_send.put_nowait, frame)
        return self

    def run_until(self, at_s):
        self.loop.run_until(at_s)
        return self


@pytest.fixture
def make_ends():
    """Makes links with both ends, which are closed after the test."""
    every = []

    def make(**settings):
        every.append(Ends())
        for name, value in settings.items():
            setattr(every[-1].link, name, value)
        return every[-1]

    yield make
    for ends in every:
        ends.task.cancel()
        ends.link.city_died(notifies_peer=False)
        ends.run_until(ends.loop.time() + 5)


@pytest.fixture
def ends(make_ends):
    return make_ends()


def test_frames_arrive_in_order_whatever_each_one_takes(ends):
    ends.link.slow_s = 2.0
    ends.begin().send(*range(20)).run_until(60)
    assert ends.received == ends.city_received == list(range(20))


def test_blocked_frames_arrive_when_the_direction_is_unblocked(ends):
    ends.begin().run_until(1)
    ends.link.block(Direction.UP)
    ends.send(1, 2).run_until(30)
    assert ends.city_received == []
    ends.link.unblock()
    ends.run_until(31)
    assert ends.city_received == ends.received == [1, 2]


def test_frames_in_flight_at_the_block_arrive_before_those_that_are_sent_during_it(ends):
    ends.link.slow_s = 2.0
    ends.begin().run_until(5)
    ends.send(1, 2, 3).run_until(5.1)
    ends.link.block(Direction.UP)
    ends.send(4, 5).run_until(12)
    for frame in (6, 7):
        ends.link.unblock()
        ends.send(frame).run_until(ends.loop.time() + 0.5)
        ends.link.block(Direction.UP)
    ends.link.unblock()
    ends.run_until(60)
    assert ends.city_received == [1, 2, 3, 4, 5, 6, 7]


def test_with_the_way_down_blocked_the_city_receives_and_is_not_received(ends):
    ends.begin().run_until(1)
    ends.link.block(Direction.DOWN)
    ends.send(1).run_until(30)
    assert (ends.city_received, ends.received) == ([1], [])


def test_nobody_connects_through_a_blocked_link(ends):
    ends.link.block(Direction.DOWN)
    ends.begin().run_until(CONNECT_TIMEOUT_S + 0.1)
    assert ends.end == "UNAVAILABLE"


def test_where_no_city_runs_the_connection_is_refused(ends):
    ends.link.acceptor = None
    ends.begin().run_until(1)
    assert ends.end == "UNAVAILABLE"


def test_a_reset_stream_ends_at_both_ends(ends):
    ends.begin().send(1).run_until(1)
    ends.link.reset()
    ends.run_until(2)
    assert ends.end == "UNAVAILABLE"
    assert ends.city_ended is not None


def test_a_frame_that_the_city_refuses_ends_the_stream_with_an_error(ends):
    ends.begin().send("bad").run_until(2)
    assert ends.end == "INTERNAL"


def test_a_district_that_leaves_ends_the_citys_end(ends):
    ends.begin().send(1).run_until(1)
    ends.task.cancel()
    ends.run_until(2)
    assert 1 <= ends.city_ended < 1.1


def test_an_end_without_power_does_not_close_the_stream(ends):
    ends.begin().send(1).run_until(1)
    ends.link.district_died(notifies_peer=False)
    ends.run_until(60)
    assert ends.city_ended is None


def test_a_city_that_died_without_notice_is_only_silent(ends):
    ends.begin().send(1).run_until(1)
    ends.link.city_died(notifies_peer=False)
    ends.send(2).run_until(60)
    assert (ends.end, ends.received) == (None, [1])


def test_a_duplicated_letter_is_delivered_twice_on_the_same_stream(ends):
    ends.link.duplicates = 1.0
    ends.reply = letter_for_letter
    ends.begin().send(*up(1, 2, 3)).run_until(20)
    assert Counter(ends.city_received) == dict.fromkeys(up(1, 2, 3), 2)
    assert Counter(ends.received) == dict.fromkeys(down(1, 2, 3), 4), (
        "the city replies to duplicates too, and the replies are duplicated"
    )
    assert list(dict.fromkeys(ends.city_received)) == up(1, 2, 3), "the first of each are in order"
    for letter in up(1, 2, 3):
        first_s, second_s = (
            at_s
            for at_s, frame in zip(ends.city_received_at, ends.city_received, strict=True)
            if frame == letter
        )
        assert DUPLICATE_DELAY_S[0] <= second_s - first_s <= DUPLICATE_DELAY_S[1]


def test_as_many_letters_are_duplicated_as_the_share_says(ends):
    ends.link.duplicates = 0.3
    ends.reply = lambda _: []
    ends.begin().send(*up(*range(400))).run_until(20)
    assert 80 < sum(count == 2 for count in Counter(ends.city_received).values()) < 160


def test_only_letters_are_duplicated(ends):
    ends.link.duplicates = 1.0
    others = [Heartbeat(at=Timestamp(1)), Acknowledged(position=4)]
    ends.begin().send(*others, 7).run_until(20)
    assert ends.city_received == ends.received == [*others, 7]


@pytest.mark.parametrize("end", ["reset", "the district left", "the city died", "the city refused"])
def test_no_duplicate_is_delivered_after_the_end_of_its_stream(ends, end):
    ends.link.duplicates = 1.0
    ends.reply = letter_for_letter
    ends.begin().send(*up(*range(20))).run_until(0.1)
    assert set(up(*range(20))) <= set(ends.city_received)
    {
        "reset": ends.link.reset,
        "the district left": ends.task.cancel,
        "the city died": lambda: ends.link.city_died(notifies_peer=True),
        "the city refused": lambda: ends.send("bad"),
    }[end]()
    ends.run_until(0.2)
    received = (len(ends.city_received), len(ends.received))
    assert received[0] < 40, "some were still to come"
    ends.link.acceptor = ends.echo
    ends.begin().run_until(20)
    assert (len(ends.city_received), len(ends.received)) == received, "on the next stream neither"


def test_without_duplicates_their_random_stream_is_not_used(ends):
    before = ends.duplicate_rng.getstate()
    ends.begin().send(*up(1, 2, 3)).run_until(20)
    assert ends.city_received == ends.received == up(1, 2, 3)
    assert ends.duplicate_rng.getstate() == before


def test_duplicates_do_not_change_the_delays_of_the_letters_themselves(make_ends):
    first_at = []
    for duplicates in (0.0, 0.5):
        ends = make_ends(slow_s=0.5, duplicates=duplicates)
        ends.reply = lambda _: []
        ends.begin()
        for second in range(30):
            ends.send(*up(second)).run_until(second + 1)
        ends.run_until(60)
        arrivals = zip(ends.city_received, ends.city_received_at, strict=True)
        at_by_position = {}
        for frame, at_s in arrivals:
            at_by_position.setdefault(frame.position, at_s)
        first_at.append(at_by_position)
    assert first_at[0] == first_at[1]
    assert len(ends.city_received) > 35


def test_the_trigger_fires_for_every_letter_that_arrives_before_it_is_read(ends):
    fired = []

    def record(arrival):
        fired.append(
            (
                arrival.direction,
                [frame.position for frame in ends.city_received if isinstance(frame, LetterFrame)],
                [frame.position for frame in ends.received],
            )
        )

    ends.reply = letter_for_letter
    ends.link.letter_arrived.arm("test", record, once=False)
    ends.begin()
    for second, letter in enumerate(up(1, 2), start=1):
        ends.send(Heartbeat(at=Timestamp(second)), Acknowledged(position=second), letter).run_until(
            second
        )
    assert fired == [
        (Direction.UP, [], []),
        (Direction.DOWN, [1], []),
        (Direction.UP, [1], [1]),
        (Direction.DOWN, [1, 2], [1]),
    ]


def test_the_trigger_fires_for_a_duplicate_too(ends):
    fired = []
    ends.reply, ends.link.duplicates = lambda _: [], 1.0
    ends.link.letter_arrived.arm(
        "test",
        lambda arrival: fired.append((arrival.direction, arrival.frame.position)),
        once=False,
    )
    ends.begin().send(Heartbeat(at=Timestamp(1)), *up(1)).run_until(20)
    assert fired == [(Direction.UP, 1), (Direction.UP, 1)]
