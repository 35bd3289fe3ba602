"""What every `Store` promises, whatever it is made of."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from citybrain.clock import Timestamp
from citybrain.errors import StoreError
from citybrain.ids import CountingIds, TimerId
from citybrain.journal import chain
from citybrain.journal.port import GENESIS, Batch, Head, NewLetter, Snapshot, Timer


def sealed(head, count, kind="said"):
    records = []
    for number in range(count):
        records.append(
            chain.seal(
                head,
                at=Timestamp(1000 + number),
                kind=kind,
                payload=f"payload {number}".encode(),
                commands_digest="d",
            )
        )
        head = Head(seq=records[-1].seq, hash=records[-1].hash)
    return tuple(records)


def grow(store, count=1, letters=(), timers_set=(), timers_cancelled=()):
    records = sealed(store.head(), count)
    store.commit(
        Batch(
            records=records,
            letters=tuple(letters),
            timers_set=tuple(timers_set),
            timers_cancelled=tuple(timers_cancelled),
        )
    )
    return records


def letter(to="city", text="hello"):
    return NewLetter(to=to, kind="Greeting", payload=text.encode())


def timer(name, due, subject="s", version=0):
    return Timer(timer=TimerId(name), due=Timestamp(due), subject=subject, version=version)


def test_a_new_store_is_empty(store):
    assert store.head() == Head(seq=0, hash=GENESIS)
    assert list(store.records()) == []
    assert store.peers() == ()
    assert store.letters(to="city", after=0, limit=10) == ()
    assert store.next_position("city") == 1
    assert store.next_due() is None
    assert store.timers_due(at=Timestamp(2**60), limit=10) == ()
    assert store.snapshot() is None


def test_the_epoch_stays_with_the_store_and_another_store_has_another(stores):
    store = stores.new()
    epoch = store.epoch()
    store = stores.reopen(store)
    assert store.epoch() == epoch
    store = stores.crash(store)
    assert store.epoch() == epoch
    store.close()
    other = stores.new()
    assert other.epoch() != epoch
    other.close()


def test_records_come_back_in_order_as_they_went_in_and_their_chain_holds(store):
    first, second = grow(store, 3), grow(store, 2)
    assert tuple(store.records()) == first + second
    assert tuple(store.records(after=3)) == second
    assert tuple(store.records(after=5)) == ()
    assert (
        chain.verify(store.records(), Head(seq=0, hash=GENESIS))
        == store.head()
        == Head(seq=5, hash=second[-1].hash)
    )


def test_what_was_committed_is_there_after_a_restart_and_after_a_crash(stores):
    store = stores.new()
    grow(store, 2, letters=[letter()], timers_set=[timer("t", 5)])
    for again in (stores.reopen, stores.crash):
        store = again(store)
        assert store.head().seq == len(list(store.records()))
        assert [one.position for one in store.letters(to="city", after=0, limit=10)] == [1]
        assert store.next_due() == 5
        grow(store)
    store.close()


@pytest.mark.parametrize("wrong", ["a hole", "another chain", "twice"])
def test_a_batch_that_does_not_follow_the_head_changes_nothing(store, wrong):
    before = grow(store, 2)
    match wrong:
        case "a hole":
            records = sealed(store.head(), 2)[1:]
        case "another chain":
            records = sealed(Head(seq=2, hash="f" * 64), 1)
        case _:
            records = before
    with pytest.raises(StoreError, match="does not follow"):
        store.commit(Batch(records=records, letters=(letter(),), timers_set=(timer("t", 5),)))
    assert tuple(store.records()) == before
    assert store.next_position("city") == 1
    assert store.next_due() is None
    grow(store)


def test_letters_get_positions_from_one_without_holes_for_each_peer(store):
    grow(store, letters=[letter("city", "a"), letter("district/x", "b"), letter("city", "c")])
    grow(store, letters=[letter("city", "d")])
    assert [(one.position, one.payload) for one in store.letters(to="city", after=0, limit=10)] == [
        (1, b"a"),
        (2, b"c"),
        (3, b"d"),
    ]
    assert [
        (one.to, one.position, one.kind)
        for one in store.letters(to="district/x", after=0, limit=10)
    ] == [("district/x", 1, "Greeting")]
    assert store.peers() == ("city", "district/x")
    assert (store.next_position("city"), store.next_position("district/x")) == (4, 2)


def test_letters_are_read_in_pages(store):
    grow(store, letters=[letter(text=str(number)) for number in range(25)])
    seen, after = [], 0
    while page := store.letters(to="city", after=after, limit=10):
        assert len(page) <= 10
        seen += [one.position for one in page]
        after = seen[-1]
    assert seen == list(range(1, 26))


def test_forgotten_letters_are_gone_and_their_positions_are_never_given_again(stores):
    store = stores.new()
    grow(store, letters=[letter(text=str(number)) for number in range(3)])
    store.discard_letters(to="city", upto=2)
    assert [one.position for one in store.letters(to="city", after=0, limit=10)] == [3]
    store.discard_letters(to="city", upto=1)  # late and lower: changes nothing
    assert [one.position for one in store.letters(to="city", after=0, limit=10)] == [3]
    store.discard_letters(to="city", upto=3)
    assert store.peers() == ()
    store = stores.reopen(store)
    assert store.peers() == ()
    assert store.letters(to="city", after=0, limit=10) == ()
    assert store.next_position("city") == 4
    grow(store, letters=[letter(text="new")])
    assert [(one.position, one.payload) for one in store.letters(to="city", after=0, limit=10)] == [
        (4, b"new")
    ]
    store.close()


def test_a_peer_that_claims_more_than_it_was_sent_does_not_make_the_next_letter_vanish(store):
    grow(store, letters=[letter()])
    store.discard_letters(to="city", upto=1_000)
    store.discard_letters(to="nobody", upto=7)
    grow(store, letters=[letter(text="next"), letter("nobody", "first")])
    assert [one.position for one in store.letters(to="city", after=0, limit=10)] == [2]
    assert [one.position for one in store.letters(to="nobody", after=0, limit=10)] == [1]


def test_a_crash_may_bring_forgotten_letters_back_but_never_loses_or_renumbers_one(stores):
    store = stores.new()
    grow(store, letters=[letter(text=str(number)) for number in range(4)])
    store.discard_letters(to="city", upto=2)
    store = stores.crash(store)
    positions = [one.position for one in store.letters(to="city", after=0, limit=10)]
    assert positions in ([1, 2, 3, 4], [3, 4])
    assert [one.payload for one in store.letters(to="city", after=2, limit=10)] == [b"2", b"3"]
    assert store.next_position("city") == 5
    store.close()


def test_what_was_forgotten_before_a_commit_stays_forgotten_after_a_crash(stores):
    store = stores.new()
    grow(store, letters=[letter(text=str(number)) for number in range(4)])
    store.discard_letters(to="city", upto=3)
    grow(store)
    store = stores.crash(store)
    assert [one.position for one in store.letters(to="city", after=0, limit=10)] == [4]
    store.close()


def test_timers_are_due_by_time_then_name(store):
    grow(store, timers_set=[timer("b", 20), timer("a", 20), timer("c", 10), timer("d", 30)])
    assert store.next_due() == 10
    assert [one.timer for one in store.timers_due(at=Timestamp(20), limit=10)] == ["c", "a", "b"]
    assert [one.timer for one in store.timers_due(at=Timestamp(20), limit=2)] == ["c", "a"]
    assert store.timers_due(at=Timestamp(9), limit=10) == ()


def test_setting_a_timer_again_moves_it_and_cancelling_removes_it(store):
    grow(store, timers_set=[timer("a", 10), timer("b", 20)])
    grow(
        store,
        timers_set=[timer("a", 30, subject="new", version=2)],
        timers_cancelled=[TimerId("b"), TimerId("never was")],
    )
    assert store.timers_due(at=Timestamp(100), limit=10) == (
        timer("a", 30, subject="new", version=2),
    )
    assert store.next_due() == 30
    grow(store, timers_cancelled=[TimerId("a")])
    assert store.next_due() is None


def test_the_newest_snapshot_is_the_one_that_counts(stores):
    store = stores.new()
    grow(store, 9)
    for seq in (3, 9, 6):
        store.save_snapshot(Snapshot(seq=seq, payload=b"state %d" % seq, hash=f"h{seq}"))
    assert store.snapshot() == Snapshot(seq=9, payload=b"state 9", hash="h9")
    store.save_snapshot(Snapshot(seq=9, payload=b"state nine", hash="h"))
    store = stores.crash(store)
    assert store.snapshot() == Snapshot(seq=9, payload=b"state nine", hash="h")
    assert len(list(store.records())) == 9  # the journal keeps what came before
    store.close()


def test_a_reader_walks_on_while_the_writer_writes(store):
    grow(store, 3)
    walk = store.records()
    assert next(walk).seq == 1
    grow(store, 2)
    assert [record.seq for record in walk][:2] == [2, 3]


def test_a_batch_without_records_still_commits_the_rest(store):
    store.commit(Batch(letters=(letter(),), timers_set=(timer("t", 1),)))
    assert (store.head().seq, store.next_position("city"), store.next_due()) == (0, 2, 1)


def test_a_closed_store_says_so(stores):
    store = stores.new()
    grow(store)
    store.close()
    with pytest.raises(StoreError):
        store.commit(Batch(records=sealed(Head(seq=1, hash="x"), 1)))
    store.close()  # twice is no error


def test_a_sender_reads_and_forgets_letters_while_the_writer_commits(store):
    received = []
    done = threading.Event()

    def send():
        after = 0
        while not (done.is_set() and after == store.next_position("city") - 1):
            for one in store.letters(to="city", after=after, limit=7):
                received.append(one.position)
                after = one.position
            store.discard_letters(to="city", upto=after)
            store.peers()
            store.next_due()

    with ThreadPoolExecutor(1) as sender:
        sending = sender.submit(send)
        for _ in range(100):
            grow(store, letters=[letter(), letter()])
        done.set()
        sending.result(20)
    assert received == list(range(1, 201))
    assert store.peers() == ()


def test_a_restored_store_gets_another_epoch_and_keeps_all_else(stores):
    store = stores.new()
    store.commit(Batch(records=sealed(store.head(), 3)))
    before, head = store.epoch(), store.head()
    renewed = store.renew_epoch(ids=CountingIds("restored-"))
    assert renewed == store.epoch() != before
    again = stores.crash(store)
    assert (again.epoch(), again.head()) == (renewed, head)
    again.close()
