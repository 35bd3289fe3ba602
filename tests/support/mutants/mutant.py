"""A deliberate bug as a value: what it is, which law should see it, and how it is planted. Planted
for the duration of one run, never in the tree."""

from collections.abc import Callable
from typing import Any

import pytest

from citybrain.structs import Struct

Plant = Callable[[pytest.MonkeyPatch], None]


def nothing(_patch: pytest.MonkeyPatch) -> None:
    """The city as it is drawn."""


class Mutant(Struct, frozen=True, kw_only=True):
    """`laws`: those that may be broken by it, the one that should be first. `setting` is no bug:
    how the city must be for the bug to matter, without the bug too."""

    name: str
    bug: str  # one sentence, as the table prints it
    laws: tuple[str, ...]
    plant: Plant
    setting: Plant = nothing


def patch_attribute(owner: Any, name: str, make: Callable[[Any], Any]) -> Plant:
    """Replaces the attribute by `make(attribute)`."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(owner, name, make(getattr(owner, name)))

    return plant


def patch_item(table: Any, key: Any, make: Callable[[Any], Any]) -> Plant:
    """Replaces the item of a table by `make(item)`."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setitem(table, key, make(table[key]))

    return plant


def all_of(*plants: Plant) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        for each in plants:
            each(patch)

    return plant
