"""A district's stream as the city keeps it: silence is away, a word is back, a poisoned letter does not stop the others. The clock is moved by hand."""

import asyncio
import functools
import threading
import time
from contextlib import asynccontextmanager
from dataclasses import replace

from citybrain import canonical_json
from citybrain.clock import ManualClock
from citybrain.decider.commit_thread import CommitThread
from citybrain.decider.decider import Decider
from citybrain.domain.link import Heartbeat, Hello, Seen, Up, Welcome
from citybrain.domain.order import OrderProgress
from citybrain.errors import StoreFullError
from citybrain.geo import Point
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Batch, NewLetter
from citybrain.vocabulary import OrderStage
from coordinator.cores.decide import decide
from coordinator.cores.state import EMPTY
from coordinator.inputs import KINDS, NodeStarted
from coordinator.policy import Policy
from coordinator.shell import districts as module
from coordinator.shell.districts import Districts
from coordinator.shell.works import decider_of


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        asyncio.run(asyncio.wait_for(test(*arguments, **named), 30))

    return run


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


class Line:
    """The district's end of a stream without a network: what it sends is a queue, what it got a list."""

    def __init__(self, links):
        self._out = asyncio.Queue()
        self.got = []
        self.task = asyncio.create_task(self._run(links))

    def say(self, frame):
        self._out.put_nowait(frame)

    async def _incoming(self):
        while True:
            yield await self._out.get()

    async def _run(self, links):
        async for frame in links.exchange(self._incoming()):
            self.got.append(frame)

    async def end(self):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


HELLO = Hello(
    district="north",
    name="North",
    centre=Point(lat=30.6, lon=104.0),
    epoch="e1",
    session=1,
    up_next=1,
    down_acked=0,
)


@asynccontextmanager
async def links(decider=None, store=None):
    store, clock = store or MemoryStore(), ManualClock()
    commit_loop = CommitThread(decider or decider_of(store), clock, store)
    commit_loop.start()
    commit_loop.submit(NodeStarted(policy=Policy(), epoch=store.epoch())).result(5)
    districts = Districts(commit_loop, store, clock)
    try:
        yield districts, commit_loop, clock
    finally:
        await asyncio.to_thread(commit_loop.stop)


def north(commit_loop):
    return commit_loop.state.world.districts["north"]


@in_a_loop
async def test_silence_is_away_and_a_word_is_back():
    async with links() as (districts, commit_loop, clock):
        line = Line(districts)
        line.say(HELLO)
        await until(lambda: line.got)
        assert isinstance(line.got[0], Welcome)
        assert not north(commit_loop).away
        clock.advance(7)
        districts._wake()
        await until(lambda: north(commit_loop).away)
        line.say(Heartbeat(at=1))
        await until(lambda: not north(commit_loop).away)
        await line.end()
        await until(lambda: north(commit_loop).away)


@in_a_loop
async def test_a_word_that_a_full_disk_refused_is_said_again(monkeypatch):
    monkeypatch.setattr(module, "TELL_AGAIN_S", 0.01)
    store, refused = MemoryStore(), []
    async with links(store=store) as (districts, commit_loop, clock):
        line = Line(districts)
        line.say(HELLO)
        await until(lambda: line.got)
        clock.advance(7)
        districts._wake()
        await until(lambda: north(commit_loop).away)
        commit = store.commit

        def full_twice(batch):
            if len(refused) < 2:
                refused.append(batch)
                raise StoreFullError("no room")
            commit(batch)

        store.commit = full_twice
        line.say(Heartbeat(at=1))
        await until(lambda: not north(commit_loop).away)
        assert len(refused) == 2
        await line.end()


@in_a_loop
async def test_heartbeats_go_out_and_echo_the_last_one_heard():
    async with links() as (districts, _, clock):
        line = Line(districts)
        line.say(HELLO)
        line.say(Heartbeat(at=4711))
        await until(lambda: any(isinstance(f, Heartbeat) for f in line.got))
        clock.advance(2.5)
        districts._wake()
        await until(lambda: any(isinstance(f, Heartbeat) and f.echo == 4711 for f in line.got))
        await line.end()


@in_a_loop
async def test_a_letter_that_no_core_can_decide_is_stepped_over(w):
    """The cores fail on one unit's name: that letter is lost to the quarantine, the next ones count."""

    def picky(state, given, context):
        if getattr(given, "unit", None) is not None and given.unit.unit == "poison":
            raise ValueError("cannot")
        return decide(state, given, context)

    store = MemoryStore()
    decider = Decider(decide=picky, initial=EMPTY, store=store, kinds=KINDS)
    async with links(decider, store) as (districts, commit_loop, _):
        line = Line(districts)
        line.say(HELLO)
        await until(lambda: line.got)
        line.say(Up(position=1, letter=w.unit("poison")))
        await until(lambda: north(commit_loop).up_acked == 1)
        line.say(Up(position=2, letter=w.unit("u2")))
        await until(lambda: any(isinstance(f, Seen) and f.position == 2 for f in line.got))
        assert list(commit_loop.state.world.units) == ["u2"]
        assert commit_loop.rejected_count == 1
        await line.end()


@in_a_loop
async def test_what_a_district_saw_of_another_store_is_not_taken_for_ours(w):
    """A store made anew must not skip its first letters because the district had seen others."""
    async with links() as (districts, _commit_loop, _):
        line = Line(districts)
        line.say(
            Hello(
                district="north",
                name="North",
                centre=HELLO.centre,
                epoch="e1",
                session=1,
                up_next=1,
                down_acked=500,
            )
        )
        await until(lambda: line.got)
        assert (line.got[0].up_acked, line.got[0].down_next) == (0, 1)
        assert districts._streams["north"].acked == 0
        await line.end()


@in_a_loop
async def test_a_letter_behind_one_that_the_disk_had_no_room_for_is_not_taken_before_it(w):
    """The disk is full for a moment: what it refused comes again, in its place; nothing is stepped over."""
    store = MemoryStore()
    async with links(store=store) as (districts, commit_loop, _):
        line = Line(districts)
        line.say(HELLO)
        await until(lambda: line.got)

        is_struck = threading.Event()

        def full_once(boundary):
            is_struck.set()
            while (
                not commit_loop.waiting
            ):  # until the next letter is in the queue, for a commit of its own
                time.sleep(0.001)
            store.faults = None
            raise StoreFullError("the disk is full")

        store.faults = full_once
        line.say(Up(position=1, letter=w.unit("u1")))
        await until(is_struck.is_set)
        line.say(Up(position=2, letter=w.unit("u2")))
        await until(lambda: line.task.done())
        assert north(commit_loop).up_acked == 0
        again = Line(districts)
        again.say(replace(HELLO, session=2, up_next=3))
        await until(lambda: again.got)
        again.say(Up(position=1, letter=w.unit("u1")))
        again.say(Up(position=2, letter=w.unit("u2")))
        await until(lambda: north(commit_loop).up_acked == 2)
        assert list(commit_loop.state.world.units) == ["u1", "u2"]
        await again.end()


@in_a_loop
async def test_a_letter_that_is_said_again_opens_no_hole_behind_one_that_was_refused(w):
    """1 is taken, 2 finds no room, 1 comes again, and 3 follows: 3 follows 2, whatever came in between."""
    store = MemoryStore()
    async with links(store=store) as (districts, commit_loop, _):
        line = Line(districts)
        line.say(HELLO)
        line.say(Up(position=1, letter=w.unit("u1")))
        await until(lambda: line.got and north(commit_loop).up_acked == 1)

        is_struck = threading.Event()

        def full_once(boundary):
            is_struck.set()
            while (
                commit_loop.waiting < 2
            ):  # until both that follow are in the queue, for a commit of their own
                time.sleep(0.001)
            store.faults = None
            raise StoreFullError("the disk is full")

        store.faults = full_once
        line.say(Up(position=2, letter=w.unit("u2")))
        await until(is_struck.is_set)
        line.say(Up(position=1, letter=w.unit("u1")))
        line.say(Up(position=3, letter=w.unit("u3")))
        await until(lambda: line.task.done())
        assert north(commit_loop).up_acked == 1


@in_a_loop
async def test_letters_that_are_kept_no_more_keep_nobody_busy(w):
    """A district that was put back asks from where it stood then; what came after was acknowledged, and is gone."""
    store = MemoryStore()
    async with links(store=store) as (districts, _commit_loop, _):
        post_down(store, 5)
        store.discard_letters(to="district/north", upto=5)
        asked, letters = [], store.letters
        store.letters = lambda **what: asked.append(what) or letters(**what)
        line = Line(districts)
        line.say(HELLO)
        await until(lambda: line.got and asked)
        before = len(asked)
        for _ in range(200):
            await asyncio.sleep(0)
        assert len(asked) - before <= 2
        await line.end()


@in_a_loop
async def test_what_a_district_saw_is_believed_once_it_has_met_this_store(w):
    """Its hello may speak of the log of a store that was here before: nothing is forgotten for that, only for what it says after the welcome."""
    store = MemoryStore()
    async with links(store=store) as (districts, _commit_loop, _):
        line = Line(districts)
        line.say(HELLO)
        await until(lambda: line.got)
        await line.end()
        post_down(store, 5)
        again = Line(districts)
        again.say(replace(HELLO, session=2, down_acked=3))
        await until(lambda: again.got)
        assert [
            letter.position for letter in store.letters(to="district/north", after=0, limit=9)
        ] == [1, 2, 3, 4, 5]
        again.say(Seen(position=3))
        await until(
            lambda: (
                [letter.position for letter in store.letters(to="district/north", after=0, limit=9)]
                == [4, 5]
            )
        )
        await again.end()


@in_a_loop
async def test_a_district_that_went_back_without_saying_so_is_refused_with_the_cure(w):
    async with links() as (districts, commit_loop, _):
        line = Line(districts)
        line.say(replace(HELLO, session=7))
        await until(lambda: line.got)
        line.say(Up(position=1, letter=w.unit("u1")))
        await until(lambda: north(commit_loop).up_acked == 1)
        await line.end()
        for changed in ({"session": 3, "up_next": 9}, {"session": 8, "up_next": 1}):
            older = Line(districts)
            older.say(replace(HELLO, **changed))
            await asyncio.wait([older.task])
            assert "citybrain journal restored" in str(older.task.exception())


@in_a_loop
async def test_two_nodes_under_one_districts_name_do_not_take_the_stream_from_each_other(w):
    async with links() as (districts, commit_loop, clock):
        line = Line(districts)
        line.say(HELLO)
        await until(lambda: line.got)
        twin = Line(districts)
        twin.say(replace(HELLO, epoch="e2"))
        await asyncio.wait([twin.task])
        assert "another store" in str(twin.task.exception())
        assert north(commit_loop).epoch == "e1"
        clock.advance(7)
        districts._wake()
        await until(lambda: north(commit_loop).away)
        restored = Line(districts)
        restored.say(replace(HELLO, epoch="e2"))
        await until(lambda: restored.got)
        assert north(commit_loop).epoch == "e2", "the first one is gone: this one was restored"
        await restored.end()


def post_down(store, count):
    letter = OrderProgress(
        order="o",
        unit="u",
        unit_district="south",
        incident="i",
        incident_district="north",
        stage=OrderStage.DONE,
        at=0,
    )
    store.commit(
        Batch(
            letters=tuple(
                NewLetter(
                    to="district/north", kind="OrderProgress", payload=canonical_json.encode(letter)
                )
                for _ in range(count)
            )
        )
    )
