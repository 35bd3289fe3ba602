"""Reads an agent's outbox that may be live in another process. Writes nothing and takes no lock."""

from pathlib import Path

from citybrain.ids import AgentId
from citybrain.sqlite.file import open_reader
from citysim.laws.history import OutboxHistory
from street_agent.outbox.ranks import GAP_RANK

META = "SELECT name, value FROM meta"
KEPT = "SELECT seq, last, rank, size FROM rows ORDER BY seq"
ASKED = "SELECT epoch, contiguous FROM asked ORDER BY epoch"
OPEN = "SELECT request FROM requests"


def read_outbox(agent: AgentId, path: Path, *, cap_bytes: int = 0) -> OutboxHistory:
    """What the outbox at `path` still keeps and the next number it will give, in one reading transaction; raises `StoreError` when it cannot be read."""
    connection = open_reader(path)
    try:
        connection.execute("BEGIN")
        meta = {str(name): int(value) for name, value in connection.execute(META)}
        kept = [
            (int(first), int(last), int(rank), int(size))
            for first, last, rank, size in connection.execute(KEPT)
        ]
        asked = tuple(
            (str(epoch), int(contiguous)) for epoch, contiguous in connection.execute(ASKED)
        )
        open_requests = frozenset(str(request) for (request,) in connection.execute(OPEN))
    finally:
        connection.close()
    return OutboxHistory(
        agent=agent,
        incarnation=meta["incarnation"],
        next_seq=meta["next_seq"],
        kept=frozenset(number for first, last, _, _ in kept for number in range(first, last + 1)),
        bytes=sum(size for _, _, _, size in kept),
        cap_bytes=cap_bytes,
        holds_only_gaps=all(rank == GAP_RANK for _, _, rank, _ in kept),
        asked=asked,
        open_requests=open_requests,
    )
