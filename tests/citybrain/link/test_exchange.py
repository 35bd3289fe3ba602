"""One end of a stream as a value: the handshake, what each stage lets through, and its wake-ups."""

import pytest

from citybrain.errors import IllegalTriggerError, MalformedError
from citybrain.geo import Point
from citybrain.link.effects import (
    ConfirmGreeting,
    DiscardLetters,
    JournalLetter,
    PeerLost,
    PeerReturned,
)
from citybrain.link.exchange import Start, opened
from citybrain.link.frames import (
    Acknowledged,
    Heartbeat,
    Hello,
    LetterFrame,
    LetterGap,
    LetterRefused,
    UnknownFrame,
    Welcome,
)
from citybrain.link.liveness import ClockReading
from citybrain.link.outbound import Page, Sendable
from citybrain.link.role import ACCEPTOR, OPENER
from citybrain.link.stages import LinkStage
from citybrain.structs import replace

SECOND = 1_000_000
HELLO = Hello(
    district="north",
    name="North",
    centre=Point(lat=30.6, lon=104.0),
    epoch="d1",
    session=0,
    up_next=4,
    down_acked=2,
)
WELCOME = Welcome(epoch="c1", up_acked=1, down_next=6, next_session=2)
LETTER = LetterFrame(position=3, after=2, payload=b"x")
START = Start(send_after=1, journaled=2, acknowledged=2, next_position=4)


def at(seconds):
    return ClockReading(instant=round(seconds * SECOND), at=round((1_000 + seconds) * SECOND))


def opening(role=OPENER):
    return opened(role, at(0)).exchange


def confirming(role=OPENER):
    return opening(role).on_frame(WELCOME if role is OPENER else HELLO, at(0)).exchange


def established(role=OPENER, **start):
    return confirming(role).on_confirmed(replace(START, **start), at(0)).exchange


def ended():
    return established().on_end("this end left").exchange


EVENTS = {
    "hello": lambda link: link.on_frame(HELLO, at(0)),
    "welcome": lambda link: link.on_frame(WELCOME, at(0)),
    "letter": lambda link: link.on_frame(LETTER, at(0)),
    "gap": lambda link: link.on_frame(LetterGap(position=3, after=2, reason=""), at(0)),
    "acknowledged": lambda link: link.on_frame(Acknowledged(position=1), at(0)),
    "refused": lambda link: link.on_frame(LetterRefused(position=1, after=0, reason=""), at(0)),
    "heartbeat": lambda link: link.on_frame(Heartbeat(at=1), at(0)),
    "confirmed": lambda link: link.on_confirmed(START, at(0)),
    "letters": lambda link: link.on_letters(Page(after=1, limit=1), ()),
    "committed": lambda link: link.on_committed(2, 4),
    "rejected": lambda link: link.on_rejected(position=3, after=2, round_=0, reason=""),
    "out of order": lambda link: link.on_out_of_order(position=3, round_=1),
    "withdrawn": lambda link: link.on_withdrawn(3),
    "end": lambda link: link.on_end("over"),
}
LEGAL = {
    LinkStage.OPENING: {"welcome", "end"},
    LinkStage.CONFIRMING: {"confirmed", "end"},
    LinkStage.ESTABLISHED: set(EVENTS) - {"hello", "welcome", "confirmed"},
    LinkStage.ENDED: set(),
}
LINKS = {
    LinkStage.OPENING: opening,
    LinkStage.CONFIRMING: confirming,
    LinkStage.ESTABLISHED: established,
    LinkStage.ENDED: ended,
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("stage", LinkStage)
def test_an_event_leads_on_or_raises_and_leaves_the_exchange_as_it_was(stage, event):
    link = LINKS[stage]()
    before = replace(link)
    assert link.stage is stage
    if event in LEGAL[stage]:
        assert EVENTS[event](link).exchange.stage in LinkStage
    else:
        with pytest.raises((IllegalTriggerError, MalformedError)):
            EVENTS[event](link)
    assert link == before


@pytest.mark.parametrize("stage", LinkStage)
def test_time_may_pass_in_every_stage(stage):
    link = LINKS[stage]()
    assert link.on_tick(at(1)).exchange.stage is stage


def test_the_end_that_opens_greets_first():
    assert opened(OPENER, at(0), HELLO).frames == (HELLO,)
    assert opened(ACCEPTOR, at(0)).frames == ()


@pytest.mark.parametrize(("role", "greeting"), [(OPENER, WELCOME), (ACCEPTOR, HELLO)])
def test_a_greeting_is_judged_before_anything_else(role, greeting):
    step = opening(role).on_frame(greeting, at(0))
    assert step.effects == (ConfirmGreeting(greeting=greeting),)
    assert step.exchange.stage is LinkStage.CONFIRMING
    assert step.exchange.wanted is None


@pytest.mark.parametrize(("role", "greeting"), [(OPENER, HELLO), (ACCEPTOR, WELCOME)])
def test_each_end_has_its_own_greeting(role, greeting):
    with pytest.raises(MalformedError, match="does not greet with"):
        opening(role).on_frame(greeting, at(0))


def test_the_end_that_accepts_answers_first_and_says_what_it_has():
    step = confirming(ACCEPTOR).on_confirmed(replace(START, welcome=WELCOME), at(0))
    assert step.frames == (WELCOME, Heartbeat(at=1_000 * SECOND))
    assert step.effects == (DiscardLetters(upto=1),), "what the peer has is kept no more"
    assert step.exchange.wanted == Page(after=1, limit=200)


def test_what_was_journaled_since_the_own_greeting_is_acknowledged_at_once():
    step = confirming().on_confirmed(replace(START, acknowledged=0, send_after=0), at(0))
    assert step.frames == (Acknowledged(position=2), Heartbeat(at=1_000 * SECOND))
    assert step.effects == ()


def test_letters_go_both_ways():
    link = established()
    sent = link.on_letters(link.wanted, (Sendable(position=2, payload=b"y"),))
    assert sent.frames == (LetterFrame(position=2, after=1, payload=b"y"),)
    got = sent.exchange.on_frame(LETTER, at(1))
    assert got.effects == (JournalLetter(position=3, after=2, payload=b"x", round=0),)
    assert got.exchange.uncommitted == 1
    committed = got.exchange.on_committed(3, 4)
    assert committed.frames == (Acknowledged(position=3),)
    assert committed.exchange.uncommitted == 0


def test_an_opener_waits_for_its_welcome_only_so_long():
    link = opening()
    assert link.wake_at == 6 * SECOND + 1
    over = link.on_tick(at(6.1)).exchange
    assert (over.stage, over.is_peer_silent) == (LinkStage.ENDED, True)
    assert "the city" in over.end_reason


def test_while_a_greeting_is_being_journaled_no_time_counts():
    link = confirming()
    assert link.wake_at is None
    assert link.on_tick(at(60)).exchange == link


def test_heartbeats_go_out_and_their_time_is_the_next_wake_up():
    link = established()
    assert link.wake_at == 2 * SECOND
    step = link.on_tick(at(2))
    assert step.frames == (Heartbeat(at=1_002 * SECOND),)
    assert step.exchange.wake_at == 4 * SECOND
    echo = step.exchange.on_frame(Heartbeat(at=77), at(3)).exchange.on_tick(at(4))
    assert echo.frames == (Heartbeat(at=1_004 * SECOND, echo=77),)


def test_an_opener_ends_a_silent_stream():
    over = established().on_tick(at(6.1)).exchange
    assert over.is_peer_silent
    assert over.wake_at is None


def test_an_acceptor_keeps_a_silent_stream_and_says_who_is_lost_and_who_returned():
    link = established(ACCEPTOR).on_frame(Heartbeat(at=1), at(1)).exchange
    step = link.on_tick(at(7.1))
    assert step.effects == (PeerLost(last_seen_at=1_001 * SECOND),)
    assert step.exchange.on_tick(at(9.2)).effects == (), "it is said once"
    back = step.exchange.on_frame(LETTER, at(10))
    assert back.effects[0] == PeerReturned()
    assert isinstance(back.effects[1], JournalLetter)
    assert back.exchange.on_frame(Heartbeat(at=2), at(11)).effects == ()


@pytest.mark.parametrize("link", [opening(), confirming(), ended()], ids=lambda link: link.stage)
def test_a_frame_of_a_newer_kind_changes_nothing(link):
    assert link.on_frame(UnknownFrame(), at(1)).exchange == link


def test_a_frame_of_a_newer_kind_is_a_sign_of_life_and_passed_over():
    step = established().on_frame(UnknownFrame(), at(5))
    assert (step.frames, step.effects) == ((), ())
    assert not step.exchange.on_tick(at(7)).exchange.is_peer_silent
    assert step.exchange.on_frame(LETTER, at(8)).effects, "the stream goes on"


def test_a_silent_stream_still_wakes_up_for_its_heartbeats_only():
    silent = established(ACCEPTOR).on_tick(at(6.1)).exchange
    assert silent.wake_at == silent.liveness.next_heartbeat > 6 * SECOND


def test_every_wake_up_moves_on():
    """Else whoever drives it would never rest."""
    for role in (OPENER, ACCEPTOR):
        link = established(role)
        for _ in range(20):
            if link.wake_at is None:
                break
            before = link.wake_at
            link = link.on_tick(ClockReading(instant=before, at=0)).exchange
            assert link.wake_at is None or link.wake_at > before


def test_the_reason_of_an_end_is_kept():
    link = established().on_end("superseded").exchange
    assert (link.stage, link.end_reason, link.is_peer_silent) == (
        LinkStage.ENDED,
        "superseded",
        False,
    )
