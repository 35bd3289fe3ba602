"""An action of the public API as the words of its command. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

OPTIONS = {
    "reason": "--reason",
    "disposition": "--as",
    "text": "--text",
    "kind": "--kind",
    "severity": "--to",
    "person": "--to",
}
PLACED = ("unit", "other")  # arguments of their own


def command_words(verb: str, said: Mapping[str, Any]) -> tuple[str, ...]:
    """What stands behind the case's number."""
    return tuple(_words(verb, said))


def _words(verb: str, said: Mapping[str, Any]) -> Iterator[str]:
    for name, value in said.items():
        if name in PLACED:
            yield str(value)
        elif name in OPTIONS:
            yield from (OPTIONS[name], str(value))
        elif name == "contributions":
            yield from value
        elif name == "place":
            yield from ("--at", f"{value['latitude']},{value['longitude']}")
        elif name == "until":
            yield from ("--until", value.isoformat())
        elif name == "confirmed":
            yield "--yes"
        else:
            raise ValueError(f"{verb} has no option for {name}")
