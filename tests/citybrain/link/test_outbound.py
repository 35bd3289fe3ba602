"""The own log as it goes out: pages, the window, acknowledgements, and withdrawn letters."""

import pytest

from citybrain.errors import IllegalTriggerError, MalformedError
from citybrain.link.effects import DiscardLetters, JournalRefusal
from citybrain.link.frames import Acknowledged, LetterFrame, LetterGap, LetterRefused
from citybrain.link.outbound import (
    FIRST_BEHIND_GAP,
    Outbound,
    Page,
    Sendable,
    Unsendable,
    Withdrawn,
    on_acknowledged,
    on_grown,
    on_letters,
    on_refused,
    on_withdrawn,
    resumed,
    wanted,
)
from citybrain.link.stages import OutboundStage
from citybrain.structs import replace


def sendable(*positions):
    return tuple(Sendable(position=position, payload=b"x") for position in positions)


class Log:
    """An `Outbound` that goes on, with what it sent and wanted."""

    def __init__(self, *, after=0, next_=11, window=5, page=3):
        self.now = resumed(after=after, next_=next_)
        self.window, self.page = window, page
        self.frames, self.effects = [], []

    def _take(self, outcome):
        self.now, frames, effects = outcome
        self.frames += frames
        self.effects += effects
        return self

    @property
    def wanted(self):
        return wanted(self.now, window=self.window, page=self.page)

    def send(self, *letters):
        return self._take(on_letters(self.now, self.wanted, letters))

    def acknowledge(self, position):
        return self._take(on_acknowledged(self.now, Acknowledged(position=position)))

    def refuse(self, position, after=None):
        after = position - 1 if after is None else after
        frame = LetterRefused(position=position, after=after, reason="count")
        return self._take(on_refused(self.now, frame))

    def withdraw(self, position):
        self.now = on_withdrawn(self.now, position)
        return self


def test_pages_are_wanted_as_long_as_the_window_and_the_log_allow():
    log = Log()
    assert log.wanted == Page(after=0, limit=3)
    assert log.send(*sendable(1, 2, 3)).wanted == Page(after=3, limit=2)
    assert log.send(*sendable(4, 5)).wanted is None, "the window is full"
    assert log.acknowledge(4).wanted == Page(after=5, limit=3)
    log.send(*sendable(6, 7, 8)).acknowledge(8).send(*sendable(9, 10))
    assert log.wanted is None, "the log is at its end"
    log.now = on_grown(log.now, 12)
    assert log.wanted == Page(after=10, limit=3)


def test_every_letter_names_the_one_before_it_in_the_stream():
    log = Log(after=4).send(*sendable(5, 6))
    assert log.frames == [
        LetterFrame(position=5, after=4, payload=b"x"),
        LetterFrame(position=6, after=5, payload=b"x"),
    ]


def test_a_log_that_is_kept_from_a_later_position_on_begins_there_with_a_whole_window():
    log = Log(next_=9_001).send(*sendable(8_001, 8_002, 8_003))
    assert log.frames[0].after == 0
    assert log.wanted == Page(after=8_003, limit=2)


def test_letters_that_are_kept_no_more_are_asked_for_once():
    log = Log(next_=6).send()
    assert log.wanted is None
    log.now = on_grown(log.now, 7)
    assert log.send(*sendable(6)).frames == [LetterFrame(position=6, after=0, payload=b"x")]


def test_what_is_acknowledged_is_discarded_once():
    log = Log().send(*sendable(1, 2, 3)).acknowledge(2).acknowledge(2).acknowledge(1)
    assert log.effects == [DiscardLetters(upto=2)]


def test_what_an_earlier_stream_left_in_the_peers_queue_may_be_acknowledged():
    log = Log().send(*sendable(1)).acknowledge(4)
    assert log.wanted == Page(after=4, limit=3)


def test_what_was_never_written_cannot_be_acknowledged():
    log = Log(next_=4).send(*sendable(1, 2, 3))
    before = log.now
    with pytest.raises(MalformedError, match="the log ends at 3"):
        log.acknowledge(4)
    assert log.now == before


def test_a_refused_letter_puts_the_log_back_and_holds_it_until_that_is_journaled():
    log = Log().send(*sendable(1, 2, 3)).acknowledge(1).refuse(2)
    assert log.effects[-1] == JournalRefusal(position=2, reason="count")
    assert log.now.stage is OutboundStage.WITHDRAWING
    assert log.wanted is None
    log.withdraw(2)
    assert log.wanted == Page(after=1, limit=3)
    log.send(Withdrawn(position=2, reason="count"), *sendable(3))
    assert log.frames[3:] == [
        LetterGap(position=2, after=1, reason="count"),
        LetterFrame(position=3, after=2, payload=b"x"),
    ]


def test_behind_a_gap_few_letters_are_sent_until_they_are_acknowledged():
    """Where every second letter is bad a whole window would be sent again for each."""
    log = Log(next_=1_001, window=100, page=100).send(*sendable(*range(1, 101))).refuse(1)
    assert log.withdraw(1).wanted == Page(after=0, limit=FIRST_BEHIND_GAP)
    log.send(Withdrawn(position=1, reason="count"), *sendable(*range(2, FIRST_BEHIND_GAP + 1)))
    assert log.wanted is None
    log.acknowledge(2)
    assert log.wanted == Page(after=FIRST_BEHIND_GAP, limit=4), "two are over, two more than before"
    rounds = 0
    while log.wanted.limit < 100:
        first, rounds = log.wanted.after + 1, rounds + 1
        last = first + log.wanted.limit - 1
        log.send(*sendable(*range(first, last + 1))).acknowledge(last)
    assert rounds <= 5, "it doubles"


def test_a_letter_that_cannot_be_sent_is_withdrawn_without_a_refusal():
    log = Log().send(*sendable(1), Unsendable(position=2, reason="oversized"), *sendable(3))
    assert [frame.position for frame in log.frames] == [1]
    assert log.effects == [JournalRefusal(position=2, reason="oversized")]
    assert log.withdraw(2).wanted == Page(after=1, limit=3)


def test_an_earlier_letter_that_is_refused_meanwhile_takes_over():
    log = Log().send(*sendable(1, 2), Unsendable(position=3, reason="oversized"))
    log.acknowledge(1).refuse(2)
    assert [effect.position for effect in log.effects if isinstance(effect, JournalRefusal)] == [
        3,
        2,
    ]
    assert log.withdraw(3).now.stage is OutboundStage.WITHDRAWING
    assert log.withdraw(2).wanted == Page(after=1, limit=3)


def test_a_refusal_that_comes_again_changes_nothing():
    log = Log().send(*sendable(1, 2)).refuse(1)
    before = log.now
    assert log.refuse(1).now == before
    assert len(log.effects) == 1
    log.withdraw(1).send(Withdrawn(position=1, reason="count"), *sendable(2)).acknowledge(2)
    assert log.refuse(1).now == log.now, "its gap is acknowledged"


@pytest.mark.parametrize(("position", "after"), [(4, 3), (3, 0), (2, 2)])
def test_what_is_not_under_way_cannot_be_refused(position, after):
    log = Log().send(*sendable(1, 2, 3)).acknowledge(1)
    before = log.now
    with pytest.raises(MalformedError, match="under way"):
        log.refuse(position, after)
    assert log.now == before


def test_a_page_that_was_read_before_the_log_was_put_back_is_left_out():
    log = Log().send(*sendable(1, 2, 3))
    page = log.wanted
    log.refuse(1).withdraw(1)
    after = on_letters(log.now, page, sendable(4, 5))
    assert after == (log.now, (), ())


def test_while_a_refusal_is_being_journaled_nothing_is_sent():
    log = Log().send(*sendable(1, 2))
    page = log.wanted
    log.refuse(1)
    assert on_letters(log.now, page, sendable(3)) == (log.now, (), ())


def test_only_what_is_being_withdrawn_can_be():
    log = Log().send(*sendable(1))
    assert log.withdraw(1).now == log.now
    odd = replace(log.now, withdrawing=1)
    with pytest.raises(IllegalTriggerError, match="outbound log"):
        on_withdrawn(odd, 1)


def test_a_stream_begins_where_the_peer_stands():
    assert resumed(after=7, next_=9) == Outbound(next=9, read=7, sent=7, acknowledged=7)
