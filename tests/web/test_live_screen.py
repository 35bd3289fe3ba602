"""Live updates: the newest snapshot goes to every watcher, few times a second, rendered once, never
queued; streams end when the server ends.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from citybrain.web.console_app import console
from citybrain.web.live_screen import HEARTBEAT, LiveScreen


class Source:
    """A screen with a number on it."""

    def __init__(self) -> None:
        self.number = 0
        self.renders = 0
        self._changed = asyncio.Event()

    def put(self, number: int) -> None:
        self.number = number
        self._changed.set()

    def render(self) -> bytes:
        self.renders += 1
        return str(self.number).encode()

    async def changes(self) -> AsyncIterator[None]:
        while True:
            yield
            await self._changed.wait()
            self._changed.clear()


class Failing(Source):
    async def changes(self) -> AsyncIterator[None]:
        yield
        raise OSError("the screen is gone")


def frames(live: LiveScreen, source: Source, key: str = "") -> AsyncIterator[bytes]:
    return live.stream(source.render, key=key).body_iterator


async def next_number(stream: AsyncIterator[bytes]) -> int:
    async with asyncio.timeout(5):
        async for frame in stream:
            if frame.startswith(b"data: ") and not frame.startswith(HEARTBEAT):
                return int(frame.removeprefix(b"data: "))
    raise AssertionError("the stream ended")


def run(scenario, **options):
    async def whole() -> None:
        source = options.pop("source", Source)()
        live = LiveScreen(
            source.changes,
            **{"push_interval_s": 0.01, "refresh_s": 30.0, "heartbeat_s": 30.0, **options},
        )
        task = asyncio.create_task(live.run())
        try:
            await scenario(live, source)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(whole())


def test_a_watcher_sees_the_present_snapshot_at_once_and_then_every_change():
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


def test_a_slow_watcher_skips_to_the_newest_snapshot():
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


def test_a_snapshot_is_rendered_once_however_many_watch():
    async def scenario(live, source):
        streams = [frames(live, source) for _ in range(20)]
        for stream in streams:
            assert await next_number(stream) == 0
        source.put(1)
        for stream in streams:
            assert await next_number(stream) == 1
        assert source.renders <= 6  # 40 snapshots were delivered

    run(scenario)


def test_watchers_with_different_keys_see_their_own_snapshot():
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
            assert await anext(stream) == HEARTBEAT

    run(scenario, heartbeat_s=0.02)


def test_a_screen_is_rendered_again_though_nothing_changed_because_ages_move():
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


def test_a_screen_that_fails_ends_its_streams_so_that_pages_show_it():
    async def scenario(live, source):
        stream = frames(live, source)
        async with asyncio.timeout(5):
            assert len([frame async for frame in stream]) >= 1
        assert not live.is_open

    run(scenario, source=Failing)


@pytest.mark.parametrize("render_s", [0.0, 2.0])
def test_rendering_takes_a_bounded_share_of_the_time(render_s):
    live = LiveScreen(Source().changes, push_interval_s=0.2)
    live._render_s = render_s
    assert live._pause_s() == pytest.approx(max(0.2, 4 * render_s))


def test_a_screen_whose_changes_fail_says_so_in_the_log(tmp_path, caplog):
    (tmp_path / "static").mkdir()
    live = LiveScreen(Failing().changes)
    app = console((), static=tmp_path / "static", translations={}, live_screens=[live])

    async def within():
        async with app.router.lifespan_context(app):
            async with asyncio.timeout(5):
                while live.is_open:
                    await asyncio.sleep(0.01)

    asyncio.run(within())
    (record,) = [r for r in caplog.records if r.name == "citybrain.web.console_app"]
    assert "the screen is gone" in str(record.exc_info[1])
