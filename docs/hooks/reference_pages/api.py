"""API reference: gRPC services and messages from the protos, the kernel's ports from the code."""

import re
from collections.abc import Iterator
from pathlib import Path

from citybrain.structs import Struct
from reference_pages.markdown import table

PROTOS = Path("protos/citybrain/wire/v1")
PORTS = (
    "citybrain.clock",
    "citybrain.ids",
    "citybrain.bus.port",
    "citybrain.console.port",
    "citybrain.journal.port",
    "citybrain.link.port",
    "citybrain.decider.command",
    "street_agent.capture.port",
    "street_agent.detect.port",
    "street_agent.outbox.port",
    "street_agent.checkpoint.port",
)

INTRODUCTION = """\
# API

## Messages and services

Generated from `protos/citybrain/wire/v1/*.proto`. Agents' messages travel over MQTT (see
[Street to district](../protocols/street-link.md)), the rest over gRPC. Times are microseconds of
UTC since 1970. A field or enum value that a receiver does not know is no error: unknown fields are
ignored, unknown enum values are read as *unspecified*. Nothing that 0.1.0 has goes or changes its
meaning.
"""
PORTS_HEADING = """\
## Ports

What a part needs of the outside world, as a `Protocol` that its owner declares. Adapters stand
beside it, named by their technology.
"""


class Entry(Struct, frozen=True, kw_only=True):
    """A message, an enum or a service, with its lines: (name, type, comment)."""

    sort: str
    name: str
    comment: str
    lines: tuple[tuple[str, str, str], ...]


def page(root: Path) -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for path in sorted((root / PROTOS).glob("*.proto")):
        comment, entries = parse(path.read_text(encoding="utf-8"))
        parts += [f"### {path.name}\n", f"{comment}\n"]
        for entry in entries:
            parts += _entry(entry)
    parts.append(PORTS_HEADING)
    parts += [f"::: {module}\n    options:\n      heading_level: 3\n" for module in PORTS]
    return "\n".join(parts)


_BLOCK = re.compile(r"^(message|enum|service) (\w+) \{\s*(\})?\s*(?://\s*(.*))?$")
_FIELD = re.compile(r"^((?:repeated |optional )?[\w.<>, ]+?) (\w+) = \d+;(?:\s*//\s*(.*))?$")
_VALUE = re.compile(r"^(\w+) = \d+;(?:\s*//\s*(.*))?$")
_CALL = re.compile(r"^rpc (\w+)\((.*?)\) returns \((.*?)\);(?:\s*//\s*(.*))?$")


def parse(text: str) -> tuple[str, tuple[Entry, ...]]:
    """The comment of a proto file, and what it declares. The files keep one declaration a line."""
    about, entries, comments = "", [], []
    opened: tuple[str, str, str] | None = None
    lines: list[tuple[str, str, str]] = []
    for line in (raw.strip() for raw in text.splitlines()):
        if line.startswith("//"):
            comments.append(line.removeprefix("//").strip())
            continue
        if not line and opened is None and comments and not entries and not about:
            about, comments = " ".join(comments), []
        if opened is None and (found := _BLOCK.match(line)):
            sort, name, closes, aside = found.groups()
            opened, comments = (sort, name, _said(comments, aside)), []
            if not closes:
                continue
            line = "}"
        if line == "}" and opened is not None:
            sort, name, comment = opened
            entries.append(Entry(sort=sort, name=name, comment=comment, lines=tuple(lines)))
            opened, lines, comments = None, [], []
        elif opened is not None and (declared := _declared(line)):
            lines.append((declared[0], declared[1], _said(comments, declared[2])))
            comments = []
    return about, tuple(entries)


def _declared(line: str) -> tuple[str, str, str | None] | None:
    if found := _CALL.match(line):
        return found[1], f"{found[2]} → {found[3]}", found[4]
    if found := _VALUE.match(line):
        return found[1], "", found[2]
    if found := _FIELD.match(line):
        return found[2], found[1], found[3]
    return None


def _said(above: list[str], aside: str | None) -> str:
    return " ".join([*above, *([aside] if aside else [])])


def _entry(entry: Entry) -> Iterator[str]:
    yield f"#### {entry.sort} {entry.name}\n"
    if entry.comment:
        yield f"{entry.comment}\n"
    if not entry.lines:
        return
    if entry.sort == "enum":
        values = [
            name.lower().removeprefix(_prefix(entry.name)) + (f" ({comment})" if comment else "")
            for name, _, comment in entry.lines
        ]
        yield ", ".join(f"`{value}`" for value in values) + "\n"
        return
    heads = ("call", "request → answer") if entry.sort == "service" else ("field", "type")
    rows = [(f"`{name}`", f"`{kind}`", comment) for name, kind, comment in entry.lines]
    if any(comment for _, _, comment in entry.lines):
        yield table((*heads, "meaning"), rows)
    else:
        yield table(heads, [row[:2] for row in rows])


def _prefix(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() + "_"
