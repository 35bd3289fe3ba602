"""One real child process: what its `stop` does when its own caller is cancelled."""

import asyncio
import sys

import pytest

from citysim.supervise.child_process import ChildProcess, Program

SERVE = "print('ready', flush=True); import signal; signal.pause()"


class CancelsOnSet(asyncio.Event):
    """Cancels `task` in the same turn of the event loop in which the event is set."""

    task: asyncio.Task[int]

    def set(self):
        super().set()
        self.task.cancel()


def test_a_cancellation_that_comes_with_the_exit_ends_the_stop(tmp_path):
    """`asyncio.wait_for` of Python 3.11 would return the result and forget the cancellation."""

    async def scenario():
        program = Program(name="one", argv=(sys.executable, "-c", SERVE), stop_order=1)
        child = ChildProcess.start(program, log=tmp_path / "one.log", tag="test")
        await child.wait_ready()
        exited = child._exited = CancelsOnSet()
        exited.task = asyncio.create_task(child.stop())
        with pytest.raises(asyncio.CancelledError):
            await exited.task
        assert await child.wait() < 0, "it ended by the signal"

    asyncio.run(scenario())
