"""The letters of one district's stream at the city's end: each takes effect once and in order, or
is quarantined with a declared gap, both ways.
"""

import asyncio
import threading
import time

import pytest
from link_letters import up_frame
from scripted_district import HELLO, Stream, a_city, in_a_loop, until

from citybrain.domain.incident import SlotReport
from citybrain.errors import StoreFullError
from citybrain.link.frames import Acknowledged, LetterFrame, LetterGap, LetterRefused
from citybrain.structs import replace
from citybrain.wire.validation.limits import SLOTS
from coordinator.cores import world


@in_a_loop
async def test_letters_take_effect_and_are_acknowledged_after_their_commit(w):
    async with a_city() as city:
        stream = await city.connect()
        stream.post(w.unit("u1"), w.unit("u2"))
        await until(lambda: stream.acknowledged == 2)
        assert list(city.state.world.units) == ["u1", "u2"]
        await stream.end()


@in_a_loop
async def test_what_a_district_saw_of_another_store_is_not_taken_for_this_ones():
    """A store made anew must not skip its first letters because the district had others."""
    async with a_city() as city:
        city.post_down(2)
        stream = await city.connect(replace(HELLO, down_acked=500, city_epoch="another"))
        assert (stream.welcome.up_acked, stream.welcome.down_next) == (0, 3)
        await until(lambda: list(stream.letters()) == [1, 2])
        assert city.kept() == [1, 2]
        await stream.end()


@in_a_loop
async def test_what_a_district_has_is_discarded_and_the_rest_is_sent():
    async with a_city() as city:
        await (await city.connect()).end()
        city.post_down(5)
        again = await city.connect(
            replace(HELLO, session=2, down_acked=3, city_epoch=city.store.epoch())
        )
        await until(lambda: list(again.letters()) == [4, 5])
        assert city.kept() == [4, 5]
        again.send(Acknowledged(position=4))
        await until(lambda: city.kept() == [5])
        await again.end()


@in_a_loop
async def test_letters_that_are_kept_no_more_keep_nobody_busy():
    """A district that was put back asks from where it stood then; what came after was acknowledged,
    and is gone.
    """
    async with a_city() as city:
        city.post_down(5)
        city.store.discard_letters(to="district/north", upto=5)
        asked, letters = [], city.store.letters
        city.store.letters = lambda **what: asked.append(what) or letters(**what)
        stream = await city.connect()
        await until(lambda: asked)
        before = len(asked)
        for _ in range(200):
            await asyncio.sleep(0)
        assert len(asked) - before <= 2
        await stream.end()


@in_a_loop
async def test_a_letter_behind_one_that_the_disk_had_no_room_for_is_not_taken_before_it(w):
    """The disk is full for a moment: what it refused comes again, in its place."""
    async with a_city() as city:
        stream = await city.connect()
        is_struck = _full_once(city, until_waiting=1)
        stream.post(w.unit("u1"))
        await until(is_struck.is_set)
        stream.post(w.unit("u2"), first=2)
        assert "the disk is full" in await stream.refused()
        assert city.north.up_acked == 0
        again = await city.connect(
            replace(HELLO, session=2, up_next=3, city_epoch=city.store.epoch())
        )
        again.post(w.unit("u1"), w.unit("u2"))
        await until(lambda: city.north.up_acked == 2)
        assert list(city.state.world.units) == ["u1", "u2"]
        await again.end()


@in_a_loop
async def test_a_letter_that_comes_twice_opens_no_hole_behind_one_that_was_refused(w):
    """1 is taken, 2 finds no room, 1 comes again, and 3 follows: 3 follows 2, whatever came in
    between.
    """
    async with a_city() as city:
        stream = await city.connect()
        stream.post(w.unit("u1"))
        await until(lambda: city.north.up_acked == 1)
        is_struck = _full_once(city, until_waiting=1)
        stream.post(w.unit("u2"), first=2)
        await until(is_struck.is_set)
        stream.post(w.unit("u1"))
        stream.post(w.unit("u3"), first=3)
        await stream.refused()
        assert city.north.up_acked == 1


@in_a_loop
async def test_a_letter_that_leaves_one_out_ends_the_stream(w):
    async with a_city() as city:
        stream = await city.connect()
        stream.send(up_frame(2, w.unit("u2")))
        assert "follows letter 1" in await stream.refused()
        assert city.north.up_acked == 0


@pytest.mark.parametrize("poison", ["257 slots", "garbage", "oversized", "undecidable"])
@in_a_loop
async def test_a_letter_that_cannot_be_taken_is_refused_by_its_position_and_the_log_goes_on(
    w, poison, monkeypatch
):
    receive = world.receive

    def picky(known, received, at):
        if getattr(getattr(received, "letter", None), "unit", None) == "poison":
            raise ValueError("cannot")
        return receive(known, received, at)

    monkeypatch.setattr(world, "receive", picky)
    frames = {
        "257 slots": up_frame(2, _with_slots(w, SLOTS.value + 1)),
        "garbage": LetterFrame(position=2, after=1, payload=b"\xff\xff"),
        "oversized": LetterFrame(position=2, after=1, payload=b"\0" * 300_000),
        "undecidable": up_frame(2, w.unit("poison")),
    }
    async with a_city() as city:
        stream = await city.connect()
        stream.post(w.unit("u1"))
        stream.send(frames[poison])
        stream.post(w.unit("u3"), first=3)
        await until(lambda: stream.frames(LetterRefused))
        (refused,) = stream.frames(LetterRefused)
        assert (refused.position, refused.after) == (2, 1)
        assert stream.acknowledged == 1
        stream.send(LetterGap(position=2, after=1, reason=refused.reason))
        stream.post(w.unit("u3"), first=3)
        await until(lambda: stream.acknowledged == 3)
        assert list(city.state.world.units) == ["u1", "u3"]
        assert city.state.counts.get("letters_quarantined") == 1
        records = [r for r in city.store.records() if r.kind == "district_letter_quarantined"]
        assert len(records) == 1
        await stream.end()


@in_a_loop
async def test_a_letter_that_a_district_refuses_is_withdrawn_by_a_gap_and_the_log_goes_on():
    async with a_city() as city:
        city.post_down(3)
        stream = await city.connect()
        await until(lambda: len(stream.letters()) == 3)
        stream.send(Acknowledged(position=1))
        stream.send(LetterRefused(position=2, after=1, reason="undecidable: cannot"))
        await until(lambda: stream.frames(LetterGap))
        await until(lambda: [f.position for f in stream.got if hasattr(f, "after")][-1] == 3)
        assert stream.letters()[2] is None
        assert [(r.position, r.reason) for r in city.north.refused] == [(2, "undecidable: cannot")]
        assert city.state.counts.get("letters_refused") == 1
        await stream.end()
        again = await city.connect(
            replace(HELLO, session=2, down_acked=1, city_epoch=city.store.epoch())
        )
        await until(lambda: list(again.letters()) == [2, 3])
        assert again.letters()[2] is None, "it stays withdrawn"
        await again.end()


@in_a_loop
async def test_a_letter_that_cannot_be_sent_is_withdrawn_and_the_log_goes_on():
    async with a_city() as city:
        city.post_down(1)
        city.post_bytes("telegram", b"{}")
        city.post_down(1)
        stream = await city.connect()
        await until(lambda: len(stream.letters()) == 3)
        assert stream.letters()[2] is None
        assert "telegram" in city.north.refused[0].reason
        await stream.end()


@in_a_loop
async def test_a_district_that_acknowledges_what_was_never_written_ends_its_stream():
    async with a_city() as city:
        city.post_down(1)
        stream = await city.connect()
        stream.send(Acknowledged(position=7))
        assert "letter 7 was acknowledged" in await stream.refused()
        assert city.kept() == [1]


@in_a_loop
async def test_a_second_hello_ends_the_stream():
    async with a_city() as city:
        stream = Stream(city.districts, HELLO)
        stream.send(HELLO)
        assert "established" in await stream.refused()


def _with_slots(w, count):
    slot = SlotReport(
        slot="s", capability="patrol", version=1, state="open", deadline=1, from_city=True
    )
    return replace(w.incident("i1"), slots=(slot,) * count)


def _full_once(city, *, until_waiting):
    """The next transaction finds no room, once so many inputs wait behind it."""
    is_struck = threading.Event()

    def fault(_boundary):
        is_struck.set()
        while city.commit_loop.waiting < until_waiting:
            time.sleep(0.001)
        city.store.faults = None
        raise StoreFullError("the disk is full")

    city.store.faults = fault
    return is_struck
