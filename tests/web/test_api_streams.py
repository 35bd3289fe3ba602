"""Streams of the public API as server-sent events: numbered, with heartbeats, ended together."""

import asyncio

from citybrain.api.errors import NoSuchResourceError
from citybrain.api.v1 import crew_pb2
from citybrain.api.watching import ChangesMessage, Part, WholeMessage
from citybrain.clock import ManualClock
from citybrain.errors import QueueFullError
from citybrain.web.api_streams import RETRY, ApiStreams, heartbeat

CLOCK = ManualClock()
HEARTBEAT = heartbeat(CLOCK.now())
SCREEN = WholeMessage(crew_pb2.CrewScreen(unit="u-1"))


class Source:
    """A stream that gives these messages, then waits or ends."""

    def __init__(self, *messages, ends=False, fails=None):
        self.messages, self.ends, self.fails, self.closed = messages, ends, fails, False

    async def stream(self):
        try:
            for one in self.messages:
                yield one
            if self.fails is not None:
                raise self.fails
            if not self.ends:
                await asyncio.Event().wait()
        finally:
            self.closed = True


async def some(events, count):
    found = []
    async for event in events:
        found.append(event)
        if len(found) == count:
            break
    return found


def test_a_message_is_an_event_and_one_without_a_change_a_heartbeat():
    async def go():
        changes = ChangesMessage("life.7", (("q", Part("gone", None, lambda: b"true")),))
        source = Source(SCREEN, changes, ChangesMessage("life.7", ()), ends=True)
        streams = ApiStreams(CLOCK)
        events = await some(streams.events(source.stream()), 9)
        assert events[0] == RETRY + HEARTBEAT
        assert events[1].startswith(b'data: {"unit":"u-1"')
        assert events[2] == (
            b'id: life.7\ndata: {"version":"life.7","views":[{"name":"q","gone":true}]}\n\n'
        )
        assert events[3:] == [HEARTBEAT]
        assert (source.closed, streams.watchers) == (True, 0)

    asyncio.run(go())


def test_a_silent_stream_sends_heartbeats_and_loses_no_message():
    async def go():
        source = Source()
        streams = ApiStreams(CLOCK, heartbeat_s=0.01)
        events = streams.events(source.stream())
        assert await some(events, 4) == [RETRY + HEARTBEAT, HEARTBEAT, HEARTBEAT, HEARTBEAT]
        assert streams.watchers == 1
        await events.aclose()
        assert (source.closed, streams.watchers) == (True, 0)

    asyncio.run(go())


def test_all_streams_end_when_the_console_stops():
    async def go():
        streams, source = ApiStreams(CLOCK), Source()
        events = streams.events(source.stream())
        assert await anext(events) == RETRY + HEARTBEAT
        rest = asyncio.create_task(some(events, 9))
        await asyncio.sleep(0)
        streams.close()
        assert await rest == []
        assert (streams.is_open, source.closed) == (False, True)

    asyncio.run(go())


def test_a_stream_whose_subject_has_gone_ends():
    async def go():
        gone = NoSuchResourceError("unit", "u-1", "It was removed.")
        events = ApiStreams(CLOCK).events(Source(SCREEN, fails=gone).stream())
        assert len(await some(events, 9)) == 2

    asyncio.run(go())


def test_a_stream_that_fails_ends_and_the_log_says_why(caplog):
    async def go():
        full = QueueFullError("the node has no room just now")
        events = ApiStreams(CLOCK).events(Source(SCREEN, fails=full).stream())
        assert len(await some(events, 9)) == 2

    asyncio.run(go())
    assert "the node has no room just now" in caplog.text
