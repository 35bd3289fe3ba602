"""Heartbeats and silence, by a clock that is an argument."""

from citybrain.link.frames import Heartbeat
from citybrain.link.liveness import (
    ClockReading,
    is_silent,
    on_heartbeat_due,
    on_received,
    on_silent,
    silent_from,
    started,
)
from citybrain.link.stages import Presence

SECOND = 1_000_000


def at(seconds):
    return ClockReading(instant=round(seconds * SECOND), at=round((1_000 + seconds) * SECOND))


def test_the_first_heartbeat_is_due_at_once_and_the_next_after_its_interval():
    live, first = on_heartbeat_due(started(at(0)), at(0), heartbeat_s=2)
    assert first == Heartbeat(at=1_000 * SECOND)
    assert on_heartbeat_due(live, at(1.9), heartbeat_s=2) == (live, None)
    _, second = on_heartbeat_due(live, at(2), heartbeat_s=2)
    assert second == Heartbeat(at=1_002 * SECOND)


def test_a_heartbeat_that_is_late_is_sent_once():
    live, _ = on_heartbeat_due(started(at(0)), at(0), heartbeat_s=2)
    live, late = on_heartbeat_due(live, at(9), heartbeat_s=2)
    assert late is not None
    assert on_heartbeat_due(live, at(9), heartbeat_s=2)[1] is None


def test_a_heartbeat_echoes_the_last_one_of_the_peer():
    live = on_received(on_received(started(at(0)), at(1), echo=4711), at(2))
    assert on_heartbeat_due(live, at(2), heartbeat_s=2)[1].echo == 4711


def test_the_peer_is_silent_when_nothing_came_for_longer_than_it_may_take():
    live = on_received(started(at(0)), at(3))
    assert not is_silent(live, at(9), silence_s=6)
    assert is_silent(live, at(9.1), silence_s=6)


def test_the_beginning_of_silence_is_known_beforehand():
    live = on_received(started(at(0)), at(3))
    begins = silent_from(live, silence_s=6)
    assert is_silent(live, ClockReading(instant=begins, at=0), silence_s=6)
    assert not is_silent(live, ClockReading(instant=begins - 1, at=0), silence_s=6)


def test_a_frame_ends_the_silence():
    live = on_silent(started(at(0)))
    assert live.presence is Presence.SILENT
    assert on_silent(live).presence is Presence.SILENT
    back = on_received(live, at(7))
    assert (back.presence, back.last_seen_at) == (Presence.PRESENT, 1_007 * SECOND)
