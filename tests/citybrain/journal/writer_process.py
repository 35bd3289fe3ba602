"""A process to be killed: commits batches for ever and says after each what it has promised. Not a test."""

import sys
from pathlib import Path

from citybrain.clock import Timestamp
from citybrain.ids import RandomIds
from citybrain.journal import chain
from citybrain.journal.port import Batch, Head, NewLetter, Snapshot, Timer
from citybrain.journal.sqlite import SqliteStore


def main(path: Path) -> None:
    store = SqliteStore.open(path, ids=RandomIds())
    print(f"ready {store.head().seq}", flush=True)
    while True:
        head, records = store.head(), []
        for number in range(1 + head.seq % 7):
            records.append(
                chain.seal(
                    head,
                    at=Timestamp(head.seq),
                    kind="said",
                    payload=b"p" * (300 * number),
                    commands_digest="d",
                )
            )
            head = Head(seq=records[-1].seq, hash=records[-1].hash)
        letters = tuple(
            NewLetter(to="city", kind="L", payload=str(record.seq).encode()) for record in records
        )
        timers = tuple(
            Timer(timer=f"t-{record.seq}", due=Timestamp(record.seq), subject="s", version=0)
            for record in records
        )
        store.commit(Batch(records=tuple(records), letters=letters, timers_set=timers))
        if head.seq % 50 < 7:
            store.save_snapshot(Snapshot(seq=head.seq, payload=b"s" * 2000, hash="h"))
        print(f"kept {head.seq}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
