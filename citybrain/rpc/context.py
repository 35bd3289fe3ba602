"""What is used of gRPC's context of a call: its library has no types."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import grpc


class CallContext(Protocol):
    """One call, as its server sees it."""

    def peer(self) -> str:
        """Where the caller is: "ipv4:10.0.0.5:51234"."""
        ...

    def auth_context(self) -> Mapping[str, Sequence[bytes]]:
        """What the handshake found; empty without certificates."""
        ...

    async def write(self, message: bytes) -> None: ...

    async def abort(
        self,
        code: grpc.StatusCode,
        details: str,
        trailing_metadata: tuple[tuple[str, bytes], ...] = (),
    ) -> None:
        """End the call; raises what ends its handler."""
        ...
