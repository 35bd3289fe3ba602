"""`kill -9` at any instruction: what was promised is there, whole, and nothing half done."""

import random  # noqa: TID251 - seeded
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from citybrain.clock import Timestamp
from citybrain.ids import CountingIds
from citybrain.journal import chain
from citybrain.journal.checkpoint import checkpoint_in
from citybrain.journal.port import BEGINNING
from citybrain.journal.sqlite import SqliteStore

KILLS = 12
WRITER = Path(__file__).with_name("writer_process.py")


def killed_after(path: Path, seconds: float) -> int:
    """Run the writer, kill it `seconds` after it is ready, and return the last record number it
    promised."""
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        promised = 0
        killer = threading.Timer(seconds, process.kill)
        for line in process.stdout:
            word, number = line.split() if line.endswith("\n") else ("torn", "0")
            if word == "ready":
                killer.start()
            if word in {"ready", "kept"}:
                promised = int(number)
        killer.join()
        assert process.wait() == -9
    return promised


@pytest.mark.slow
def test_what_was_promised_survives_a_dozen_kills(tmp_path):
    path, chance, before = tmp_path / "journal.db", random.Random(4711), 0
    for _ in range(KILLS):
        promised = killed_after(path, chance.uniform(0.002, 0.12))
        store = SqliteStore.open(path, ids=CountingIds())  # at once: the dead hold no lock
        head = store.head()
        assert head.seq >= promised >= before
        assert chain.verify(store.records(), BEGINNING) == head
        assert store.next_position("city") == head.seq + 1
        assert [letter.payload for letter in store.letters(to="city", after=0, limit=10**6)] == [
            b"%d" % seq for seq in range(1, head.seq + 1)
        ]
        assert len(store.timers_due(at=Timestamp(10**9), limit=10**6)) == head.seq
        for record in store.checkpoints():
            text = store.text(checkpoint_in(record).state_hash)
            assert sha256(text).hexdigest() == checkpoint_in(record).state_hash
        before = head.seq
        store.close()
    assert before > KILLS
