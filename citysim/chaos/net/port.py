"""What a chaos run wants of a network: links by name, each of which can be silenced, delayed and healed. Two adapters: `netns`, `proxy`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Way(StrEnum):
    """A direction of a link, seen from the client, who dialled."""

    BOTH = "both"
    UP = "up"  # client → server
    DOWN = "down"  # server → client


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Link:
    """`client` dials `server`; both are names of processes."""

    client: str
    server: str

    def __str__(self) -> str:
        return f"{self.client}>{self.server}"


class Links(Protocol):
    """Opened before any process is started, closed after the last has ended; nothing of it is left then."""

    name: str  # as `--net` calls it

    def host_of(self, process: str) -> str:
        """The address that the process is to listen on; known before `open`."""
        ...

    async def open(self, listening: Mapping[str, int]) -> None:
        """Make them all; `listening` is each server's port. Raises `ChaosUnavailableError` with nothing left behind."""
        ...

    def dialled(self) -> dict[tuple[str, str], str]:
        """`(client, server) → "host:port"` where a client calls a server by another way than directly; known after `open`."""
        ...

    def inside(self, process: str, argv: Sequence[str]) -> tuple[str, ...]:
        """The command line that runs `argv` where that process lives."""
        ...

    def silence(self, link: Link, way: Way) -> None:
        """From now on nothing passes in that direction."""
        ...

    def delay(self, link: Link, *, ms: float, jitter_ms: float) -> None:
        """From now on whatever passes, either way, takes `ms` ± `jitter_ms` longer."""
        ...

    def heal(self, link: Link) -> None:
        """The link is as it was at first."""
        ...

    async def close(self) -> None:
        """Also after a failed `open`; repeated calls do nothing."""
        ...
