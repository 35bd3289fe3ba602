"""One caller watches so many windows at a time and no more; it leaves room for others, and gets it
back with each stream that ends.
"""

import asyncio

import pytest

from citybrain.api.errors import TooManyWatchesError
from citybrain.api.limits import STREAMS_OF_CALLER, WINDOWS_OF_CALLER
from citybrain.api.v1 import changes_pb2 as pb
from citybrain.api.v1 import crew_pb2
from citybrain.api.watches import Watches
from citybrain.domain.principal import Role, unauthenticated

MOST = WINDOWS_OF_CALLER.value
EIGHT = pb.WatchRequest(views=[pb.View(name=f"v{n}") for n in range(8)])


def person(name):
    return unauthenticated(name, Role.OPERATOR)


class Stream:
    """Gives one message and then nothing, until it is ended."""

    def __init__(self):
        self.has_ended = False

    async def __call__(self):
        try:
            yield "first"
            await asyncio.Event().wait()
        finally:
            self.has_ended = True


async def begun(watches, caller, request=EIGHT):
    stream = Stream()
    messages = watches.bounded(caller, request, stream)
    assert await anext(messages) == "first"
    return messages, stream


def test_a_caller_watches_so_many_windows_and_others_as_many():
    async def go():
        watches = Watches()
        kept = [await begun(watches, person("amy")) for _ in range(MOST // 8)]
        with pytest.raises(TooManyWatchesError, match=rf"at most {MOST} windows.*Close a screen"):
            watches.bounded(person("amy"), EIGHT, Stream())
        kept += [await begun(watches, person("bo")) for _ in range(MOST // 8)]
        messages, stream = kept[0]
        await messages.aclose()
        assert stream.has_ended
        kept.append(await begun(watches, person("amy")))
        for messages, _ in kept:
            await messages.aclose()
        assert not watches._windows

    asyncio.run(go())


def test_streams_that_begin_at_once_are_counted_as_they_begin():
    async def go():
        watches, streams = Watches(), [Stream() for _ in range(MOST)]
        at_once = [watches.bounded(person("amy"), EIGHT, stream) for stream in streams]
        began = await asyncio.gather(*map(anext, at_once), return_exceptions=True)
        assert sum(one == "first" for one in began) == MOST // 8
        assert sum(isinstance(one, TooManyWatchesError) for one in began) == MOST - MOST // 8
        for messages in at_once:
            await messages.aclose()

    asyncio.run(go())


def test_streams_without_windows_are_bounded_too_and_nobody_proved_is_not():
    async def go():
        watches = Watches()
        most, crew = STREAMS_OF_CALLER.value, crew_pb2.CrewWatchRequest()
        kept = [await begun(watches, person("amy"), crew) for _ in range(most)]
        with pytest.raises(TooManyWatchesError):
            watches.bounded(person("amy"), crew, Stream())
        kept += [await begun(watches, None) for _ in range(MOST)]
        for messages, _ in kept:
            await messages.aclose()

    asyncio.run(go())
