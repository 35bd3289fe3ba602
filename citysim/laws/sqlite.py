"""Reads an agent's outbox that may be live in another process. Writes nothing and takes no lock."""

from pathlib import Path

from citybrain.ids import AgentId
from citybrain.sqlite.file import open_reader
from citysim.laws.history import OutboxHistory

META = "SELECT name, value FROM meta"
KEPT = "SELECT seq, last FROM rows ORDER BY seq"


def read_outbox(agent: AgentId, path: Path) -> OutboxHistory:
    """What the outbox at `path` still keeps and the next number it will give, in one reading transaction; raises `StoreError` when it cannot be read."""
    connection = open_reader(path)
    try:
        connection.execute("BEGIN")
        meta = {str(name): int(value) for name, value in connection.execute(META)}
        kept = [(int(first), int(last)) for first, last in connection.execute(KEPT)]
    finally:
        connection.close()
    numbers = frozenset(number for first, last in kept for number in range(first, last + 1))
    return OutboxHistory(agent=agent, incarnation=meta["incarnation"], next_seq=meta["next_seq"], kept=numbers)
