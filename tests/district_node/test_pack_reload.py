"""A reload takes everything or nothing, and a node outlives each of its faults."""

import asyncio
import logging
from types import SimpleNamespace

import pytest

from citybrain import permissions
from citybrain.decider.commit_thread import CommitThread
from citybrain.errors import ConfigError, ConfigProblem
from citybrain.journal.memory import MemoryStore
from citybrain.pack.identity import PackIdentity
from citybrain.permissions import MAY, Permission
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citybrain.web.admission.admission import AddressTakenError
from district_node.inputs import NodeStarted
from district_node.pack_reload import PackReload
from district_node.pack_reload import log as reload_log
from district_node.shell.assembly import decider_of

FAULT = ConfigError("d.toml", (ConfigProblem(key="packs", problem="bad", remedy="Mend it."),))


class Ended(logging.Handler):
    """Each reload ends with a line of the log: waits for it."""

    def __init__(self):
        super().__init__()
        self.lines = []
        self._loop, self._line = asyncio.get_running_loop(), asyncio.Event()

    def emit(self, record):
        self.lines.append(record.getMessage())
        self._loop.call_soon_threadsafe(self._line.set)

    async def wait(self):
        async with asyncio.timeout(10):
            await self._line.wait()
        self._line.clear()


@pytest.fixture
def setup(scenario):
    scenario.start()
    return scenario.state.setup


@pytest.fixture
def commits(setup):
    store = MemoryStore()
    loop = CommitThread(decider_of(store), SystemClock(), store)
    loop.start()
    loop.submit(NodeStarted(setup=setup)).result(10)
    yield loop
    loop.stop()


def other(setup, version="2.0.0"):
    return replace(setup, packs=(PackIdentity(name="lifts", version=version, digest="0" * 64),))


async def taken(_):
    pass


def reloads(commits, *answers, on_taken=taken):
    """One reload an answer of the reader, a set-up or an error; the lines of the log."""

    async def within():
        waiting, ended = iter(answers), Ended()
        reload_log.addHandler(ended)
        reload_log.setLevel(logging.INFO)

        def reader():
            answer = next(waiting)
            if isinstance(answer, Exception):
                raise answer
            return SimpleNamespace(setup=answer)

        reload = PackReload(reader, commits, on_taken)
        running = asyncio.create_task(reload.run())
        try:
            for _ in answers:
                reload.request()
                await ended.wait()
            assert not running.done(), "the node is up"
        finally:
            running.cancel()
            reload_log.removeHandler(ended)
        return ended.lines

    return asyncio.run(within())


def test_the_same_content_is_journaled_once(commits, setup):
    before = commits.seq
    lines = reloads(commits, other(setup), other(setup), other(setup), other(setup, "2.0.1"))
    assert [line.startswith("in force") for line in lines] == [True, False, False, True]
    assert commits.seq == before + 2
    assert commits.state.setup.packs[0].version == "2.0.1"


@pytest.mark.parametrize("error", [FAULT, PermissionError(13, "Permission denied")])
def test_what_cannot_be_read_changes_nothing_and_the_next_reload_does(commits, setup, error):
    faulty, good = reloads(commits, error, other(setup))
    assert "stay as they are" in faulty and good.startswith("in force")
    assert commits.state.setup == other(setup)


def test_a_journal_that_takes_nothing_more_leaves_what_is_in_force(commits, setup):
    commits.stop()
    (line,) = reloads(commits, other(setup))
    assert "stay as they are" in line
    assert commits.state.setup == setup


def test_a_refused_change_is_not_called_in_force(commits, setup, monkeypatch):
    monkeypatch.setattr(permissions, "MAY", {**MAY, Permission.CHANGE_PACKS: frozenset()})
    (line,) = reloads(commits, other(setup))
    assert "stay as they are" in line and "may not change packs" in line
    assert commits.state.setup == setup


def test_what_is_in_force_stays_so_though_the_pages_cannot_be_served_anew(commits, setup):
    async def fails(_):
        raise AddressTakenError("127.0.0.1", 8101, "in use")

    reload_lines = reloads(commits, other(setup), on_taken=fails)
    assert "pages do not show" in reload_lines[0] and "stay as they are" not in reload_lines[0]
    assert commits.state.setup == other(setup)
