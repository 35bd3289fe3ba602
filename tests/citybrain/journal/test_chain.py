"""A sealed chain shows every change, every hole and every swap, by record."""

import journal_records
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import Timestamp
from citybrain.errors import StoreCorruptError, StoreError
from citybrain.journal import chain
from citybrain.journal.port import BEGINNING, Head
from citybrain.structs import replace

EMPTY = BEGINNING


def sealed(count):
    records, head = [], EMPTY
    for number in range(count):
        records += journal_records.sealed(
            head, b"p%d" % number, at=number, commands_digest=f"d{number}"
        )
        head = records[-1].head
    return records


def test_a_chain_verifies_to_its_end_and_from_any_place():
    records = sealed(5)
    assert chain.verify(records, EMPTY) == Head(seq=5, hash=records[-1].hash)
    assert chain.verify(records[2:], Head(seq=2, hash=records[1].hash)).seq == 5
    assert chain.verify([], EMPTY) == EMPTY


CHANGES = {
    "payload": b"other",
    "at": Timestamp(77),
    "kind": "forged",
    "version": 2,
    "code": "other/1/b",
    "commands_digest": "other",
}


@given(st.integers(0, 4), st.sampled_from(sorted(CHANGES)))
def test_any_changed_field_is_found_at_its_record(index, name):
    records = sealed(5)
    records[index] = replace(records[index], **{name: CHANGES[name]})
    with pytest.raises(StoreCorruptError, match=rf"record {index + 1} .*does not match its hash"):
        chain.verify(records, EMPTY)


@given(st.integers(0, 3))
def test_a_missing_record_is_found_where_it_is_missing(index):
    records = sealed(5)
    del records[index]
    with pytest.raises(
        StoreCorruptError, match=f"record {index + 2} does not follow record {index}"
    ):
        chain.verify(records, EMPTY)


def test_swapped_records_are_found():
    records = sealed(4)
    records[1], records[2] = records[2], records[1]
    with pytest.raises(StoreCorruptError, match="record 3 does not follow record 1"):
        chain.verify(records, EMPTY)


def test_a_record_sealed_anew_with_another_content_breaks_the_one_behind_it():
    records = sealed(3)
    head = Head(seq=1, hash=records[0].hash)
    (records[1],) = journal_records.sealed(head, b"other", at=1, commands_digest="d1")
    with pytest.raises(StoreCorruptError, match="record 3 does not follow record 2"):
        chain.verify(records, EMPTY)


def test_checked_gives_a_record_only_after_it_was_found_whole():
    records = sealed(3)
    records[2] = replace(records[2], payload=b"changed")
    walk = chain.checked(records, EMPTY)
    assert [next(walk).seq, next(walk).seq] == [1, 2]
    with pytest.raises(StoreCorruptError):
        next(walk)


def test_the_head_after_records_looks_at_the_links():
    records = sealed(3)
    assert chain.head_after(EMPTY, records) == Head(seq=3, hash=records[-1].hash)
    with pytest.raises(StoreError, match="record 2 does not follow the head 0"):
        chain.head_after(EMPTY, records[1:])
