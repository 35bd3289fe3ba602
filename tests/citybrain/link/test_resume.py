"""Where two logs go on: both tables, and what each end must know for their rows."""

from itertools import product

import pytest

from citybrain.geo import Point
from citybrain.link.frames import Hello, Welcome
from citybrain.link.resume import (
    OWN_LOG,
    PEER_LOG,
    Acked,
    LogLength,
    PeerPositions,
    Positions,
    ResumeDecision,
    Resumption,
    StoreMatch,
    negotiate,
    positions_of,
)
from citybrain.structs import replace

OWN = Positions(
    epoch="own", next=11, discarded=4, discarded_before=0, peer_epoch="peer", journaled=7
)
PEER = PeerPositions(epoch="peer", next=10, acked=6, acked_epoch="own")


def judged(own=None, **peer):
    return negotiate(replace(OWN, **(own or {})), replace(PEER, **peer))


def test_both_tables_decide_every_case():
    assert set(OWN_LOG) == set(product(StoreMatch, StoreMatch, Acked))
    assert set(PEER_LOG) == set(product(StoreMatch, LogLength))


def test_two_ends_that_know_each_other_go_on_where_they_stood():
    assert judged() == Resumption(send_after=6, take_after=7)


def test_two_ends_that_never_met_begin_at_the_beginning():
    assert judged(
        {"peer_epoch": None, "journaled": 0, "discarded": 0, "discarded_before": None},
        acked=0,
        acked_epoch=None,
    ) == Resumption(send_after=0, take_after=0)


def test_a_peer_that_was_restored_and_says_so_is_read_from_the_beginning():
    assert judged(epoch="restored", next=3, acked=2) == Resumption(send_after=2, take_after=0)


def test_an_own_store_that_was_restored_and_says_so_is_sent_from_the_beginning():
    assert judged({"epoch": "restored", "next": 3, "discarded_before": None}) == Resumption(
        send_after=0, take_after=7
    )


def test_a_peer_that_has_what_this_store_never_wrote_shows_that_this_one_went_back():
    assert judged(acked=11) is ResumeDecision.OWN_STORE_ROLLED_BACK
    assert judged(acked=10) == Resumption(send_after=10, take_after=7)


def test_a_peer_whose_log_is_shorter_than_what_is_journaled_here_went_back():
    assert judged(next=7) is ResumeDecision.PEER_STORE_ROLLED_BACK
    assert judged(next=8) == Resumption(send_after=6, take_after=7)


def test_a_peer_that_lost_what_it_had_acknowledged_went_back():
    assert judged(acked=3) is ResumeDecision.PEER_STORE_ROLLED_BACK
    assert judged(acked=4) == Resumption(send_after=4, take_after=7)


def test_what_an_earlier_life_of_the_peer_acknowledged_is_not_required_of_this_one():
    """The peer was restored; nothing was acknowledged since the two stores met."""
    assert judged({"discarded_before": 4}, acked=3) == Resumption(send_after=3, take_after=7)
    assert judged({"discarded_before": None}, acked=0) == Resumption(send_after=0, take_after=7)


@pytest.mark.parametrize("peer_epoch", ["peer", "another", None])
def test_what_a_greeting_says_of_another_store_is_not_taken_for_this_one(peer_epoch):
    found = judged({"peer_epoch": peer_epoch, "journaled": 0}, acked=99, acked_epoch="another")
    assert found == Resumption(send_after=0, take_after=0)


def test_both_greetings_say_the_same_things():
    hello = Hello(
        district="north",
        name="North",
        centre=Point(lat=0, lon=0),
        epoch="d",
        session=3,
        up_next=5,
        down_acked=2,
        city_epoch="c",
    )
    assert positions_of(hello, "ignored") == PeerPositions(
        epoch="d", next=5, acked=2, acked_epoch="c"
    )
    welcome = Welcome(epoch="c", up_acked=4, down_next=3, next_session=4)
    assert positions_of(welcome, "d") == PeerPositions(epoch="c", next=3, acked=4, acked_epoch="d")
