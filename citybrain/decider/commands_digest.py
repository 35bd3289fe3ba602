"""The digest of what cores decided, kept in every record beside the input."""

from collections.abc import Sequence

from citybrain import canonical_json
from citybrain.decider.command import Command, Post


def commands_digest(commands: Sequence[Command]) -> str:
    """SHA-256 (hex) of `commands` in order, type names included."""
    return canonical_json.digest(
        [
            [type(c).__name__, type(c.letter).__name__ if isinstance(c, Post) else "", c]
            for c in commands
        ]
    )
