"""Which unit is meant by what somebody typed: its id, its name in either language, or a part of the
name. What is none, or several, raises `typer.BadParameter`, which lists those that there are.
"""

import re
from collections.abc import Mapping
from typing import Protocol

import typer

from citybrain.api.lists.port import PublicMessage
from citybrain.errors import RpcError

NAMED = 20  # units that a sentence lists
# "Pump 1 / 泵一", "Pump 1 泵一": as the web pages cut such a name
HALVES = re.compile(r"(.*[A-Za-z].*?)(?: / | )([\u3400-\u9fff].*)")


class UnitsClient(Protocol):
    """A client of a district's list of units."""

    def rows(self, method: str, /, **fields: object) -> list[PublicMessage]: ...


def unit_id(client: UnitsClient, typed: str) -> str:
    """The id of the unit that is meant. Whoever may not list the units, as a crew with its own
    session, names them by id."""
    try:
        units = {unit.id: unit.name for unit in client.rows("ListUnits")}
    except RpcError as error:
        if error.code != "PERMISSION_DENIED":
            raise
        return typed
    return unit_called(units, typed)


def unit_called(units: Mapping[str, str], typed: str) -> str:
    """Of `units`, id to name. An id or a whole name goes before a part of one."""
    wanted = typed.strip().casefold()
    if typed in units or not wanted:
        return typed
    whole = [unit for unit, name in units.items() if wanted in _words_of(name)]
    found = whole or [unit for unit, name in units.items() if wanted in name.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise typer.BadParameter(
            f"{typed!r} may be {_listed(found, units)}. Write more of the name, or the id."
        )
    raise typer.BadParameter(
        f"this district has no unit {typed!r}. It has: {_listed(list(units), units) or 'none'}."
    )


def _words_of(name: str) -> tuple[str, ...]:
    """The name as a whole, and its half in each language."""
    halves = HALVES.fullmatch(name)
    parts = (name,) if halves is None else (name, *halves.groups())
    return tuple(part.casefold() for part in parts)


def _listed(units: list[str], names: Mapping[str, str]) -> str:
    """By their names, with the id where others of them have the same one."""
    several = [names[unit] for unit in units]
    shown = [
        name if several.count(name) == 1 else f"{name} ({unit})"
        for unit, name in zip(units, several, strict=True)
    ]
    more = [f"{len(shown) - NAMED} more"] if len(shown) > NAMED else []
    words = [*shown[:NAMED], *more]
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
