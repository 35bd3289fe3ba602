"""A stream yields at once, then after every commit; none is missed."""

import asyncio
import threading

import pytest

from citybrain.decider.changes import Changes


class Commits:
    """The listeners' side of a commit loop."""

    def on_commit(self, listener):
        self.commit = lambda: listener(None, [])


@pytest.fixture
def commits():
    return Commits()


@pytest.fixture
def changes(commits):
    return Changes(commits)


async def soon(stream):
    async with asyncio.timeout(10):
        return await anext(stream)


async def within(seconds, scene):
    async with asyncio.timeout(seconds):
        await scene


def test_a_stream_yields_at_once_and_then_waits(changes):
    async def scene():
        stream = changes.stream()
        await soon(stream)
        waiting = asyncio.ensure_future(anext(stream))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done()
        changes.touch()
        await within(10, waiting)

    asyncio.run(scene())


def test_a_commit_while_it_is_read_is_not_missed_and_many_share_one_yield(changes, commits):
    async def scene():
        stream = changes.stream()
        await soon(stream)
        for _ in range(100):
            commits.commit()
        await soon(stream)
        waiting = asyncio.ensure_future(anext(stream))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done()
        waiting.cancel()

    asyncio.run(scene())


def test_every_open_stream_is_woken(changes, commits):
    async def scene():
        streams = [changes.stream() for _ in range(3)]
        for stream in streams:
            await soon(stream)
        commits.commit()
        for stream in streams:
            await soon(stream)

    asyncio.run(scene())


def test_the_last_of_many_commits_on_another_thread_is_always_seen(changes, commits):
    seen, written = [], [0]

    def write():
        for number in range(1, 2001):
            written[0] = number
            commits.commit()

    async def scene():
        commit_loop = threading.Thread(target=write)
        async for _ in changes.stream():
            if not seen:
                commit_loop.start()
            seen.append(written[0])
            if seen[-1] == 2000:
                break
        commit_loop.join()

    asyncio.run(within(20, scene()))
    assert seen == sorted(seen)


def test_a_stream_that_was_given_up_is_forgotten(changes, commits):
    async def scene():
        stream = changes.stream()
        await soon(stream)
        await stream.aclose()

    asyncio.run(scene())
    assert changes._streams == {}
    commits.commit()


def test_a_loop_that_has_ended_hurts_nobody(changes, commits):
    loop = asyncio.new_event_loop()
    stream = changes.stream()
    loop.run_until_complete(anext(stream))
    loop.close()
    commits.commit()


def test_a_real_host_wakes_a_screen(commit_loops, till):
    async def scene():
        commit_loop, _ = commit_loops(start=False)
        changes = Changes(commit_loop)
        commit_loop.start()
        async for _ in changes.stream():
            if commit_loop.state.total == 0:
                commit_loop.submit(till.Pay(amount=7))
            elif commit_loop.state.total == 7:
                return

    asyncio.run(within(20, scene()))
