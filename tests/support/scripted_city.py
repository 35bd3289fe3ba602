"""A district under test against the city's end of its stream by script: what it sends, takes,
refuses and cuts is up to the test.
"""

import asyncio
import time

from link_letters import down_frame, up_letter

from citybrain.decider.commit_thread import CommitThread
from citybrain.domain.event import OutboxItem
from citybrain.domain.order import OrderRequest, Task
from citybrain.errors import RpcError, StoreFullError
from citybrain.geo import Point
from citybrain.ids import CountingIds
from citybrain.journal.sqlite import SqliteStore
from citybrain.link.frames import (
    Acknowledged,
    Heartbeat,
    Hello,
    LetterFrame,
    LetterGap,
    LetterRefused,
    Welcome,
)
from citybrain.link.role import OPENER
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import OrderStep, Severity
from district_node.inputs import BatchReceived, NodeStarted
from district_node.shell.assembly import decider_of
from district_node.shell.quarantine import FileQuarantine
from district_node.shell.uplink import Uplink

CUT = object()
HURRIED = replace(OPENER, heartbeat_s=0.05)


class City:
    """The other end by script: journals what comes, sends what it is told to, can be cut."""

    def __init__(self, epoch="city-1"):
        self.epoch = epoch
        self.letters = {}  # position: letter, or the gap in its place
        self.repeats = 0
        self.hellos = []
        self.acknowledged = []
        self.refusals = []  # of its own letters, by the district
        self.beats = 0
        self.log = []  # its own frames; position = index + 1
        self.refuses = False
        self.is_silent = False
        self._frames = asyncio.Queue()

    def send(self, frame):
        self._frames.put_nowait(frame)

    def post(self, letter):
        self._post(down_frame(len(self.log) + 1, letter))

    def post_bytes(self, payload):
        position = len(self.log) + 1
        self._post(LetterFrame(position=position, after=position - 1, payload=payload))

    def _post(self, frame):
        self.log.append(frame)
        self.send(frame)

    async def exchange(self, outgoing):
        if self.refuses:
            raise RpcError("UNAVAILABLE", "nobody listens", retry=True)
        hello = await anext(outgoing)
        self.hellos.append(hello)
        self._frames = asyncio.Queue()
        if self.is_silent:
            await asyncio.Event().wait()
        yield Welcome(
            epoch=self.epoch,
            up_acked=max(self.letters, default=0),
            down_next=len(self.log) + 1,
            next_session=len(self.hellos) + 1,
        )
        down_acked = hello.down_acked if hello.city_epoch == self.epoch else 0
        for frame in self.log[down_acked:]:
            yield frame
        reading = asyncio.create_task(self._read(outgoing))
        try:
            while (frame := await self._frames.get()) is not CUT:
                yield frame
        finally:
            reading.cancel()

    async def _read(self, outgoing):
        async for frame in outgoing:
            match frame:
                case LetterFrame(position=position):
                    self.take(position, frame)
                case LetterGap(position=position):
                    self._journal(position, frame)
                case LetterRefused(position=position, after=after):
                    self.refusals.append(frame)
                    reason = frame.reason
                    self.log[position - 1] = LetterGap(
                        position=position, after=position - 1, reason=reason
                    )
                    for again in self.log[after:]:
                        self.send(again)
                case Acknowledged(position=position):
                    self.acknowledged.append(position)
                case Heartbeat():
                    self.beats += 1
                case Hello():
                    raise AssertionError("a second hello")

    def take(self, position, frame):
        self._journal(position, up_letter(frame))

    def _journal(self, position, letter):
        self.repeats += position in self.letters
        self.letters[position] = letter
        self.send(Acknowledged(position=position))

    def got(self, kind):
        return [letter for _, letter in sorted(self.letters.items()) if isinstance(letter, kind)]


class PickyCity(City):
    """Refuses the letters at some positions, as its wire validation would."""

    def __init__(self, *positions):
        super().__init__()
        self._bad = set(positions)
        self.refused_at = []

    def take(self, position, frame):
        if any(bad < position and bad not in self.letters for bad in self._bad):
            return  # behind a refused one: it comes again
        if position in self._bad:
            self.refused_at.append(position)
            self.send(LetterRefused(position=position, after=position - 1, reason="count: 257"))
            return
        super().take(position, frame)


class Box:
    """CommitThread, store and uplink of one district, in a folder."""

    def __init__(self, folder, city, setup):
        self.folder, self.city, self.setup = folder, city, setup

    async def __aenter__(self):
        clock = SystemClock()
        self.store = SqliteStore.open(self.folder / "journal.db", ids=CountingIds("epoch-"))
        self.commit_loop = CommitThread(decider_of(self.store), clock, self.store)
        self.commit_loop.start()
        await self.do(NodeStarted(setup=self.setup))
        self.quarantine = FileQuarantine(self.folder, clock)
        self.uplink = Uplink(
            commit_loop=self.commit_loop,
            store=self.store,
            open_link=lambda outgoing: self.city.exchange(outgoing),
            clock=clock,
            ids=CountingIds(),
            quarantine=self.quarantine,
            on_change=lambda: None,
            role=self.role,
            gazetteer=self.gazetteer,
        )
        self.task = asyncio.create_task(self.uplink.run())
        return self

    role = HURRIED
    gazetteer = None  # of a map

    async def __aexit__(self, *_):
        self.task.cancel()
        await asyncio.wait([self.task])
        self.commit_loop.stop()
        self.store.close()

    @property
    def link(self):
        """The link as the journal knows it."""
        return self.commit_loop.state.city

    async def do(self, what):
        return await asyncio.wrap_future(self.commit_loop.submit(what))

    def fill_disk_for(self, monkeypatch, kind, *, until_waiting=0):
        """The next transaction with an input of `kind` finds no room; the refused transactions."""
        commit, refused = self.store.commit, []

        def full_once(batch):
            if not refused and any(record.kind == kind for record in batch.records):
                refused.append(batch)
                while self.commit_loop.waiting < until_waiting:
                    time.sleep(0.001)  # until these are in the queue, for a commit of their own
                raise StoreFullError("no room")
            commit(batch)

        monkeypatch.setattr(self.store, "commit", full_once)
        return refused


async def until(condition, what):
    try:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"not within 10 s: {what}") from None


def a_request(step=OrderStep.RESERVE, order="o-1"):
    task = Task(
        incident="inc-oldtown-1",
        incident_district="oldtown",
        slot="s",
        slot_version=1,
        kind="crowding",
        severity=Severity.SEVERE,
        place=Point(lat=30.6, lon=104.0),
        traceparent="",
    )
    return OrderRequest(
        order=order,
        step=step,
        plan="p",
        unit="riverside-1",
        unit_district="riverside",
        task=task,
        ttl_s=60,
    )


def batch(scenario, seq, **changes):
    return BatchReceived(
        agent="box-1",
        incarnation=7,
        items=(OutboxItem(seq=seq, content=scenario.event(**changes)),),
    )
