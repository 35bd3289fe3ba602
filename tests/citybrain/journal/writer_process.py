"""A process to be killed: commits batches for ever and prints after each what it has promised. Not
a test.
"""

import sys
from hashlib import sha256
from pathlib import Path

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.journal import chain
from citybrain.journal.checkpoint import Checkpoint
from citybrain.journal.port import CHECKPOINT_KIND, Batch, NewLetter, Timer
from citybrain.journal.sqlite import SqliteStore
from citybrain.random_ids import RandomIds


def main(path: Path) -> None:
    store = SqliteStore.open(path, ids=RandomIds())
    print(f"ready {store.head().seq}", flush=True)
    while True:
        head, records = store.head(), []
        for number in range(1 + head.seq % 7):
            record = chain.seal(
                head,
                at=Timestamp(head.seq),
                kind="batch_received",
                version=1,
                code="test/1/a",
                payload=b"p" * (300 * number),
                commands_digest="d",
            )
            records.append(record)
            head = record.head
        letters = tuple(
            NewLetter(to="city", kind="L", version=1, payload=str(record.seq).encode())
            for record in records
        )
        timers = tuple(
            Timer(timer=f"t-{record.seq}", due=Timestamp(record.seq), subject="s", version=0)
            for record in records
        )
        store.commit(Batch(records=tuple(records), letters=letters, timers_set=timers))
        if head.seq % 50 < 7:
            _checkpoint(store)
        print(f"kept {store.head().seq}", flush=True)


def _checkpoint(store: SqliteStore) -> None:
    """With a letter and a timer, so that every record has one."""
    parts = tuple(str(store.head().seq).encode() * 5_000 for _ in range(3))
    text_hash = sha256(b"".join(parts)).hexdigest()
    store.write_text(text_hash, parts)
    checkpoint = Checkpoint(after=store.head().seq, state_version=1, state_hash=text_hash)
    record = chain.seal(
        store.head(),
        at=Timestamp(store.head().seq),
        kind=CHECKPOINT_KIND,
        version=1,
        code="test/1/a",
        payload=canonical_json.encode(checkpoint),
        commands_digest="d",
    )
    letter = NewLetter(to="city", kind="L", version=1, payload=str(record.seq).encode())
    timer = Timer(timer=f"t-{record.seq}", due=Timestamp(record.seq), subject="s", version=0)
    store.commit(Batch(records=(record,), letters=(letter,), timers_set=(timer,)))
    store.drop_old_texts()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
