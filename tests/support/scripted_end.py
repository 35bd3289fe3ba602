"""A tier's end of a stream by script: a log of ten letters, a journal that commits when a test says
so, and letters that it cannot read. See `citybrain.link.port.LinkEnd`.
"""

import asyncio

from citybrain.clock import SECOND_US, ManualClock
from citybrain.decider.decider import Committed
from citybrain.errors import CityBrainError, InputRejectedError, MalformedError, QueueFullError
from citybrain.geo import Point
from citybrain.link.exchange import Start
from citybrain.link.frames import Hello, LetterFrame, Welcome
from citybrain.link.outbound import Sendable, Withdrawn

LETTERS = 10
WELCOME = Welcome(epoch="c1", up_acked=2, down_next=1, next_session=2)


def opening():
    return Hello(
        district="north",
        name="North",
        centre=Point(lat=30.6, lon=104.0),
        epoch="d1",
        session=0,
        up_next=LETTERS + 1,
        down_acked=0,
    )


def letter(position, payload=b"x"):
    return LetterFrame(position=position, after=position - 1, payload=payload)


class LoopClock(ManualClock):
    """The running loop's time."""

    def __init__(self, loop):
        super().__init__()
        self._loop = loop

    def instant(self):
        return round(self._loop.time() * SECOND_US)


class Journal:
    """A queue of inputs, each with whom to answer."""

    def __init__(self, capacity=1_000):
        self._capacity = capacity
        self.queue = []

    @property
    def waiting(self):
        return len(self.queue)

    def submit_with_callback(self, what, on_done):
        if len(self.queue) >= self._capacity:
            raise QueueFullError("no more")
        self.queue.append((what, on_done))


class OutOfOrderError(CityBrainError):
    """What was before it is missing."""


class ScriptedEnd:
    """`journaled`: the texts that were committed; the peer's log counts letters and gaps."""

    def __init__(self, journal=None):
        self.journal = journal or Journal()
        self.clock = LoopClock(asyncio.get_running_loop())
        self.journaled, self.refused, self.quarantined = [], {}, []
        self.refuses = None
        self.wake = lambda: None
        self._upto = 0

    async def confirm(self, _greeting):
        if self.refuses is not None:
            raise self.refuses
        return Start(send_after=2, journaled=0, acknowledged=0, next_position=LETTERS + 1)

    def positions(self):
        return self._upto, LETTERS + 1

    def stored(self, page):
        last = min(page.after + page.limit, LETTERS)
        return tuple(
            Withdrawn(position=n, reason=self.refused[n])
            if n in self.refused
            else Sendable(position=n, payload=b"y")
            for n in range(page.after + 1, last + 1)
        )

    def letter_input(self, letter):
        if letter.payload == b"unreadable":
            raise MalformedError("count", "257 slots")
        return ("letter", letter.position, letter.after)

    def gap_input(self, gap):
        return ("gap", gap.position, gap.after)

    def refusal_input(self, refusal):
        return ("refusal", refusal.position, refusal.reason)

    def is_out_of_order(self, error):
        return isinstance(error, OutOfOrderError)

    def rejected(self, letter, _reason):
        self.quarantined.append(letter.position)

    def discard(self, upto):
        """Nothing is kept."""

    def peer_lost(self, last_seen_at):
        raise AssertionError("an opener ends instead")

    def peer_returned(self):
        raise AssertionError("an opener ends instead")

    def commit(self, rejecting=()):
        """What waits is committed; `rejecting`: errors by position."""
        waiting, self.journal.queue = self.journal.queue, []
        for (kind, position, detail), on_done in waiting:
            if kind == "refusal":
                self.refused[position] = detail
                self.journaled.append(f"refusal {position}")
                outcome = Committed(seq=len(self.journaled), commands=())
            elif position in dict(rejecting):
                outcome = dict(rejecting)[position]
            elif detail > self._upto:
                outcome = InputRejectedError("letter", OutOfOrderError("one is missing"))
            else:
                self._upto = position
                self.journaled.append(f"{kind} {position}")
                outcome = Committed(seq=len(self.journaled), commands=())
            on_done(outcome)
        self.wake()

    def fail(self, error):
        """What waits finds no room."""
        waiting, self.journal.queue = self.journal.queue, []
        for _, on_done in waiting:
            on_done(error)
