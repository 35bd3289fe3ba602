"""A phone's calls: there and back, and where nobody answers the caller does not know whether it was done."""

import pytest

from citybrain.errors import RpcError
from citysim.sim.dice import Dice
from citysim.sim.loop import SimLoop
from citysim.sim.net.calls import DEADLINE_S, Calls


class Line:
    def __init__(self, *, loss=0.0, is_there=True):
        self.loop, self.done, self.outcomes = SimLoop(), 0, []
        self.calls = Calls(loop=self.loop, stream=Dice(1).of("calls"), is_there=lambda: is_there)
        self.calls.loss = loss

    async def work(self):
        self.done += 1
        return self.done

    async def ask(self):
        try:
            self.outcomes.append(await self.calls.call(self.work))
        except RpcError as error:
            self.outcomes.append(error.code)

    def many(self, count):
        for number in range(count):
            self.loop.call_later(10.0 * number, lambda: self.loop.create_task(self.ask()))
        self.loop.run_until(10.0 * count + 3 * DEADLINE_S)
        return self


def test_an_answer_comes_back():
    assert Line().many(3).outcomes == [1, 2, 3]


def test_a_node_that_is_down_refuses():
    line = Line(is_there=False).many(1)
    assert (line.outcomes, line.done) == (["UNAVAILABLE"], 0)


def test_of_lost_calls_some_were_done_and_some_not():
    line = Line(loss=0.4).many(60)
    failed = line.outcomes.count("DEADLINE_EXCEEDED")
    assert 0 < 60 - line.done < failed, "the way there was lost for some, the way back for others"


def test_work_that_takes_too_long_is_given_up():
    line = Line()

    async def never():
        await line.loop.create_future()

    line.work = never
    assert line.many(1).outcomes == ["DEADLINE_EXCEEDED"]


@pytest.mark.parametrize("loss", [0.0, 1.0])
def test_a_push_takes_a_moment_or_the_stream_breaks(loss):
    assert (Line(loss=loss).calls.push_s() is None) is bool(loss)
