"""The city's end under test against a district's stream by script, without a network: what the
district sends is up to the test, what it got is a list. The clock is moved by hand.
"""

import asyncio
import functools
from contextlib import asynccontextmanager

from link_letters import down_letter, up_frame

from citybrain import canonical_json
from citybrain.clock import ManualClock
from citybrain.decider.commit_thread import CommitThread
from citybrain.domain.order import OrderProgress
from citybrain.geo import Point
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Batch, NewLetter
from citybrain.link.frames import Acknowledged, Hello, LetterFrame, LetterGap, Welcome
from citybrain.vocabulary import OrderStage
from coordinator.inputs import NodeStarted
from coordinator.policy import Policy
from coordinator.shell.assembly import decider_of
from coordinator.shell.districts import Districts

HELLO = Hello(
    district="north",
    name="North",
    centre=Point(lat=30.6, lon=104.0),
    epoch="e1",
    session=0,
    up_next=1,
    down_acked=0,
)
PEER = "district/north"


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        async def within():
            async with asyncio.timeout(30):
                await test(*arguments, **named)

        asyncio.run(within())

    return run


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


class Stream:
    """One stream of a district."""

    def __init__(self, districts, hello=None):
        self._out = asyncio.Queue()
        self.got = []
        self.task = asyncio.create_task(self._run(districts))
        if hello is not None:
            self.send(hello)

    def send(self, frame):
        self._out.put_nowait(frame)

    def post(self, *letters, first=1):
        for position, letter in enumerate(letters, start=first):
            self.send(up_frame(position, letter))

    @property
    def welcome(self):
        return next((frame for frame in self.got if isinstance(frame, Welcome)), None)

    @property
    def acknowledged(self):
        """How far the district's log was acknowledged by a frame."""
        return max((f.position for f in self.got if isinstance(f, Acknowledged)), default=0)

    def frames(self, kind):
        return [frame for frame in self.got if isinstance(frame, kind)]

    def letters(self):
        """The city's letters by position; None where it sent a gap."""
        return {
            f.position: down_letter(f) if isinstance(f, LetterFrame) else None
            for f in self.got
            if isinstance(f, LetterFrame | LetterGap)
        }

    async def welcomed(self):
        await until(lambda: self.welcome or self.task.done())
        if self.task.done():
            await self.task
        return self

    async def refused(self):
        """The error that it was refused with."""
        await asyncio.wait([self.task])
        return str(self.task.exception())

    async def end(self):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def _incoming(self):
        while True:
            yield await self._out.get()

    async def _run(self, districts):
        async for frame in districts.exchange(self._incoming()):
            self.got.append(frame)


class City:
    """A city's journal and its districts' streams."""

    def __init__(self, store):
        self.store, self.clock = store, ManualClock()
        self.commit_loop = CommitThread(decider_of(store), self.clock, store)
        self.commit_loop.start()
        started = NodeStarted(policy=Policy(), epoch=store.epoch())
        self.commit_loop.submit(started).result(5)
        self.districts = Districts(self.commit_loop, store, self.clock)

    @property
    def state(self):
        return self.commit_loop.state

    @property
    def north(self):
        return self.state.world.districts["north"]

    async def connect(self, hello=HELLO):
        """A stream that is welcome."""
        return await Stream(self.districts, hello).welcomed()

    def pass_time(self, seconds):
        """The clock moves, and every stream looks at it."""
        self.clock.advance(seconds)
        self.districts._wake()

    def post_down(self, count):
        """So many letters wait for the district."""
        letter = OrderProgress(
            order="o",
            unit="u",
            unit_district="south",
            incident="i",
            incident_district="north",
            stage=OrderStage.DONE,
            at=0,
        )
        self.post_bytes("order_progress", *[canonical_json.encode(letter)] * count)

    def post_bytes(self, kind, *payloads):
        """Letters as they stand in the store."""
        letters = tuple(
            NewLetter(to=PEER, kind=kind, version=1, payload=payload) for payload in payloads
        )
        self.store.commit(Batch(letters=letters))
        self.districts._wake()

    def kept(self):
        """Positions of the letters that still wait for the district."""
        return [letter.position for letter in self.store.letters(to=PEER, after=0, limit=99)]


@asynccontextmanager
async def a_city(store=None):
    city = City(store or MemoryStore())
    try:
        yield city
    finally:
        await asyncio.to_thread(city.commit_loop.stop)
