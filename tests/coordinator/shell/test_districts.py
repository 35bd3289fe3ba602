"""The districts' streams as the city holds them: who is admitted, which are offline, what
supersedes what, and how a stream ends.
"""

import asyncio

from scripted_district import HELLO, Stream, a_city, in_a_loop, until

from citybrain.errors import StoreFullError
from citybrain.journal.memory import MemoryStore
from citybrain.link.frames import Heartbeat
from citybrain.structs import replace
from coordinator.shell import districts as module


@in_a_loop
async def test_a_silent_district_is_offline_until_its_next_frame():
    async with a_city() as city:
        stream = await city.connect()
        assert not city.north.offline
        city.pass_time(7)
        await until(lambda: city.north.offline)
        stream.send(Heartbeat(at=1))
        await until(lambda: not city.north.offline)
        await stream.end()
        await until(lambda: city.north.offline)


@in_a_loop
async def test_a_report_that_a_full_disk_refused_is_journaled_later(monkeypatch):
    monkeypatch.setattr(module, "RETRY_REPORT_S", 0.01)
    store, refused = MemoryStore(), []
    async with a_city(store=store) as city:
        stream = await city.connect()
        city.pass_time(7)
        await until(lambda: city.north.offline)
        commit = store.commit

        def full_twice(batch):
            if len(refused) < 2:
                refused.append(batch)
                raise StoreFullError("no room")
            commit(batch)

        store.commit = full_twice
        stream.send(Heartbeat(at=1))
        await until(lambda: not city.north.offline)
        assert len(refused) == 2
        await stream.end()


@in_a_loop
async def test_heartbeats_go_out_and_echo_the_last_one_received():
    async with a_city() as city:
        stream = await city.connect()
        stream.send(Heartbeat(at=4711))
        await until(lambda: stream.frames(Heartbeat))
        city.pass_time(2.5)
        await until(lambda: any(beat.echo == 4711 for beat in stream.frames(Heartbeat)))
        await stream.end()


@in_a_loop
async def test_each_welcome_hands_out_the_number_of_the_next_hello():
    async with a_city() as city:
        hello, numbers = HELLO, []
        for _ in range(3):
            stream = await city.connect(hello)
            numbers.append(stream.welcome.next_session)
            hello = replace(HELLO, session=numbers[-1], city_epoch=city.store.epoch())
            await stream.end()
        assert numbers == [2, 3, 4]
        assert (city.north.session, city.north.presented_session) == (3, 3)


@in_a_loop
async def test_the_newest_number_supersedes_a_stream_that_has_not_ended():
    async with a_city() as city:
        older = await city.connect()
        newer = await city.connect(
            replace(HELLO, session=older.welcome.next_session, city_epoch=city.store.epoch())
        )
        await asyncio.wait([older.task])
        assert older.task.exception() is None
        assert city.districts.count == 1
        assert not city.north.offline, "only the newest stream counts"
        await newer.end()
        await until(lambda: city.north.offline)


@in_a_loop
async def test_any_other_number_waits_until_the_stream_is_silent_and_then_gets_a_fresh_one():
    """Its welcome may have been lost, or it is nobody that was ever welcome."""
    async with a_city() as city:
        older = await city.connect()
        for session in (0, 1, 4711, 2**62):
            hello = replace(HELLO, session=session, city_epoch=city.store.epoch())
            assert "silent" in await Stream(city.districts, hello).refused()
        assert not older.task.done()
        city.pass_time(7)
        fresh = await city.connect(replace(HELLO, session=1, city_epoch=city.store.epoch()))
        assert fresh.welcome.next_session == 3
        await asyncio.wait([older.task])
        await fresh.end()


@in_a_loop
async def test_no_number_that_somebody_invents_locks_the_true_district_out():
    async with a_city() as city:
        true = await city.connect()
        number = true.welcome.next_session
        await true.end()
        invented = replace(HELLO, session=2**62, city_epoch=city.store.epoch())
        await (await city.connect(invented)).end()
        back = await city.connect(replace(invented, session=number))
        assert back.welcome.next_session == number + 2
        await back.end()


@in_a_loop
async def test_a_district_that_went_back_without_saying_so_is_refused_with_the_cure(w):
    async with a_city() as city:
        first = await city.connect()
        first.post(w.unit("u1"))
        await until(lambda: city.north.up_acked == 1)
        await first.end()
        known = replace(HELLO, session=2, up_next=2, city_epoch=city.store.epoch())
        await (await city.connect(known)).end()
        for changed in (
            {"up_next": 1},  # a letter that is journaled here was never written there
            {"session": 1},  # a number below one that it presented
            {"session": 0, "city_epoch": None},  # it has never met this city, it says
        ):
            error = await Stream(city.districts, replace(known, **changed)).refused()
            assert "citybrain journal restored" in error
        assert city.districts.count == 0


@in_a_loop
async def test_a_city_that_went_back_without_saying_so_refuses_its_districts_with_the_cure():
    async with a_city() as city:
        ahead = replace(HELLO, down_acked=5, city_epoch=city.store.epoch())
        error = await Stream(city.districts, ahead).refused()
        assert "the city's store went back in time" in error
        assert "citybrain journal restored" in error


@in_a_loop
async def test_two_nodes_under_one_districts_name_do_not_take_the_stream_from_each_other():
    async with a_city() as city:
        await city.connect()
        assert "another store" in await Stream(city.districts, replace(HELLO, epoch="e2")).refused()
        assert city.north.epoch == "e1"
        city.pass_time(7)
        await until(lambda: city.north.offline)
        restored = await city.connect(replace(HELLO, epoch="e2"))
        assert city.north.epoch == "e2", "the first one is gone: this one was restored"
        await restored.end()


@in_a_loop
async def test_a_stream_that_ends_before_its_hello_is_journaled_leaves_its_district_offline():
    """The older stream was superseded already, and the newer one found no room on the disk."""
    store = MemoryStore()
    async with a_city(store=store) as city:
        older = await city.connect()
        commit, refused = store.commit, []

        def full_once(batch):
            if not refused:
                refused.append(batch)
                raise StoreFullError("no room")
            commit(batch)

        store.commit = full_once
        newest = replace(HELLO, session=2, city_epoch=store.epoch())
        assert "no room" in await Stream(city.districts, newest).refused()
        await asyncio.wait([older.task])
        await until(lambda: city.north.offline)


@in_a_loop
async def test_a_report_that_waits_for_room_says_nothing_of_a_newer_stream(monkeypatch):
    """The newer stream's hello was refused by the full disk once; its number is not given twice."""
    monkeypatch.setattr(module, "RETRY_REPORT_S", 0.05)
    store = MemoryStore()
    async with a_city(store=store) as city:
        await (await city.connect()).end()
        await until(lambda: city.north.offline)
        commit = store.commit
        store.commit = _full
        known = replace(HELLO, session=2, city_epoch=store.epoch())
        assert "no room" in await Stream(city.districts, known).refused()
        store.commit = commit
        back = await city.connect(known)
        assert back.welcome.next_session == 4
        await asyncio.sleep(0.2)
        assert not city.north.offline
        await back.end()


@in_a_loop
async def test_a_stream_that_is_superseded_just_as_a_commit_wakes_it_ends(w):
    async with a_city() as city:
        older = await city.connect()
        older.post(w.unit("u1"))
        newest = replace(HELLO, session=2, up_next=2, city_epoch=city.store.epoch())
        for _ in range(50):
            newer = Stream(city.districts, newest)
            city.districts._wake()
            await newer.welcomed()
            await asyncio.wait([older.task], timeout=5)
            assert older.task.done()
            older, number = newer, newer.welcome.next_session
            newest = replace(newest, session=number)
        await older.end()


@in_a_loop
async def test_a_stream_that_is_cancelled_just_as_a_commit_wakes_it_ends():
    """As a server does that drains."""
    async with a_city() as city:
        for _ in range(50):
            stream = await city.connect()
            city.districts._wake()
            await asyncio.sleep(0)
            stream.task.cancel()
            await asyncio.wait([stream.task], timeout=5)
            assert stream.task.cancelled()
            assert city.districts.count == 0


@in_a_loop
async def test_a_stream_that_is_cancelled_while_it_ends_is_no_districts_stream_any_more():
    """The district left, and the server drains."""
    async with a_city() as city:
        for turns in range(12):
            stream = await city.connect()
            stream.task.cancel()
            for _ in range(turns):
                await asyncio.sleep(0)
            stream.task.cancel()
            await asyncio.wait([stream.task], timeout=5)
            assert stream.task.cancelled()
            assert city.districts.count == 0
            await until(lambda: city.north.offline)


@in_a_loop
async def test_when_the_city_stops_every_stream_ends():
    async with a_city() as city:
        stream = await city.connect()
        city.districts.close()
        await asyncio.wait([stream.task], timeout=5)
        assert stream.task.exception() is None


def _full(_batch):
    raise StoreFullError("no room")
