"""Reads an agent's outbox file, which may be open in another process. Writes and locks nothing."""

from pathlib import Path

from citybrain.ids import AgentId
from citybrain.sqlite.owned_file import open_reader
from citysim.laws.history import OutboxHistory
from street_agent.outbox.priority import GAP_PRIORITY

META = "SELECT name, value FROM meta"
ROWS = "SELECT seq, last, priority, size FROM rows ORDER BY seq"
ASKED = "SELECT epoch, contiguous FROM request_positions ORDER BY epoch"
OPEN_REQUESTS = "SELECT request FROM requests"


def read_outbox(agent: AgentId, path: Path, *, cap_bytes: int = 0) -> OutboxHistory:
    """What the outbox at `path` keeps, read in one transaction.

    Raises `StoreError` when it cannot be read.
    """
    connection = open_reader(path)
    try:
        connection.execute("BEGIN")
        meta = {str(name): int(value) for name, value in connection.execute(META)}
        rows = [
            (int(first), int(last), int(priority), int(size))
            for first, last, priority, size in connection.execute(ROWS)
        ]
        asked = tuple((str(epoch), int(upto)) for epoch, upto in connection.execute(ASKED))
        open_requests = frozenset(str(name) for (name,) in connection.execute(OPEN_REQUESTS))
    finally:
        connection.close()
    return OutboxHistory(
        agent=agent,
        incarnation=meta["incarnation"],
        next_seq=meta["next_seq"],
        unacknowledged_seqs=frozenset(
            seq for first, last, _, _ in rows for seq in range(first, last + 1)
        ),
        bytes=sum(size for _, _, _, size in rows),
        cap_bytes=cap_bytes,
        holds_only_gaps=all(priority == GAP_PRIORITY for _, _, priority, _ in rows),
        asked=asked,
        open_requests=open_requests,
    )
