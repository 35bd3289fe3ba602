"""The peer's log as it comes in: what is journaled, acknowledged, held up and refused."""

import pytest

from citybrain.errors import IllegalTriggerError, MalformedError
from citybrain.link.effects import JournalGap, JournalLetter
from citybrain.link.frames import Acknowledged, LetterFrame, LetterGap, LetterRefused
from citybrain.link.inbound import (
    Inbound,
    on_journaled,
    on_out_of_order,
    on_position,
    on_rejected,
    resumed,
)
from citybrain.link.stages import InboundStage


def letter(position, after=None):
    return LetterFrame(
        position=position, after=position - 1 if after is None else after, payload=b"x"
    )


def gap(position, after=None):
    after = position - 1 if after is None else after
    return LetterGap(position=position, after=after, reason="count")


class Log:
    """An `Inbound` that goes on, with what it sent and wanted."""

    def __init__(self, acknowledged=0):
        self.now = resumed(acknowledged=acknowledged)
        self.frames, self.effects = [], []

    def _take(self, outcome):
        self.now, frames, effects = outcome
        self.frames += frames
        self.effects += effects
        return self

    def get(self, *frames):
        for frame in frames:
            self._take(on_position(self.now, frame))
        return self

    def journal(self, upto):
        return self._take(on_journaled(self.now, upto))

    def reject(self, position, round_=0):
        return self._take(
            on_rejected(
                self.now, position=position, after=position - 1, round_=round_, reason="count"
            )
        )

    def given(self):
        return [effect.position for effect in self.effects]


def test_letters_are_given_to_the_journal_in_order_without_waiting():
    log = Log().get(letter(1), letter(2))
    assert log.effects == [
        JournalLetter(position=1, after=0, payload=b"x", round=0),
        JournalLetter(position=2, after=1, payload=b"x", round=0),
    ]
    assert log.frames == []


def test_a_commit_is_acknowledged_once():
    log = Log().get(letter(1), letter(2), letter(3)).journal(2).journal(2)
    assert log.frames == [Acknowledged(position=2)]
    assert log.journal(1).frames == [Acknowledged(position=2)], "time does not go back"


def test_a_log_that_is_kept_from_a_later_position_on_begins_there():
    log = Log().get(letter(501, after=0), letter(502)).journal(502)
    assert log.given() == [501, 502]
    assert log.frames == [Acknowledged(position=502)]


def test_a_letter_that_comes_again_is_given_to_nobody():
    log = Log().get(letter(1), letter(2), letter(1), letter(2), letter(3))
    assert log.given() == [1, 2, 3]


@pytest.mark.parametrize("wrong", [letter(3), letter(3, after=0), gap(3)])
def test_what_leaves_something_out_is_refused_and_changes_nothing(wrong):
    log = Log().get(letter(1))
    before = log.now
    with pytest.raises(MalformedError, match="follows letter"):
        log.get(wrong)
    assert log.now == before


def test_a_hole_in_the_senders_own_log_is_none_of_the_stream():
    assert Log().get(letter(1), letter(9, after=1)).given() == [1, 9]


def test_a_rejected_letter_is_refused_when_everything_before_it_is_journaled():
    log = Log().get(letter(1), letter(2), letter(3)).reject(2)
    assert log.now.stage is InboundStage.DRAINING
    assert log.frames == []
    log.journal(1)
    assert log.now.stage is InboundStage.REFUSING
    assert log.frames == [
        Acknowledged(position=1),
        LetterRefused(position=2, after=1, reason="count"),
    ]


def test_where_everything_before_it_is_journaled_it_is_refused_at_once():
    log = Log().get(letter(1)).journal(1).get(letter(2)).reject(2)
    assert log.frames[-1] == LetterRefused(position=2, after=1, reason="count")


def test_what_stands_behind_a_rejected_letter_is_left_until_its_gap_comes():
    log = Log().get(letter(1), letter(2), letter(3)).reject(2).journal(1)
    log.get(letter(4), letter(2), gap(3), letter(1)).journal(1)
    assert log.given() == [1, 2, 3], "nothing more was given"
    log.get(gap(2), letter(3))
    assert log.now.stage is InboundStage.FLOWING
    assert log.effects[3:] == [
        JournalGap(position=2, after=1, reason="count", round=1),
        JournalLetter(position=3, after=2, payload=b"x", round=1),
    ]


def test_of_two_rejected_letters_the_first_one_counts():
    log = Log().get(letter(1), letter(2), letter(3)).reject(3).reject(2).reject(3)
    log.journal(1)
    assert log.frames[-1] == LetterRefused(position=2, after=1, reason="count")


def test_an_answer_from_before_the_last_gap_says_nothing():
    log = Log().get(letter(1), letter(2), letter(3)).reject(1).get(gap(1), letter(2))
    before = log.now
    assert log.reject(3, round_=0).reject(2, round_=0).now == before
    on_out_of_order(log.now, position=3, round_=0)
    assert log.reject(2, round_=1).now.stage is InboundStage.DRAINING


def test_what_the_journal_has_is_rejected_no_more():
    log = Log().get(letter(1), letter(2)).journal(2)
    assert log.reject(1).now == log.now


def test_a_letter_that_the_journal_cannot_place_ends_the_stream_unless_one_before_it_was_rejected():
    log = Log().get(letter(1), letter(2))
    with pytest.raises(MalformedError, match="misses what is before"):
        on_out_of_order(log.now, position=2, round_=0)
    on_out_of_order(log.reject(1).now, position=2, round_=0)


def test_a_gap_that_nobody_was_asked_for_is_taken_in_its_place():
    assert Log().get(letter(1), gap(2), letter(3)).given() == [1, 2, 3]


def test_a_gap_before_its_letter_was_refused_is_illegal():
    log = Log().get(letter(1), letter(2)).reject(2)
    before = log.now
    with pytest.raises(IllegalTriggerError, match="draining"):
        log.get(gap(2))
    assert log.now == before


def test_what_an_earlier_stream_left_in_the_queue_counts_as_given():
    log = Log(acknowledged=3).get(letter(4)).journal(6)
    assert log.get(letter(5), letter(6), letter(7)).given() == [4, 7]


def test_a_stream_begins_where_the_peer_was_acknowledged():
    assert resumed(acknowledged=7) == Inbound(journaled=7, acknowledged=7, offered=7)
