"""Live pushing: the newest picture to everyone, few times a second, drawn once, never queued, and an end when the server ends."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from citybrain.web.live import BEAT, Live


class Source:
    """A screen with a number on it."""

    def __init__(self) -> None:
        self.number = 0
        self.drawn = 0
        self._news = asyncio.Event()

    def put(self, number: int) -> None:
        self.number = number
        self._news.set()

    def render(self) -> bytes:
        self.drawn += 1
        return str(self.number).encode()

    async def changes(self) -> AsyncIterator[None]:
        while True:
            yield
            await self._news.wait()
            self._news.clear()


class Failing(Source):
    async def changes(self) -> AsyncIterator[None]:
        yield
        raise OSError("the screen is gone")


def frames(live: Live, source: Source, key: str = "") -> AsyncIterator[bytes]:
    return live.stream(source.render, key=key).body_iterator


async def next_number(stream: AsyncIterator[bytes]) -> int:
    async with asyncio.timeout(5):
        async for frame in stream:
            if frame.startswith(b"data: ") and not frame.startswith(BEAT):
                return int(frame.removeprefix(b"data: "))
    raise AssertionError("the stream ended")


def run(scenario, **options):
    async def whole() -> None:
        source = options.pop("source", Source)()
        live = Live(source.changes, **{"gap_s": 0.01, "refresh_s": 30.0, "beat_s": 30.0, **options})
        task = asyncio.create_task(live.run())
        try:
            await scenario(live, source)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(whole())


def test_a_watcher_sees_the_present_picture_at_once_and_then_every_change():
    async def scenario(live, source):
        source.put(7)
        stream = frames(live, source)
        assert await next_number(stream) == 7
        source.put(8)
        assert await next_number(stream) == 8

    run(scenario)


def test_changes_that_come_together_share_one_push_and_the_last_one_wins():
    async def scenario(live, source):
        stream = frames(live, source)
        assert await next_number(stream) == 0
        for number in range(1, 200):
            source.put(number)
        assert await next_number(stream) == 199

    run(scenario)


def test_a_slow_watcher_skips_to_the_newest_picture():
    async def scenario(live, source):
        slow, quick = frames(live, source), frames(live, source)
        assert await next_number(slow) == 0
        for number in range(1, 6):
            source.put(number)
            seen = -1
            while seen != number:
                seen = await next_number(quick)
        assert await next_number(slow) == 5

    run(scenario)


def test_a_picture_is_drawn_once_however_many_watch():
    async def scenario(live, source):
        streams = [frames(live, source) for _ in range(20)]
        for stream in streams:
            assert await next_number(stream) == 0
        source.put(1)
        for stream in streams:
            assert await next_number(stream) == 1
        assert source.drawn <= 6  # 40 pictures were delivered

    run(scenario)


def test_watchers_with_different_keys_see_their_own_picture():
    async def scenario(live, source):
        other = Source()
        other.number = 42
        assert await next_number(frames(live, source, "a")) == 0
        assert await next_number(frames(live, other, "b")) == 42

    run(scenario)


def test_a_quiet_screen_sends_heartbeats():
    async def scenario(live, source):
        stream = frames(live, source)
        assert await next_number(stream) == 0
        async with asyncio.timeout(5):
            assert await anext(stream) == BEAT

    run(scenario, beat_s=0.02)


def test_a_screen_is_drawn_anew_though_nothing_changed_because_ages_move():
    async def scenario(live, source):
        stream = frames(live, source)
        assert await next_number(stream) == 0
        source.number = 3  # moved by itself: no change was announced
        assert await next_number(stream) == 3

    run(scenario, refresh_s=0.02)


def test_closing_ends_every_stream():
    async def scenario(live, source):
        streams = [frames(live, source) for _ in range(3)]
        for stream in streams:
            await next_number(stream)
        assert live.watchers == 3
        live.close()
        for stream in streams:
            async with asyncio.timeout(5):
                assert [frame async for frame in stream] == []
        assert live.watchers == 0

    run(scenario)


def test_a_screen_that_fails_ends_its_streams_so_that_pages_say_so():
    async def scenario(live, source):
        stream = frames(live, source)
        async with asyncio.timeout(5):
            assert len([frame async for frame in stream]) >= 1
        assert not live.is_open

    run(scenario, source=Failing)


@pytest.mark.parametrize("drawing_s", [0.0, 2.0])
def test_drawing_takes_a_bounded_share_of_the_time(drawing_s):
    live = Live(Source().changes, gap_s=0.2)
    live._drawing_s = drawing_s
    assert live._pause_s() == pytest.approx(max(0.2, 4 * drawing_s))
