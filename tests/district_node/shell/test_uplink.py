"""The stream to the city: everything arrives once and in order, over cuts, restarts and a city that went back in time."""

import asyncio
import time

import pytest

from citybrain.clock import SystemClock
from citybrain.decider.commit_thread import CommitThread
from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import Down, Heartbeat, Hello, Seen, Up, Welcome
from citybrain.domain.order import OrderAnswer, OrderRequest, Task
from citybrain.errors import RpcError, StoreFullError
from citybrain.geo import Point
from citybrain.ids import CountingIds
from citybrain.journal.sqlite import SqliteStore
from citybrain.vocabulary import OrderStep, OrderVerdict, Severity
from district_node.inputs import BatchReceived, NodeStarted
from district_node.shell import uplink as module
from district_node.shell.quarantine import Quarantine
from district_node.shell.uplink import Uplink
from district_node.shell.works import decider_of

CUT = object()


class City:
    """The other end by script: journals what comes, says what it is told to, can be cut."""

    def __init__(self, epoch="city-1"):
        self.epoch = epoch
        self.letters = {}  # position: letter
        self.repeats = 0
        self.hellos = []
        self.seen = []
        self.beats = 0
        self.log = []  # its own letters; position = index + 1
        self.refuses = False
        self.is_silent = False
        self._say = asyncio.Queue()

    def say(self, frame):
        self._say.put_nowait(frame)

    def tell(self, letter):
        self.log.append(letter)
        self.say(Down(position=len(self.log), letter=letter))

    async def exchange(self, outgoing):
        if self.refuses:
            raise RpcError("UNAVAILABLE", "nobody listens", retry=True)
        hello = await anext(outgoing)
        self.hellos.append(hello)
        self._say = asyncio.Queue()
        if self.is_silent:
            await asyncio.Event().wait()
        yield Welcome(
            epoch=self.epoch, up_acked=max(self.letters, default=0), down_next=len(self.log) + 1
        )
        for position, letter in enumerate(self.log, start=1):
            if position > hello.down_acked:
                yield Down(position=position, letter=letter)
        reading = asyncio.create_task(self._read(outgoing))
        try:
            while (frame := await self._say.get()) is not CUT:
                yield frame
        finally:
            reading.cancel()

    async def _read(self, outgoing):
        async for frame in outgoing:
            match frame:
                case Up(position=position, letter=letter):
                    self.repeats += position in self.letters
                    self.letters[position] = letter
                    self.say(Seen(position=position))
                case Seen(position=position):
                    self.seen.append(position)
                case Heartbeat():
                    self.beats += 1
                case Hello():
                    raise AssertionError("a second hello")

    def got(self, kind):
        return [letter for _, letter in sorted(self.letters.items()) if isinstance(letter, kind)]


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
        self.quarantine = Quarantine(self.folder, clock)
        self.uplink = Uplink(
            commit_loop=self.commit_loop,
            store=self.store,
            open_link=lambda outgoing: self.city.exchange(outgoing),
            clock=clock,
            ids=CountingIds(),
            quarantine=self.quarantine,
            on_change=lambda: None,
        )
        self.task = asyncio.create_task(self.uplink.run())
        return self

    async def __aexit__(self, *_):
        self.task.cancel()
        await asyncio.wait([self.task])
        self.commit_loop.stop()
        self.store.close()

    async def do(self, what):
        return await asyncio.wrap_future(self.commit_loop.submit(what))


async def until(condition, what):
    try:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"not within 10 s: {what}") from None


@pytest.fixture
def setup(story):
    story.start(story.a_unit("riverside-1"))
    return story.state.setup


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr(module, "RETRY_FIRST_S", 0.01)
    monkeypatch.setattr(module, "RETRY_MOST_S", 0.02)
    monkeypatch.setattr(module, "HEARTBEAT_S", 0.05)


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


def said(story, seq, **changes):
    from citybrain.domain.event import OutboxItem

    return BatchReceived(
        agent="box-1", incarnation=7, items=(OutboxItem(seq=seq, event=story.event(**changes)),)
    )


def test_what_happened_arrives_in_order_and_is_forgotten_when_the_city_has_it(
    tmp_path, setup, story
):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await box.do(said(story, 1))
            await until(lambda: city.got(IncidentReport), "the report arrives")
            await until(lambda: box.uplink.backlog == 0, "the city's word lets the letters go")
            assert sorted(city.letters) == list(range(1, len(city.letters) + 1))
            assert box.commit_loop.state.city.up
            await until(lambda: city.beats >= 2, "heartbeats go both ways")

    asyncio.run(go())


def test_after_a_cut_it_goes_on_where_the_city_stands(tmp_path, setup, story):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: city.letters, "the unit's report arrives")
            for seq in range(1, 6):
                city.say(CUT)
                await box.do(said(story, seq, episode=f"e{seq}", incident_kind=f"kind_{seq}"))
                await until(
                    lambda n=seq: len(city.got(IncidentReport)) >= n,
                    "the next report arrives over the next stream",
                )
            assert city.repeats == 0
            sessions = [hello.session for hello in city.hellos]
            assert sessions == sorted(set(sessions))
            assert len(sessions) >= 6

    asyncio.run(go())


def test_away_nothing_is_blocked_and_the_backlog_is_rejoined(tmp_path, setup, story):
    async def go():
        city = City()
        city.refuses = True
        async with Box(tmp_path, city, setup) as box:
            for seq in range(1, 301):
                await box.do(
                    said(
                        story,
                        seq,
                        episode=f"e{seq}",
                        incident_kind=f"kind_{seq % 50}",
                        severity=Severity.SEVERE if seq > 250 else Severity.MINOR,
                    )
                )
            assert not box.commit_loop.state.city.up
            assert box.uplink.backlog > 50
            city.refuses = False
            await until(lambda: box.uplink.backlog == 0, "the backlog is rejoined")
            assert sorted(city.letters) == list(range(1, len(city.letters) + 1))

    asyncio.run(go())


def test_the_citys_letters_are_answered_and_said_to_be_seen_after_their_commit(tmp_path, setup):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: city.hellos, "the stream is open")
            city.tell(a_request())
            city.tell(a_request(OrderStep.ISSUE))
            await until(lambda: len(city.got(OrderAnswer)) == 2, "both answers arrive")
            assert [answer.verdict for answer in city.got(OrderAnswer)] == [
                OrderVerdict.RESERVED,
                OrderVerdict.ISSUED,
            ]
            await until(lambda: 2 in city.seen, "both were said to be seen")
            assert box.commit_loop.state.city.seen == 2
            city.say(CUT)
            await until(lambda: len(city.hellos) == 2, "the stream is open again")
            assert city.hellos[-1].down_acked == 2

    asyncio.run(go())


def test_a_restart_has_a_higher_session_and_repeats_no_letter(tmp_path, setup, story):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            city.tell(a_request())
            await box.do(said(story, 1))
            await until(lambda: city.got(OrderAnswer) and city.got(IncidentReport), "both arrive")
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: len(city.hellos) == 2, "the stream is open again")
            assert city.hellos[1].session > city.hellos[0].session
            assert city.hellos[1].epoch == city.hellos[0].epoch
            assert city.hellos[1].down_acked == 1
            assert box.commit_loop.state.starts == 2
        assert len(city.got(OrderAnswer)) == 1

    asyncio.run(go())


def test_a_city_that_leaves_right_after_its_welcome_is_called_ever_more_seldom(
    tmp_path, setup, monkeypatch
):
    """A city whose disk is full takes the stream and not the letters: without this it would be called four times a second."""

    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            for calls in range(1, 5):
                await until(
                    lambda calls=calls: len(city.hellos) == calls and box.uplink.is_up,
                    "it is welcome",
                )
                city.say(CUT)
                await until(
                    lambda calls=calls: box.uplink.backoff.tries == calls,
                    "it was left, and waits longer than before",
                )

            monkeypatch.setattr(
                module, "STEADY_S", 0.0
            )  # from here on every stream has stood for long enough
            await until(lambda: len(city.hellos) == 5 and box.uplink.is_up, "it is welcome")
            city.say(CUT)
            await until(
                lambda: box.uplink.backoff.tries == 1,
                "it was left, and waits as after the first time",
            )

    asyncio.run(go())


def test_silence_means_away(tmp_path, setup, monkeypatch):
    monkeypatch.setattr(module, "AWAY_S", 0.1)

    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: box.commit_loop.state.city.up, "the city is there")
            city.is_silent = True
            await until(
                lambda: not box.commit_loop.state.city.up and not box.uplink.is_up,
                "the city is away",
            )
            city.is_silent = False
            await until(lambda: box.commit_loop.state.city.up, "the city is back")

    asyncio.run(go())


def test_a_city_that_went_back_in_time_is_read_from_the_beginning_and_told_everything(
    tmp_path, setup, story
):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            city.tell(a_request())
            await box.do(said(story, 1))
            await until(
                lambda: (
                    city.got(OrderAnswer) and city.got(IncidentReport) and box.uplink.backlog == 0
                ),
                "it knows all",
            )
            restored = City(epoch="city-2")
            box.city = restored
            city.say(CUT)
            await until(lambda: restored.got(IncidentReport), "it is told again")
            assert restored.hellos[-1].down_acked == 0
            restored.tell(a_request(order="o-2"))
            await until(lambda: restored.got(OrderAnswer), "its new log's first letter counts")
            assert restored.got(OrderAnswer)[-1].reason == "busy"

    asyncio.run(go())


def test_a_letter_without_the_one_before_it_is_not_taken(tmp_path, setup):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: city.hellos, "the stream is open")
            city.tell(a_request())
            await until(lambda: box.commit_loop.state.city.seen == 1, "the first is taken")
            from citybrain.errors import InputRejectedError
            from district_node.inputs import CityLetterReceived

            with pytest.raises(InputRejectedError, match="follows letter 2"):
                await box.do(
                    CityLetterReceived(position=3, after=2, request=a_request(order="o-3"))
                )
            assert box.commit_loop.state.city.seen == 1

    asyncio.run(go())


def test_a_last_letter_that_a_full_disk_refused_comes_again_though_no_other_follows(
    tmp_path, setup, monkeypatch
):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: city.hellos and box.uplink.is_up, "the stream is open")
            commit, refused = box.store.commit, []

            def full_once(batch):
                if not refused and any(
                    record.kind == "city_letter_received" for record in batch.records
                ):
                    refused.append(batch)
                    raise StoreFullError("no room")
                commit(batch)

            monkeypatch.setattr(box.store, "commit", full_once)
            city.tell(a_request())
            await until(lambda: refused, "the disk refused it")
            city.say(Heartbeat(at=1, echo=None))
            await until(lambda: box.commit_loop.state.city.seen == 1, "it came again and was taken")
            assert len(city.hellos) == 2

    asyncio.run(go())


def test_a_letter_that_is_said_again_opens_no_hole_behind_one_that_was_refused(
    tmp_path, setup, monkeypatch
):
    """1 is taken, 2 finds no room, 1 comes again, and 3 follows: 3 follows 2, whatever came in between."""

    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            await until(lambda: city.hellos and box.uplink.is_up, "the stream is open")
            city.tell(a_request())
            await until(lambda: box.commit_loop.state.city.seen == 1, "the first is taken")
            commit, refused = box.store.commit, []

            def full_once(batch):
                if not refused and any(
                    record.kind == "city_letter_received" for record in batch.records
                ):
                    refused.append(batch)
                    while (
                        box.commit_loop.waiting < 2
                    ):  # until both that follow are in the queue, for a commit of their own
                        time.sleep(0.001)
                    raise StoreFullError("no room")
                commit(batch)

            monkeypatch.setattr(box.store, "commit", full_once)
            city.tell(a_request(order="o-2"))
            await until(lambda: refused, "the disk refuses it")
            city.log.append(a_request(order="o-3"))
            for position in (1, 3):
                city.say(Down(position=position, letter=city.log[position - 1]))
            await until(lambda: box.commit_loop.state.city.seen == 3, "all were taken")
            assert {"o-2", "o-3"} <= set(box.commit_loop.state.roster.orders) | {
                a.order for a in city.got(OrderAnswer)
            }
            assert len(city.hellos) == 2

    asyncio.run(go())


def test_a_city_that_went_back_without_saying_so_is_not_believed_and_the_cure_is_named(
    tmp_path, setup
):
    async def go():
        city = City()
        async with Box(tmp_path, city, setup) as box:
            city.tell(a_request())
            await until(
                lambda: city.seen and box.commit_loop.state.city.seen == 1, "the first is taken"
            )
            box.city = City()
            city.say(CUT)
            await until(
                lambda: "citybrain journal restored" in box.uplink.reason, "it says what to do"
            )
            assert not box.commit_loop.state.city.up

    asyncio.run(go())
