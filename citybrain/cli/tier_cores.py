"""The cores of the tier that wrote a journal, imported when they are wanted."""

from collections.abc import Mapping
from typing import Any

from citybrain.cli.lazy_commands import LazyCommand, load_target
from citybrain.decider.code_identity import parse_code
from citybrain.decider.cores import Cores
from citybrain.errors import StoreError
from citybrain.journal.port import Store

TIERS: Mapping[str, LazyCommand] = {
    "district": LazyCommand(
        target="district_node.district_cores:district_cores",
        help="The district's.",
        extra="district",
    ),
    "city": LazyCommand(
        target="coordinator.city_cores:city_cores", help="The city's.", extra="city"
    ),
}


def cores_of_journal(store: Store, *, command: str) -> Cores[Any] | None:
    """Today's cores of the tier that decided the journal's records; None if it holds no record.
    Raises `MissingExtraError` where that tier is not installed here."""
    first = next(store.records(), None)
    if first is None:
        return None
    tier = parse_code(first.code).tier
    if tier not in TIERS:
        raise StoreError(
            f"record {first.seq} was decided by {first.code!r}, which is no tier of this version."
            f" Known tiers: {', '.join(TIERS)}."
        )
    cores: Cores[Any] = load_target(command, TIERS[tier])()
    return cores
