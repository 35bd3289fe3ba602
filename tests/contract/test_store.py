"""What every `Store` promises, whatever it is made of."""

import threading
from concurrent.futures import ThreadPoolExecutor

import journal_records
import pytest
from journal_records import keep_checkpoint

from citybrain.clock import Timestamp
from citybrain.errors import StoreError
from citybrain.ids import CountingIds, TimerId
from citybrain.journal import chain
from citybrain.journal.checkpoint import checkpoint_in
from citybrain.journal.port import BEGINNING, Batch, Head, NewLetter, Timer


def sealed(head, count, kind="batch_received"):
    payloads = [f"payload {number}".encode() for number in range(count)]
    return journal_records.sealed(head, *payloads, kind=kind, at=1000)


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
    return NewLetter(to=to, kind="greeting", version=3, payload=text.encode())


def timer(name, due, subject="s", version=0):
    return Timer(timer=TimerId(name), due=Timestamp(due), subject=subject, version=version)


def test_a_new_store_is_empty(store):
    assert store.head() == BEGINNING
    assert list(store.records()) == []
    assert store.peers() == ()
    assert store.letters(to="city", after=0, limit=10) == ()
    assert store.next_position("city") == 1
    assert store.next_due() is None
    assert store.timers_due(at=Timestamp(2**60), limit=10) == ()
    assert store.base() == BEGINNING
    assert store.checkpoints() == ()
    assert store.text("h") is None


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


def test_that_there_is_room_is_found_out_without_changing_anything(store):
    grow(store, 2)
    before = (store.head(), store.epoch(), store.next_due())
    store.ensure_room()
    assert (store.head(), store.epoch(), store.next_due()) == before


def test_records_come_back_in_order_as_they_went_in_and_their_chain_holds(store):
    first, second = grow(store, 3), grow(store, 2)
    assert tuple(store.records()) == first + second
    assert tuple(store.records(after=3)) == second
    assert tuple(store.records(after=5)) == ()
    assert (
        chain.verify(store.records(), BEGINNING)
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
        (one.to, one.position, one.kind, one.version)
        for one in store.letters(to="district/x", after=0, limit=10)
    ] == [("district/x", 1, "greeting", 3)]
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


def test_discarded_letters_are_gone_and_their_positions_are_never_given_again(stores):
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


def test_a_crash_may_bring_discarded_letters_back_but_never_loses_or_renumbers_one(stores):
    store = stores.new()
    grow(store, letters=[letter(text=str(number)) for number in range(4)])
    store.discard_letters(to="city", upto=2)
    store = stores.crash(store)
    positions = [one.position for one in store.letters(to="city", after=0, limit=10)]
    assert positions in ([1, 2, 3, 4], [3, 4])
    assert [one.payload for one in store.letters(to="city", after=2, limit=10)] == [b"2", b"3"]
    assert store.next_position("city") == 5
    store.close()


def test_what_was_discarded_before_a_commit_stays_discarded_after_a_crash(stores):
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


def test_checkpoints_are_found_newest_first(store):
    assert store.checkpoints() == ()
    kept = []
    for number in range(4):
        grow(store, 2)
        kept.insert(0, keep_checkpoint(store, b"state %d" % number))
    assert store.checkpoints() == tuple(kept[:2])
    assert store.checkpoints(limit=1) == tuple(kept[:1])
    assert store.checkpoints(after=kept[2].seq, limit=9) == tuple(kept[:2])
    assert store.checkpoints(after=store.head().seq, limit=9) == ()


def test_a_text_is_there_after_a_crash_and_whole(stores):
    store = stores.new()
    grow(store)
    keep_checkpoint(store, b"the state")
    store.write_text("other", (b"in ", b"three ", b"parts"))
    store.write_text("other", (b"in ", b"two"))
    store = stores.crash(store)
    (record,) = store.checkpoints()
    assert store.text(checkpoint_in(record).state_hash) == b"the state"
    assert store.text("other") == b"in two"
    store.close()


def test_the_texts_of_the_two_newest_checkpoints_are_kept(stores):
    store = stores.new()
    hashes = []
    for number in range(4):
        grow(store)
        hashes.append(checkpoint_in(keep_checkpoint(store, b"state %d" % number)).state_hash)
    store.write_text("orphan", (b"of a checkpoint whose record never came",) * 3)
    store.drop_old_texts()
    store = stores.crash(store)
    assert [store.text(one) for one in [*hashes, "orphan"]] == [
        None,
        None,
        b"state 2",
        b"state 3",
        None,
    ]
    assert len(list(store.records())) == 8, "their hashes stay in the chain"
    store.drop_old_texts()
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


def test_a_sender_reads_and_discards_letters_while_the_writer_commits(store):
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
