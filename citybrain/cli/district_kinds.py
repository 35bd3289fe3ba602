"""What a district's configuration knows, for the commands of other tiers: the district is imported
when it is asked for.
"""

from collections.abc import Iterable
from pathlib import Path

from citybrain.cli.lazy_commands import LazyCommand, load_target
from citybrain.vocabulary import IncidentKind

KNOWN_KINDS = LazyCommand(
    target="district_node.known_kinds:known_kinds", help="The district's.", extra="district"
)


def incident_kinds(district: Path, *, command: str) -> tuple[IncidentKind, ...]:
    """The incident kinds that the district with the configuration at `district` knows, sorted.
    Raises `ConfigError` where it cannot be read, `MissingExtraError` where no district is installed
    here; `command` is the one that asks."""
    kinds: Iterable[IncidentKind] = load_target(command, KNOWN_KINDS)(district)
    return tuple(kinds)
