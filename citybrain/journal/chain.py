"""The hash chain of a journal: how a record is sealed and how a chain is verified."""

import hashlib
from collections.abc import Iterable, Iterator

from citybrain.clock import Timestamp
from citybrain.errors import StoreCorruptError, StoreError
from citybrain.journal.port import Head, Record


def seal(
    head: Head,
    *,
    at: Timestamp,
    kind: str,
    version: int,
    code: str,
    payload: bytes,
    commands_digest: str,
) -> Record:
    """The record that follows `head`: hash = SHA-256(prev_hash ‖ header ‖ payload)."""
    seq = head.seq + 1
    return Record(
        seq=seq,
        at=at,
        kind=kind,
        version=version,
        code=code,
        payload=payload,
        prev_hash=head.hash,
        hash=_hash(head.hash, seq, at, kind, version, code, commands_digest, payload),
        commands_digest=commands_digest,
    )


def checked(records: Iterable[Record], head: Head) -> Iterator[Record]:
    """`records` one by one, each only after it was found to follow `head` and to match its hash;
    raises `StoreCorruptError` naming the first that does not."""
    for record in records:
        if record.seq != head.seq + 1 or record.prev_hash != head.hash:
            raise StoreCorruptError(
                f"record {record.seq} does not follow record {head.seq}: something between them is"
                " missing or was changed."
            )
        if record.hash != _hash_of(record):
            raise StoreCorruptError(
                f"record {record.seq} ({record.kind}) does not match its hash: its content was"
                " changed."
            )
        yield record
        head = record.head


def verify(records: Iterable[Record], head: Head) -> Head:
    """Walk `records` from `head` and return where they end; raises `StoreCorruptError` as `checked`
    does."""
    for record in checked(records, head):
        head = record.head
    return head


def head_after(head: Head, records: Iterable[Record]) -> Head:
    """Where the journal ends once `records` were added; raises `StoreError` when they were sealed
    for another head. Looks at links only."""
    for record in records:
        if record.seq != head.seq + 1 or record.prev_hash != head.hash:
            raise StoreError(
                f"record {record.seq} does not follow the head {head.seq}: another writer was here,"
                " or it was sealed for another store."
            )
        head = record.head
    return head


def _hash_of(record: Record) -> str:
    return _hash(
        record.prev_hash,
        record.seq,
        record.at,
        record.kind,
        record.version,
        record.code,
        record.commands_digest,
        record.payload,
    )


def _hash(
    prev_hash: str,
    seq: int,
    at: int,
    kind: str,
    version: int,
    code: str,
    commands_digest: str,
    payload: bytes,
) -> str:
    header = f"\n{seq}\n{at}\n{kind}\n{version}\n{code}\n{commands_digest}\n"
    return hashlib.sha256(prev_hash.encode() + header.encode() + payload).hexdigest()
