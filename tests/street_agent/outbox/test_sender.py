"""What is sent, in which order, in which company, and when again."""

import pytest

from citybrain.clock import SECOND_US
from citybrain.domain.agent import Ack, SeqRange
from citybrain.limits import SENDER_WINDOW
from citybrain.vocabulary import SEVERITY_RANK, Severity
from street_agent.outbox import sender
from street_agent.outbox.ranks import GAP_RANK
from street_agent.outbox.sender import (
    BATCH_BYTES,
    BATCH_FEW,
    BATCH_MANY,
    COMPANY_US,
    RTO_FIRST_US,
    RTO_LEAST_US,
    RTO_MOST_US,
    Out,
    Sender,
)


def seqs(out):
    return [row.said.seq for row in out.rows]


def fly(state, rows, now=0):
    return sender.sent(state, Out(rows=tuple(rows)), now)


def ack(contiguous, *above):
    return Ack(
        incarnation=1,
        contiguous=contiguous,
        above=tuple(SeqRange(first=first, last=last) for first, last in above),
    )


def test_lanes_go_from_severe_and_live_down_to_the_minor_backlog():
    names = {rank: str(severity) for severity, rank in SEVERITY_RANK.items()} | {GAP_RANK: "gap"}
    assert [(names[rank], "live" if live else "backlog") for rank, live in sender.LANES] == [
        ("Extreme", "live"),
        ("Extreme", "backlog"),
        ("Severe", "live"),
        ("Severe", "backlog"),
        ("gap", "live"),
        ("gap", "backlog"),
        ("Moderate", "live"),
        ("Minor", "live"),
        ("Unknown", "live"),
        ("Moderate", "backlog"),
        ("Minor", "backlog"),
        ("Unknown", "backlog"),
    ]


def test_after_a_reconnect_what_is_older_is_backlog_and_what_comes_is_live():
    state = sender.reconnected(Sender(), next_turn=100)
    for (_, live), lane in zip(sender.LANES, sender.lanes(state), strict=True):
        assert (lane.after, lane.before >= 2**60) == ((99, True) if live else (0, False))
        assert live or lane.before == 100


def test_what_was_sent_is_not_looked_for_again_in_its_lane(a_row):
    state = fly(
        sender.reconnected(Sender(), next_turn=5), [a_row(2), a_row(3), a_row(7, Severity.SEVERE)]
    )
    after = {
        lane: found.after for lane, found in zip(sender.LANES, sender.lanes(state), strict=True)
    }
    assert after[1, False] == 3
    assert after[3, True] == 7
    assert after[3, False] == 0


def test_everything_goes_again_after_a_reconnect_and_the_round_trip_is_remembered(a_row):
    state = sender.acknowledged(fly(Sender(), [a_row(1), a_row(2)]), ack(1), now=50_000)
    measured = sender.acknowledged(state, ack(2), now=60_000)
    again = sender.reconnected(measured, next_turn=9)
    assert again.flights == ()
    assert set(again.cursors) == {0}
    assert (again.srtt_us, again.rto_us) == (measured.srtt_us, measured.rto_us)


def test_a_lone_event_waits_for_company_but_never_longer_than_20_ms(a_row):
    state, outs = sender.plan(Sender(), [a_row(1)], now=1_000)
    assert outs == ()
    assert sender.wake_at(state) == 1_000 + COMPANY_US == 21_000
    state, outs = sender.plan(state, [a_row(1), a_row(2)], now=20_999)
    assert outs == ()
    state, outs = sender.plan(state, [a_row(1), a_row(2)], now=21_000)
    assert [seqs(out) for out in outs] == [[1, 2]]
    assert state.held_since is None


def test_a_severe_alarm_waits_for_nobody(a_row):
    _, outs = sender.plan(Sender(), [a_row(2, Severity.SEVERE), a_row(1)], now=0)
    assert [seqs(out) for out in outs] == [[2, 1]]


def test_enough_company_leaves_at_once(a_row):
    _, outs = sender.plan(Sender(), [a_row(seq) for seq in range(1, BATCH_FEW + 1)], now=0)
    assert [len(out.rows) for out in outs] == [BATCH_FEW]


def test_many_rows_travel_fifty_to_a_message(a_row):
    _, outs = sender.plan(Sender(), [a_row(seq) for seq in range(1, 2 * BATCH_MANY + 4)], now=0)
    assert [len(out.rows) for out in outs] == [BATCH_MANY, BATCH_MANY, 3]
    assert [seq for out in outs for seq in seqs(out)] == list(range(1, 2 * BATCH_MANY + 4))


def test_no_message_is_larger_than_the_receiver_takes(a_row):
    _, outs = sender.plan(
        Sender(), [a_row(seq, size=BATCH_BYTES // 3) for seq in range(1, 8)], now=0
    )
    assert all(sum(row.size for row in out.rows) <= BATCH_BYTES for out in outs)
    assert len(outs) == 3


def test_nothing_to_send_holds_nothing(a_row):
    held, _ = sender.plan(Sender(), [a_row(1)], now=0)
    state, outs = sender.plan(held, [], now=5)
    assert (outs, state.held_since, sender.wake_at(state)) == ((), None, None)


def test_a_late_acknowledgement_sends_the_batch_again_and_doubles_the_patience(a_row):
    rows = [a_row(1), a_row(2)]
    state = fly(Sender(), rows)
    assert sender.overdue(state, RTO_FIRST_US - 1) == ()
    assert sender.wake_at(state) == RTO_FIRST_US
    (late,) = sender.overdue(state, RTO_FIRST_US)
    (out,) = sender.again(late, rows[1:])  # the first was acknowledged meanwhile
    state = sender.sent(state, out, RTO_FIRST_US)
    assert [flight.seqs for flight in state.flights] == [(2,)]
    assert state.rto_us == 2 * RTO_FIRST_US
    assert sender.overdue(state, 2 * RTO_FIRST_US) == ()
    assert sender.overdue(state, 3 * RTO_FIRST_US) == state.flights


def test_many_batches_that_are_late_together_double_the_patience_once(a_row):
    state = Sender()
    for seq in range(1, 9):
        state = fly(state, [a_row(seq)])
    for late in sender.overdue(state, RTO_FIRST_US):
        (out,) = sender.again(late, [a_row(late.seqs[0])])
        state = sender.sent(state, out, RTO_FIRST_US)
    assert state.rto_us == 2 * RTO_FIRST_US


def test_patience_ends_at_a_minute(a_row):
    state, now = fly(Sender(), [a_row(1)]), 0
    for _ in range(8):
        now = state.flights[0].due_at
        (out,) = sender.again(state.flights[0], [a_row(1)])
        state = sender.sent(state, out, now)
    assert state.rto_us == RTO_MOST_US == 60 * SECOND_US


def test_a_batch_of_which_nothing_is_kept_is_dropped(a_row):
    state = fly(Sender(), [a_row(1)])
    assert sender.again(state.flights[0], []) == ()
    assert sender.dropped(state, state.flights[0]).flights == ()


def test_an_ack_closes_what_it_covers(a_row):
    state = fly(fly(Sender(), [a_row(1), a_row(2), a_row(3)]), [a_row(4), a_row(5)])
    state = sender.acknowledged(state, ack(1, (3, 4)), now=10)
    assert [flight.seqs for flight in state.flights] == [(2,), (5,)]
    assert state.outstanding == 2
    assert sender.acknowledged(state, ack(5), now=20).flights == ()


def test_a_marker_stays_open_until_all_its_numbers_are_acknowledged(a_gap_row):
    state = fly(Sender(), [a_gap_row(5, 8, turn=20)])
    state = sender.acknowledged(state, ack(6), now=10)
    assert [flight.rows for flight in state.flights] == [(5,)]
    assert sender.acknowledged(state, ack(8), now=10).flights == ()


def test_repeating_a_row_that_became_a_marker_does_not_skip_markers_still_to_come(a_row, a_gap_row):
    state = fly(sender.reconnected(Sender(), next_turn=100), [a_row(5)])
    (out,) = sender.again(state.flights[0], [a_gap_row(5, 5, turn=200)])
    state = sender.sent(state, out, now=1)
    assert next(lane for lane in sender.lanes(state) if lane.rank == GAP_RANK).after == 99


def test_the_round_trip_sets_the_patience_between_5_and_60_seconds(a_row):
    quick = sender.acknowledged(fly(Sender(), [a_row(1)]), ack(1), now=30_000)
    assert quick.srtt_us == 30_000
    assert quick.rto_us == RTO_LEAST_US == 5 * SECOND_US
    slow = sender.acknowledged(fly(Sender(), [a_row(1)]), ack(1), now=8 * SECOND_US)
    assert slow.rto_us == 24 * SECOND_US
    slowest = sender.acknowledged(fly(Sender(), [a_row(1)]), ack(1), now=100 * SECOND_US)
    assert slowest.rto_us == RTO_MOST_US


def test_a_steady_round_trip_is_learnt(a_row):
    state = Sender()
    for number in range(1, 60):
        state = sender.acknowledged(
            fly(state, [a_row(number)], now=number * 10**9),
            ack(number),
            now=number * 10**9 + 4 * SECOND_US,
        )
    assert state.srtt_us == pytest.approx(4 * SECOND_US, rel=0.01)
    assert state.rto_us == RTO_LEAST_US


def test_a_repeated_batch_says_nothing_about_the_round_trip(a_row):
    state = fly(Sender(), [a_row(1)])
    (out,) = sender.again(state.flights[0], [a_row(1)])
    state = sender.acknowledged(sender.sent(state, out, RTO_FIRST_US), ack(1), now=RTO_FIRST_US + 1)
    assert state.srtt_us == 0


def test_never_more_than_a_window_is_outstanding(a_row):
    rows = tuple(a_row(seq) for seq in range(1, SENDER_WINDOW.value - 9))
    state = sender.sent(Sender(), Out(rows=rows), 0)
    assert sender.room(state) == 10
    assert sender.room(fly(state, [a_row(10**6 + extra) for extra in range(10)])) == 0
