"""Writes the stores of a simulation into the files that production opens, and copies a set."""

import shutil
from pathlib import Path

import apsw

from citybrain import canonical_json
from citybrain.ack_ranges import covered
from citybrain.clock import Timestamp
from citybrain.decider.cores import Cores
from citybrain.decider.decider import Decider
from citybrain.ids import CountingIds
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Batch
from citybrain.journal.sqlite import SqliteStore
from citybrain.sqlite.statements import named_queries
from street_agent.checkpoint.file import FileCheckpointStore
from street_agent.checkpoint.memory import MemoryCheckpointStore
from street_agent.formats import OUTBOX_ITEM, REQUEST
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.sqlite import SqliteOutbox

CAP_BYTES = 64 * 1024 * 1024
FAR = Timestamp(2**62)
ALL = 2**31


def write_journal(store: MemoryStore, path: Path, cores: Cores, *, stops: bool) -> None:
    """The journal of a node that was killed at this moment or (`stops`) stopped in order."""
    file = SqliteStore.open(path, ids=CountingIds())
    timers = store.timers_due(at=FAR, limit=ALL)
    file.commit(Batch(records=tuple(store.records()), timers_set=timers))
    for record in store.checkpoints():
        payload = canonical_json.decode(record.payload, dict[str, str | int])
        for text_hash in (payload["state_hash"], payload["rows_hash"]):
            text = store.text(text_hash)
            if text is not None:
                file.write_text(text_hash, (text,))
    file.close()
    _write_letters(store, path)
    if stops:
        file = SqliteStore.open(path, ids=CountingIds())
        last = list(store.records())[-1]
        Decider(cores, file).checkpoint(last.at)
        file.close()
    _into_one_file(path)


def _write_letters(store: MemoryStore, path: Path) -> None:
    """With the positions that they have: those before them were acknowledged and are gone."""
    sql = named_queries("citybrain.journal", "sqlite.sql")
    connection = apsw.Connection(str(path))
    with connection:
        connection.execute(sql["renew_epoch"], (store.epoch(),))
        for peer in sorted(store._disk.positions):
            kept = store.letters(to=peer, after=0, limit=1)
            following = kept[0].position if kept else store.next_position(peer)
            connection.execute(
                sql["set_letter_log"], (peer, store.next_position(peer), following - 1)
            )
            for one in store.letters(to=peer, after=0, limit=ALL):
                connection.execute(
                    sql["add_letter"], (peer, one.position, one.kind, one.version, one.payload)
                )
    connection.close()


def write_outbox(outbox: MemoryOutbox, path: Path) -> None:
    """The outbox of an agent that was killed at this moment."""
    SqliteOutbox.open(path, ids=CountingIds(), cap_bytes=CAP_BYTES).close()
    sql, stats = named_queries("street_agent.outbox", "sqlite.sql"), outbox.stats()
    meta = {
        "incarnation": outbox.incarnation,
        "lost": stats.lost,
        "next_revision": stats.next_revision,
        "next_seq": stats.next_seq,
    }
    connection = apsw.Connection(str(path))
    with connection:
        connection.executemany(sql["set_meta"], sorted(meta.items()))
        for row in sorted(outbox._disk.rows.values(), key=lambda row: row.item.seq):
            payload = canonical_json.encode(row.item)
            values = (row.item.seq, covered(row.item).last, row.priority, row.revision, row.size)
            connection.execute(sql["add"], (*values, OUTBOX_ITEM.version, payload))
        for request in outbox.open_requests():
            payload = canonical_json.encode(request)
            values = (request.request, request.deadline, REQUEST.version, payload)
            connection.execute(sql["add_request"], values)
        for ack in outbox.request_acks():
            connection.execute(sql["set_request_position"], (ack.epoch, ack.contiguous))
    connection.close()
    _into_one_file(path)


def write_agent_checkpoint(checkpoints: MemoryCheckpointStore, path: Path) -> None:
    """What the agent last wrote of its open episodes."""
    last = checkpoints._written
    assert last is not None, "the agent has not written a checkpoint"
    store = FileCheckpointStore(path)
    store.save(last.alive_at, last.episodes_before, last.from_seq)
    store.save(last.alive_at, last.episodes, last.from_seq, force=True)


def _into_one_file(path: Path) -> None:
    """Nothing of it in a log beside: the file alone is kept."""
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE; VACUUM")
    connection.close()
    for beside in path.parent.glob(f"{path.name}.*"):
        beside.unlink()


def copied(folder: Path, to: Path) -> Path:
    """A copy to work on: a set itself is never opened for writing."""
    shutil.copytree(folder, to)
    return to
