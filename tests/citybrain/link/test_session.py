"""One stream on asyncio: frames and effects are carried in order, and every way to end it ends it,
also when it comes together with a commit.
"""

import asyncio

import pytest
from scripted_end import LETTERS, WELCOME, Journal, ScriptedEnd, letter, opening

from citybrain.errors import InputRejectedError, MalformedError, StoreFullError
from citybrain.link.frames import (
    Acknowledged,
    Heartbeat,
    LetterFrame,
    LetterGap,
    LetterRefused,
)
from citybrain.link.role import OPENER
from citybrain.link.session import LinkSession, PeerSilentError
from citybrain.structs import replace

HURRIED = replace(OPENER, heartbeat_s=0.02, silence_s=0.2)


class Stream:
    """A session that opens a stream, with the peer's frames and its own in two queues."""

    def __init__(self, *, role=OPENER, end=None, welcomed=True):
        self.end = end or ScriptedEnd()
        self.session = LinkSession(
            role, self.end, journal=self.end.journal, clock=self.end.clock, hello=opening()
        )
        self.end.wake = self.session.wake
        self._incoming = asyncio.Queue()
        self.sent = []
        self.running = asyncio.create_task(self.session.run(self._frames()))
        self.sending = asyncio.create_task(self._send())
        if welcomed:
            self.receive(WELCOME)

    def receive(self, *frames):
        for frame in frames:
            self._incoming.put_nowait(frame)

    async def _frames(self):
        while (frame := await self._incoming.get()) is not None:
            if isinstance(frame, Exception):
                raise frame
            yield frame

    async def _send(self):
        async for frame in self.session.outgoing():
            self.sent.append(frame)

    def frames(self, kind):
        return [frame for frame in self.sent if isinstance(frame, kind)]

    async def over(self):
        await asyncio.wait([self.running, self.sending], timeout=5)
        assert self.running.done()
        assert self.sending.done()
        return self.running.exception()


def in_a_loop(test):
    def run(*arguments):
        async def within():
            async with asyncio.timeout(20):
                await test(*arguments)

        asyncio.run(within())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


async def until(condition):
    while not condition():
        await asyncio.sleep(0.001)


@in_a_loop
async def test_a_stream_begins_with_the_greeting_and_resumes_where_the_peer_stands():
    stream = Stream()
    await until(lambda: len(stream.frames(LetterFrame)) == LETTERS - 2)
    assert stream.sent[0] == opening()
    assert [f.position for f in stream.frames(LetterFrame)] == list(range(3, LETTERS + 1))
    stream.session.end("over")
    assert await stream.over() is None


@in_a_loop
async def test_letters_are_journaled_in_order_and_acknowledged_after_their_commit():
    stream = Stream()
    stream.receive(letter(1), letter(2), letter(3))
    await until(lambda: stream.end.journal.waiting == 3)
    assert stream.frames(Acknowledged) == []
    stream.end.commit()
    await until(lambda: stream.frames(Acknowledged))
    assert stream.frames(Acknowledged) == [Acknowledged(position=3)]
    assert stream.end.journaled == ["letter 1", "letter 2", "letter 3"]
    stream.session.end("over")
    await stream.over()


@in_a_loop
async def test_a_letter_that_cannot_be_read_is_refused_and_its_gap_is_journaled():
    stream = Stream()
    stream.receive(letter(1), letter(2, payload=b"unreadable"), letter(3))
    await until(lambda: stream.end.journal.waiting == 1)
    stream.end.commit()
    await until(lambda: stream.frames(LetterRefused))
    assert stream.frames(LetterRefused) == [
        LetterRefused(position=2, after=1, reason="count: 257 slots")
    ]
    assert stream.end.quarantined == [2]
    stream.receive(LetterGap(position=2, after=1, reason="count: 257 slots"), letter(3))
    await until(lambda: stream.end.journal.waiting == 2)
    stream.end.commit()
    await until(lambda: stream.frames(Acknowledged)[-1:] == [Acknowledged(position=3)])
    assert stream.end.journaled == ["letter 1", "gap 2", "letter 3"]
    stream.session.end("over")
    await stream.over()


@in_a_loop
async def test_a_letter_that_no_core_decides_is_refused_too():
    stream = Stream()
    stream.receive(letter(1), letter(2))
    await until(lambda: stream.end.journal.waiting == 2)
    stream.end.commit(rejecting={1: InputRejectedError("letter", ValueError("cannot"))})
    await until(lambda: stream.frames(LetterRefused))
    (refused,) = stream.frames(LetterRefused)
    assert (refused.position, refused.after) == (1, 0)
    assert "undecidable" in refused.reason
    assert not stream.session.is_over, "letter 2 is out of order for that, and comes again"
    stream.session.end("over")
    await stream.over()


@in_a_loop
async def test_a_letter_that_the_peer_refuses_is_withdrawn_once_that_is_journaled():
    stream = Stream()
    await until(lambda: len(stream.frames(LetterFrame)) == LETTERS - 2)
    stream.receive(LetterRefused(position=4, after=3, reason="count"))
    await until(lambda: stream.end.journal.waiting == 1)
    assert stream.frames(LetterGap) == []
    stream.end.commit()
    await until(lambda: stream.frames(LetterGap))
    assert stream.frames(LetterGap) == [LetterGap(position=4, after=3, reason="count")]
    await until(lambda: stream.sent[-1] == stream.frames(LetterFrame)[-1])
    assert [f.position for f in stream.frames(LetterFrame)][LETTERS - 2 :] == list(
        range(5, LETTERS + 1)
    )
    stream.session.end("over")
    await stream.over()


@in_a_loop
async def test_a_full_disk_ends_the_stream_and_says_so():
    for frame in (letter(1), LetterRefused(position=3, after=2, reason="count")):
        stream = Stream()
        await until(lambda s=stream: len(s.frames(LetterFrame)) == LETTERS - 2)
        stream.receive(frame)
        await until(lambda s=stream: s.end.journal.waiting == 1)
        stream.end.fail(StoreFullError("no room"))
        assert isinstance(await stream.over(), StoreFullError)


@in_a_loop
async def test_a_letter_that_leaves_one_out_ends_the_stream():
    stream = Stream()
    stream.receive(letter(2))
    assert "follows letter 1" in str(await stream.over())


@in_a_loop
async def test_a_greeting_that_is_refused_ends_the_stream_with_that_error():
    end = ScriptedEnd()
    end.refuses = MalformedError("rolled_back", "run citybrain journal restored")
    assert await Stream(end=end).over() is end.refuses


@in_a_loop
async def test_what_breaks_the_stream_comes_out_and_an_orderly_end_does_not():
    broken, left = Stream(), Stream()
    broken.receive(OSError("reset"))
    left.receive(None)
    assert isinstance(await broken.over(), OSError)
    assert await left.over() is None
    assert "the city ended the stream" in left.session.link.end_reason


@in_a_loop
async def test_a_peer_that_sends_and_reads_nothing_does_not_fill_the_memory():
    stream = Stream(role=replace(HURRIED, silence_s=20.0))
    await until(lambda: len(stream.frames(LetterFrame)) == LETTERS - 2)
    stream.sending.cancel()
    for position in range(1, 31):
        stream.receive(letter(position))
        await until(lambda: stream.end.journal.waiting == 1)
        stream.end.commit()
        await asyncio.sleep(0.005)
    await until(lambda: stream.session.link.inbound.acknowledged == 30)
    stream.session.end("over")
    await stream.running
    waiting = [frame async for frame in stream.session.outgoing()]
    assert [f for f in waiting if isinstance(f, Acknowledged)] == [Acknowledged(position=30)]
    assert len(waiting) <= 2, "and one heartbeat"


@in_a_loop
async def test_a_peer_that_falls_silent_ends_the_stream_though_nothing_can_be_sent():
    """What is sent is taken by nobody: the network is stuck."""
    stream = Stream(role=HURRIED)
    stream.sending.cancel()
    with pytest.raises(PeerSilentError, match="nothing came from the city"):
        await stream.running
    silent = Stream(role=HURRIED, welcomed=False)
    assert isinstance(await silent.over(), PeerSilentError), "not even welcome"


@in_a_loop
async def test_heartbeats_go_out_without_anything_else():
    stream = Stream(role=replace(HURRIED, silence_s=60.0))
    await until(lambda: len(stream.frames(Heartbeat)) >= 3)
    stream.session.end("over")
    await stream.over()


@in_a_loop
async def test_a_full_queue_holds_the_reader_up_and_loses_nothing():
    end = ScriptedEnd(journal=Journal(capacity=2))
    stream = Stream(end=end)
    stream.receive(letter(1), letter(2), letter(3), letter(4))
    for upto in (2, 4):
        await until(lambda: end.journal.waiting == 2)
        end.commit()
        await until(lambda n=upto: len(end.journaled) == n)
    assert end.journaled == [f"letter {n}" for n in (1, 2, 3, 4)]
    stream.session.end("over")
    await stream.over()


@in_a_loop
async def test_no_more_than_a_window_waits_for_its_commit():
    stream = Stream(role=replace(OPENER, window=3))
    stream.receive(*(letter(n) for n in range(1, 8)))
    await until(lambda: stream.end.journal.waiting == 3)
    for _ in range(50):
        await asyncio.sleep(0)
    assert stream.end.journal.waiting == 3
    stream.end.commit()
    await until(lambda: stream.end.journal.waiting == 3)
    stream.session.end("over")
    await stream.over()


@in_a_loop
async def test_a_stream_that_is_cancelled_just_as_a_commit_wakes_it_ends():
    """`asyncio.wait_for` of Python 3.11 would lose the cancellation, every time."""
    for _ in range(50):
        stream = Stream()
        await until(lambda s=stream: len(s.frames(LetterFrame)) == LETTERS - 2)
        stream.session.wake()
        stream.running.cancel()
        await asyncio.wait([stream.running], timeout=5)
        assert stream.running.cancelled()
        await asyncio.wait([stream.sending], timeout=5)
        assert stream.sending.done()


@in_a_loop
async def test_a_stream_that_is_superseded_just_as_a_commit_wakes_it_ends():
    for order in (("wake", "end"), ("end", "wake")):
        stream = Stream()
        await until(lambda s=stream: len(s.frames(LetterFrame)) == LETTERS - 2)
        for step in order:
            stream.session.wake() if step == "wake" else stream.session.end("superseded")
        assert await stream.over() is None
        assert stream.session.link.end_reason == "superseded"


@in_a_loop
async def test_an_answer_that_comes_after_the_end_changes_nothing():
    stream = Stream()
    stream.receive(letter(1))
    await until(lambda: stream.end.journal.waiting == 1)
    stream.session.end("over")
    await stream.over()
    stream.end.fail(StoreFullError("no room"))
    await asyncio.sleep(0)
    assert stream.session.link.end_reason == "over"
