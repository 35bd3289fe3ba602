"""Streams that a console runs, counts and ends with itself."""

from typing import Protocol


class LiveStreams(Protocol):
    """Streams that a console runs, counts and ends."""

    @property
    def is_open(self) -> bool: ...

    @property
    def watchers(self) -> int: ...

    def close(self) -> None:
        """End the streams."""
        ...

    async def run(self) -> None:
        """Until cancelled or closed."""
        ...
