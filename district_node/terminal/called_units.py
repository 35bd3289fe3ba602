"""Which unit, camera or sensor is meant by what somebody typed: its id, its name in either
language, or a part of the name. What is none, or several, raises `typer.BadParameter`, which lists
those that there are.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

import typer

from citybrain.api.lists.port import PublicMessage
from citybrain.errors import RpcError

NONE: Mapping[str, str] = {}
NAMED = 20  # that a sentence lists
# "Pump 1 / 泵一", "Pump 1 泵一": as the web pages cut such a name
HALVES = re.compile(r"(.*[A-Za-z].*?)(?: / | )([\u3400-\u9fff].*)")


class ListsClient(Protocol):
    """A client of a district's lists."""

    def call(self, method: str, /, **fields: object) -> PublicMessage: ...

    def rows(self, method: str, /, **fields: object) -> list[PublicMessage]: ...


def unit_id(client: ListsClient, typed: str, *, also: Mapping[str, str] = NONE) -> str:
    """The id of the unit that is meant, of this district or `also` of others, id to name. Whoever
    may not list the units, as a crew with its own session, names them by id."""
    try:
        units = {**also, **{unit.id: unit.name for unit in client.rows("ListUnits")}}
    except RpcError as error:
        if error.code != "PERMISSION_DENIED":
            raise
        return typed
    return called(units, typed, "unit")


def crews_of(client: ListsClient, incidents: Sequence[str]) -> dict[str, str]:
    """Id to name, the units that were sent to the incidents: of other districts, too. An incident
    that cannot be shown has none: what is done to it is refused with the reason."""
    found: dict[str, str] = {}
    for incident in incidents:
        try:
            shown = client.call("GetIncident", incident=incident)
        except RpcError:
            continue
        slots = shown.incident.slots
        found |= {slot.unit: slot.unit_name or slot.unit for slot in slots if slot.unit}
    return found


def source_id(client: ListsClient, typed: str) -> tuple[str, str]:
    """The id of the camera or sensor that is meant, and its name. One that is no more is meant by
    its id, and has no other name."""
    sources = {one.id: one.name or one.id for one in client.rows("ListSources")}
    if "/" in typed and typed not in sources:
        return typed, typed
    found = called(sources, typed, "camera or sensor")
    return found, sources[found]


def called(things: Mapping[str, str], typed: str, what: str) -> str:
    """Of `things`, id to name. An id or a whole name goes before a part of one."""
    wanted = typed.strip().casefold()
    if typed in things or not wanted:
        return typed
    whole = [one for one, name in things.items() if wanted in _words_of(name)]
    found = whole or [one for one, name in things.items() if wanted in name.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise typer.BadParameter(
            f"{typed!r} may be {_listed(found, things)}. Write more of the name, or the id."
        )
    raise typer.BadParameter(
        f"this district has no {what} {typed!r}. It has: {_listed(list(things), things) or 'none'}."
    )


def _words_of(name: str) -> tuple[str, ...]:
    """The name as a whole, and its half in each language."""
    halves = HALVES.fullmatch(name)
    parts = (name,) if halves is None else (name, *halves.groups())
    return tuple(part.casefold() for part in parts)


def _listed(ids: list[str], names: Mapping[str, str]) -> str:
    """By their names, with the id where others of them have the same one."""
    several = [names[one] for one in ids]
    shown = [
        name if several.count(name) == 1 else f"{name} ({one})"
        for one, name in zip(ids, several, strict=True)
    ]
    more = [f"{len(shown) - NAMED} more"] if len(shown) > NAMED else []
    words = [*shown[:NAMED], *more]
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
