"""What a chaos run needs of a network: links by name that can be blocked, delayed and healed.

Two adapters: `namespace_links`, `proxy_links`.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from citybrain.structs import Struct


class Direction(StrEnum):
    """Of a link, seen from the client, which opened the connection."""

    BOTH = "both"
    UP = "up"  # client → server
    DOWN = "down"  # server → client


class Link(Struct, frozen=True, kw_only=True, order=True):
    """`client` connects to `server`; both are names of processes."""

    client: str
    server: str

    def __str__(self) -> str:
        return f"{self.client}>{self.server}"


class Links(Protocol):
    """Opened before any process starts, closed after the last has ended; then nothing is left."""

    name: str  # as `--net` calls it

    def host_of(self, process: str) -> str:
        """The address that the process listens on; known before `open`."""
        ...

    async def open(self, listening: Mapping[str, int]) -> None:
        """Make all links; `listening` is each server's port.

        Raises `ChaosUnavailableError` with nothing left behind.
        """
        ...

    def dial_addresses(self) -> dict[tuple[str, str], str]:
        """`(client, server) → "host:port"` where a client does not connect directly.

        Known after `open`.
        """
        ...

    def wrap_command(self, process: str, argv: Sequence[str]) -> tuple[str, ...]:
        """The command line that runs `argv` in the network of that process."""
        ...

    def block(self, link: Link, direction: Direction) -> None:
        """From now on nothing passes in that direction."""
        ...

    def delay(self, link: Link, *, ms: float, jitter_ms: float) -> None:
        """From now on whatever passes, either way, takes `ms` ± `jitter_ms` longer."""
        ...

    def heal(self, link: Link) -> None:
        """The link is as it was at first."""
        ...

    async def close(self) -> None:
        """Also after a failed `open`; repeated calls have no effect."""
        ...
