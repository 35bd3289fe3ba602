"""A feed numbers what changed, and streams it: coalesced, shared, without a queue."""

import asyncio
import contextlib
from dataclasses import replace

import pytest
from feed_tickets import START, TICKETS, Ticket, feed_of, view
from immutables import Map

from citybrain.clock import later
from citybrain.feed.errors import UnknownFilterError
from citybrain.feed.spec import DetailSpec
from citybrain.feed.update import Delta, Detail, Gone, Page
from citysim.sim.event_loop import VirtualTimeLoop


def run(scenario):
    loop = VirtualTimeLoop()
    task = loop.create_task(scenario())
    loop.run_until(1_000)
    return task.result()


def feed_of_four():
    items = Map((f"t{n}", Ticket(rank=n)) for n in range(4))
    return items, feed_of(items)


def test_a_version_is_a_change_of_any_list():
    items, feed = feed_of_four()
    assert feed.version.number == 1
    assert not feed.refresh("tickets", items, START)
    assert not feed.refresh("tickets", dict(items), START)
    assert feed.version.number == 1
    assert feed.refresh("tickets", items.delete("t1"), START)
    assert (feed.version.epoch, feed.version.number) == ("e1", 2)


def test_lists_share_the_number_and_keep_their_rows_apart():
    _, feed = feed_of_four()
    feed.add(replace(TICKETS, name="others"))
    page = feed.page(view())
    feed.refresh("others", {"x": Ticket()}, START)
    assert feed.version.number == 2
    assert feed.changes(view(), page.version) is None


def test_time_alone_changes_what_has_a_clock_and_says_when():
    feed = feed_of({"a": Ticket(), "b": Ticket(rank=9, clocks=(later(START, 10),))})
    page = feed.page(view())
    assert feed.next_tick_at() == later(START, 10)
    assert not feed.tick(later(START, 9))
    assert feed.tick(later(START, 10))
    assert feed.next_tick_at() is None
    delta = feed.changes(view(), page.version)
    assert (delta.placed, [key for key, _ in delta.changed]) == (((0, "b"),), ["b"])
    assert delta.at == later(START, 10)


def test_a_refresh_is_a_tick_too_and_time_does_not_go_back():
    items = {"a": Ticket(), "b": Ticket(rank=9, clocks=(later(START, 10),))}
    feed = feed_of(items)
    assert feed.refresh("tickets", items, later(START, 20))
    feed.refresh("tickets", items, START)
    assert feed.now == later(START, 20)
    assert [key for key, _ in feed.page(view()).rows] == ["b", "a"]


def test_a_detail_is_the_value_or_that_it_is_gone():
    _, feed = feed_of_four()
    detail = feed.detail(DetailSpec(collection="tickets", key="t2"))
    assert isinstance(detail, Detail)
    assert (detail.key, detail.value, detail.version) == ("t2", Ticket(rank=2), feed.version)
    assert isinstance(feed.detail(DetailSpec(collection="tickets", key="nine")), Gone)


def test_a_fault_in_a_spec_is_raised_by_the_call_not_in_the_stream():
    _, feed = feed_of_four()
    with pytest.raises(UnknownFilterError):
        feed.watch({"a": view(filters=(("colour", "red"),))}, interval_s=0.2)
    assert feed.watchers == 0


def test_changes_within_an_interval_share_a_frame():
    async def scenario():
        items, feed = feed_of_four()
        frames, loop = [], asyncio.get_running_loop()

        async def watch():
            async for frame in feed.watch({"a": view()}, interval_s=0.5):
                ((_, update),) = frame
                frames.append((loop.time(), type(update)))

        watching = asyncio.create_task(watch())
        await asyncio.sleep(0.1)
        for n in range(20):
            items = items.set("t0", Ticket(rank=n))
            feed.refresh("tickets", items, START)
            await asyncio.sleep(0.05)
        await asyncio.sleep(5)
        feed.close()
        await watching
        return frames

    frames = run(scenario)
    assert [kind for _, kind in frames] == [Page, Delta, Delta, Delta]
    assert [at for at, _ in frames] == pytest.approx([0.0, 0.5, 1.0, 1.5], abs=0.01)


def test_a_change_after_silence_is_given_at_once():
    async def scenario():
        items, feed = feed_of_four()
        async with contextlib.aclosing(feed.watch({"a": view()}, interval_s=0.5)) as frames:
            await anext(frames)
            await asyncio.sleep(3.3)
            began = asyncio.get_running_loop().time()
            feed.refresh("tickets", items.set("t0", Ticket(rank=9)), START)
            await anext(frames)
            return asyncio.get_running_loop().time() - began

    assert run(scenario) == 0.0


def test_watchers_that_came_at_different_moments_share_their_updates():
    async def scenario():
        items, feed = feed_of_four()
        given = []

        async def watch(after):
            await asyncio.sleep(after)
            async for frame in feed.watch({"a": view()}, interval_s=0.5):
                given.extend(update for _, update in frame if isinstance(update, Delta))

        watching = [asyncio.create_task(watch(n * 0.07)) for n in range(5)]
        await asyncio.sleep(0.6)
        for n in range(40):
            items = items.set("t0", Ticket(rank=n))
            feed.refresh("tickets", items, START)
            await asyncio.sleep(0.1)
        feed.close()
        await asyncio.gather(*watching)
        return given

    given = run(scenario)
    assert len({id(update) for update in given}) * 5 == len(given) > 20


def test_a_slow_watcher_gets_one_difference_for_all_that_it_missed():
    async def scenario():
        items, feed = feed_of_four()
        async with contextlib.aclosing(feed.watch({"a": view()}, interval_s=0.1)) as frames:
            await anext(frames)
            for n in range(50):
                items = items.set("t0", Ticket(rank=n))
                feed.refresh("tickets", items, START)
                await asyncio.sleep(0.2)
            ((_, delta),) = await anext(frames)
            return delta, feed.version

    delta, version = run(scenario)
    assert (delta.version, delta.changed) == (version, (("t0", Ticket(rank=49)),))


def test_an_empty_frame_says_that_the_stream_lives():
    async def scenario():
        items, feed = feed_of_four()
        loop, seen = asyncio.get_running_loop(), []
        watch = feed.watch({"a": view()}, interval_s=0.2, idle_s=4.0)
        async with contextlib.aclosing(watch) as frames:
            while len(seen) < 4:
                frame = await anext(frames)
                seen.append((loop.time(), len(frame)))
                if len(seen) == 3:
                    feed.refresh("tickets", items.delete("t0"), START)
        return seen

    assert run(scenario) == [(0.0, 1), (4.0, 0), (8.0, 0), (8.0, 1)]


def test_a_stream_that_is_closed_lets_its_views_go():
    async def scenario():
        _, feed = feed_of_four()
        async with contextlib.aclosing(feed.watch({"a": view()}, interval_s=0.2)) as frames:
            await anext(frames)
            during = feed.watchers
        feed.tick(later(START, 61))
        return during, feed.watchers, feed.views

    assert run(scenario) == (1, 0, 0)


def test_a_watcher_that_comes_after_the_close_gets_nothing():
    async def scenario():
        _, feed = feed_of_four()
        feed.close()
        return [frame async for frame in feed.watch({"a": view()}, interval_s=0.2)]

    assert run(scenario) == []
