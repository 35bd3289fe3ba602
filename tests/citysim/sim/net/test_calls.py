"""A phone's calls: there and back, and where nobody answers the caller does not know whether the
call took effect."""

import pytest

from citybrain.errors import RpcError
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.net.calls import DEADLINE_S, Calls
from citysim.sim.random_streams import RandomStreams


class Caller:
    def __init__(self, *, loss=0.0, is_reachable=True):
        self.loop, self.done, self.outcomes = VirtualTimeLoop(), 0, []
        self.calls = Calls(
            loop=self.loop, rng=RandomStreams(1).named("calls"), is_reachable=lambda: is_reachable
        )
        self.calls.loss = loss

    async def work(self):
        self.done += 1
        return self.done

    async def call(self):
        try:
            self.outcomes.append(await self.calls.call(self.work))
        except RpcError as error:
            self.outcomes.append(error.code)

    def call_often(self, count):
        for number in range(count):
            self.loop.call_later(10.0 * number, lambda: self.loop.create_task(self.call()))
        self.loop.run_until(10.0 * count + 3 * DEADLINE_S)
        return self


def test_an_answer_comes_back():
    assert Caller().call_often(3).outcomes == [1, 2, 3]


def test_a_node_that_is_down_refuses():
    caller = Caller(is_reachable=False).call_often(1)
    assert (caller.outcomes, caller.done) == (["UNAVAILABLE"], 0)


def test_of_lost_calls_some_were_done_and_some_not():
    caller = Caller(loss=0.4).call_often(60)
    failed = caller.outcomes.count("DEADLINE_EXCEEDED")
    assert 0 < 60 - caller.done < failed, "the way there was lost for some, the way back for others"


def test_a_call_that_takes_too_long_is_given_up():
    caller = Caller()

    async def never():
        await caller.loop.create_future()

    caller.work = never
    assert caller.call_often(1).outcomes == ["DEADLINE_EXCEEDED"]


def test_a_caller_that_hangs_up_ends_the_call_at_the_node():
    caller, ended = Caller(), []

    async def never():
        try:
            await caller.loop.create_future()
        finally:
            ended.append(caller.loop.time())

    caller.work = never
    task = caller.loop.create_task(caller.call())
    caller.loop.call_later(1.0, task.cancel)
    caller.loop.run_until(2.0)
    assert task.cancelled() and ended == [1.0]


@pytest.mark.parametrize("loss", [0.0, 1.0])
def test_a_push_is_delayed_or_the_stream_breaks(loss):
    assert (Caller(loss=loss).calls.push_delay_s() is None) is bool(loss)
