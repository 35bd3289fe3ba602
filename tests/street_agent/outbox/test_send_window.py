"""What is sent, in which order, in which batches, and when it is sent again."""

import pytest

from citybrain.clock import SECOND_US
from citybrain.domain.agent import Ack, SeqRange
from citybrain.limits import SENDER_WINDOW
from citybrain.vocabulary import SEVERITY_RANK, Severity
from street_agent.outbox import send_window
from street_agent.outbox.priority import GAP_PRIORITY
from street_agent.outbox.send_window import (
    BATCH_BYTES,
    BATCH_ITEMS_MAX,
    BATCH_ITEMS_MIN,
    LINGER_US,
    RTO_FIRST_US,
    RTO_MAX_US,
    RTO_MIN_US,
    OutgoingBatch,
    SendWindow,
)


def seqs(batch):
    return [row.item.seq for row in batch.rows]


def after_sending(state, rows, now=0):
    return send_window.record_sent(state, OutgoingBatch(rows=tuple(rows)), now)


def ack(contiguous, *above):
    return Ack(
        incarnation=1,
        contiguous=contiguous,
        above=tuple(SeqRange(first=first, last=last) for first, last in above),
    )


def test_send_order_runs_from_severe_and_live_down_to_the_minor_backlog():
    names = {priority: str(severity) for severity, priority in SEVERITY_RANK.items()} | {
        GAP_PRIORITY: "gap"
    }
    assert [
        (names[priority], "live" if live else "backlog")
        for priority, live in send_window.SEND_ORDER
    ] == [
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


def test_after_a_reconnect_older_rows_are_backlog_and_new_ones_live():
    state = send_window.reconnect(SendWindow(), next_revision=100)
    for (_, live), wanted in zip(
        send_window.SEND_ORDER, send_window.pending_ranges(state), strict=True
    ):
        assert (wanted.after, wanted.before >= 2**60) == ((99, True) if live else (0, False))
        assert live or wanted.before == 100


def test_sent_rows_are_not_pending_again(a_row):
    state = after_sending(
        send_window.reconnect(SendWindow(), next_revision=5),
        [a_row(2), a_row(3), a_row(7, Severity.SEVERE)],
    )
    after = {
        entry: found.after
        for entry, found in zip(
            send_window.SEND_ORDER, send_window.pending_ranges(state), strict=True
        )
    }
    assert after[1, False] == 3
    assert after[3, True] == 7
    assert after[3, False] == 0


def test_a_reconnect_resends_everything_and_keeps_the_measured_round_trip(a_row):
    state = send_window.apply_ack(
        after_sending(SendWindow(), [a_row(1), a_row(2)]), ack(1), now=50_000
    )
    measured = send_window.apply_ack(state, ack(2), now=60_000)
    resumed = send_window.reconnect(measured, next_revision=9)
    assert resumed.in_flight == ()
    assert set(resumed.cursors) == {0}
    assert (resumed.srtt_us, resumed.rto_us) == (measured.srtt_us, measured.rto_us)


def test_a_single_event_lingers_for_company_at_most_20_ms(a_row):
    state, batches = send_window.plan(SendWindow(), [a_row(1)], now=1_000)
    assert batches == ()
    assert send_window.wake_at(state) == 1_000 + LINGER_US == 21_000
    state, batches = send_window.plan(state, [a_row(1), a_row(2)], now=20_999)
    assert batches == ()
    state, batches = send_window.plan(state, [a_row(1), a_row(2)], now=21_000)
    assert [seqs(batch) for batch in batches] == [[1, 2]]
    assert state.lingering_since is None


def test_a_severe_alarm_does_not_linger(a_row):
    _, batches = send_window.plan(SendWindow(), [a_row(2, Severity.SEVERE), a_row(1)], now=0)
    assert [seqs(batch) for batch in batches] == [[2, 1]]


def test_a_batch_that_is_full_enough_is_sent_at_once(a_row):
    _, batches = send_window.plan(
        SendWindow(), [a_row(seq) for seq in range(1, BATCH_ITEMS_MIN + 1)], now=0
    )
    assert [len(batch.rows) for batch in batches] == [BATCH_ITEMS_MIN]


def test_a_batch_holds_at_most_fifty_rows(a_row):
    _, batches = send_window.plan(
        SendWindow(), [a_row(seq) for seq in range(1, 2 * BATCH_ITEMS_MAX + 4)], now=0
    )
    assert [len(batch.rows) for batch in batches] == [BATCH_ITEMS_MAX, BATCH_ITEMS_MAX, 3]
    assert [seq for batch in batches for seq in seqs(batch)] == list(
        range(1, 2 * BATCH_ITEMS_MAX + 4)
    )


def test_no_batch_is_larger_than_the_receiver_accepts(a_row):
    _, batches = send_window.plan(
        SendWindow(), [a_row(seq, size=BATCH_BYTES // 3) for seq in range(1, 8)], now=0
    )
    assert all(sum(row.size for row in batch.rows) <= BATCH_BYTES for batch in batches)
    assert len(batches) == 3


def test_without_rows_nothing_lingers(a_row):
    lingering, _ = send_window.plan(SendWindow(), [a_row(1)], now=0)
    state, batches = send_window.plan(lingering, [], now=5)
    assert (batches, state.lingering_since, send_window.wake_at(state)) == ((), None, None)


def test_an_overdue_batch_is_resent_and_doubles_the_timeout(a_row):
    rows = [a_row(1), a_row(2)]
    state = after_sending(SendWindow(), rows)
    assert send_window.overdue(state, RTO_FIRST_US - 1) == ()
    assert send_window.wake_at(state) == RTO_FIRST_US
    (late,) = send_window.overdue(state, RTO_FIRST_US)
    (batch,) = send_window.resend(late, rows[1:])  # the first was acknowledged meanwhile
    state = send_window.record_sent(state, batch, RTO_FIRST_US)
    assert [batch.seqs for batch in state.in_flight] == [(2,)]
    assert state.rto_us == 2 * RTO_FIRST_US
    assert send_window.overdue(state, 2 * RTO_FIRST_US) == ()
    assert send_window.overdue(state, 3 * RTO_FIRST_US) == state.in_flight


def test_batches_that_are_overdue_together_double_the_timeout_once(a_row):
    state = SendWindow()
    for seq in range(1, 9):
        state = after_sending(state, [a_row(seq)])
    for late in send_window.overdue(state, RTO_FIRST_US):
        (batch,) = send_window.resend(late, [a_row(late.seqs[0])])
        state = send_window.record_sent(state, batch, RTO_FIRST_US)
    assert state.rto_us == 2 * RTO_FIRST_US


def test_the_timeout_is_at_most_a_minute(a_row):
    state, now = after_sending(SendWindow(), [a_row(1)]), 0
    for _ in range(8):
        now = state.in_flight[0].due_at
        (batch,) = send_window.resend(state.in_flight[0], [a_row(1)])
        state = send_window.record_sent(state, batch, now)
    assert state.rto_us == RTO_MAX_US == 60 * SECOND_US


def test_a_batch_of_which_no_row_is_stored_is_forgotten(a_row):
    state = after_sending(SendWindow(), [a_row(1)])
    assert send_window.resend(state.in_flight[0], []) == ()
    assert send_window.drop_batch(state, state.in_flight[0]).in_flight == ()


def test_an_ack_closes_the_batches_it_covers(a_row):
    state = after_sending(
        after_sending(SendWindow(), [a_row(1), a_row(2), a_row(3)]), [a_row(4), a_row(5)]
    )
    state = send_window.apply_ack(state, ack(1, (3, 4)), now=10)
    assert [batch.seqs for batch in state.in_flight] == [(2,), (5,)]
    assert state.outstanding == 2
    assert send_window.apply_ack(state, ack(5), now=20).in_flight == ()


def test_a_gap_stays_open_until_all_its_numbers_are_acknowledged(a_gap_row):
    state = after_sending(SendWindow(), [a_gap_row(5, 8, revision=20)])
    state = send_window.apply_ack(state, ack(6), now=10)
    assert [batch.open_rows for batch in state.in_flight] == [(5,)]
    assert send_window.apply_ack(state, ack(8), now=10).in_flight == ()


def test_resending_a_row_that_became_a_gap_does_not_skip_gaps_still_to_be_sent(a_row, a_gap_row):
    state = after_sending(send_window.reconnect(SendWindow(), next_revision=100), [a_row(5)])
    (batch,) = send_window.resend(state.in_flight[0], [a_gap_row(5, 5, revision=200)])
    state = send_window.record_sent(state, batch, now=1)
    assert (
        next(r for r in send_window.pending_ranges(state) if r.priority == GAP_PRIORITY).after == 99
    )


def test_the_round_trip_sets_the_timeout_between_5_and_60_seconds(a_row):
    quick = send_window.apply_ack(after_sending(SendWindow(), [a_row(1)]), ack(1), now=30_000)
    assert quick.srtt_us == 30_000
    assert quick.rto_us == RTO_MIN_US == 5 * SECOND_US
    slow = send_window.apply_ack(after_sending(SendWindow(), [a_row(1)]), ack(1), now=8 * SECOND_US)
    assert slow.rto_us == 24 * SECOND_US
    slowest = send_window.apply_ack(
        after_sending(SendWindow(), [a_row(1)]), ack(1), now=100 * SECOND_US
    )
    assert slowest.rto_us == RTO_MAX_US


def test_a_steady_round_trip_is_measured(a_row):
    state = SendWindow()
    for number in range(1, 60):
        state = send_window.apply_ack(
            after_sending(state, [a_row(number)], now=number * 10**9),
            ack(number),
            now=number * 10**9 + 4 * SECOND_US,
        )
    assert state.srtt_us == pytest.approx(4 * SECOND_US, rel=0.01)
    assert state.rto_us == RTO_MIN_US


def test_a_resent_batch_does_not_measure_the_round_trip(a_row):
    state = after_sending(SendWindow(), [a_row(1)])
    (batch,) = send_window.resend(state.in_flight[0], [a_row(1)])
    state = send_window.apply_ack(
        send_window.record_sent(state, batch, RTO_FIRST_US), ack(1), now=RTO_FIRST_US + 1
    )
    assert state.srtt_us == 0


def test_never_more_than_a_window_is_outstanding(a_row):
    rows = tuple(a_row(seq) for seq in range(1, SENDER_WINDOW.value - 9))
    state = send_window.record_sent(SendWindow(), OutgoingBatch(rows=rows), 0)
    assert send_window.fetch_limit(state) == 10
    assert (
        send_window.fetch_limit(after_sending(state, [a_row(10**6 + extra) for extra in range(10)]))
        == 0
    )
