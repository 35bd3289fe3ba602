"""A deliberate bug as a value: what it is, which law should see it, and how it is planted. Planted for the length of one story, never in the tree."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

Plant = Callable[[pytest.MonkeyPatch], None]


def nothing(_patch: pytest.MonkeyPatch) -> None:
    """The city as it is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """`laws`: those that may accuse it, the one that should first. `setting` is no bug: how the city must be for it to matter, the honest code's too."""

    name: str
    bug: str  # one sentence, as the table prints it
    laws: tuple[str, ...]
    plant: Plant
    setting: Plant = nothing


def put(owner: Any, name: str, make: Callable[[Any], Any]) -> Plant:
    """Plants `make(what stands there)` in its place."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(owner, name, make(getattr(owner, name)))

    return plant


def put_in_table(table: Any, key: Any, make: Callable[[Any], Any]) -> Plant:
    """The same, of an entry of a table."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setitem(table, key, make(table[key]))

    return plant


def together(*plants: Plant) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        for one in plants:
            one(patch)

    return plant
