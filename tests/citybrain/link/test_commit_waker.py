"""Commits of another thread reach the event loop, many of them as one."""

import asyncio
import threading

from citybrain.link.commit_waker import CommitWaker


class Commits:
    def on_commit(self, listener):
        self.committed = lambda: listener(None, ())


def test_many_commits_wake_once_and_the_next_one_wakes_again():
    async def go():
        commits, woken = Commits(), []
        CommitWaker(commits, lambda: woken.append("woken"))
        for times in (1, 2):
            for _ in range(100):
                commits.committed()
            await asyncio.sleep(0)
            assert len(woken) == times

    asyncio.run(go())


def test_a_commit_of_another_thread_wakes_in_the_loops_own():
    async def go():
        commits, woken = Commits(), asyncio.Event()
        threads = []
        CommitWaker(commits, lambda: (threads.append(threading.current_thread()), woken.set()))
        await asyncio.to_thread(commits.committed)
        async with asyncio.timeout(5):
            await woken.wait()
        assert threads == [threading.main_thread()]

    asyncio.run(go())


def test_a_commit_after_the_end_of_the_loop_disturbs_nobody():
    commits = Commits()

    async def go():
        CommitWaker(commits, lambda: None)

    asyncio.run(go())
    commits.committed()
