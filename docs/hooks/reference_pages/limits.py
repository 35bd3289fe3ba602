"""Limits reference: every declared bound, from the tables of limits in the code."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from citybrain.limits import Limit
from reference_pages.markdown import table

TIERS = ("citybrain", "street_agent", "district_node", "coordinator")

INTRODUCTION = """\
# Limits

Generated from the code. Every bound has a value, a unit, a reason and a fate: what happens at it.
Not bounded by design: the journal, which `citybrain journal archive` keeps short, and the letters
for a city that is offline, which wait as long as the district's disk allows. The name is the label
of `citybrain_limit_max` and `citybrain_limit_used` where a metric shows the bound.
"""


def page(root: Path) -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for tier in TIERS:
        parts.append(f"## {tier}\n")
        rows = [
            (
                f"`{limit.name}`",
                f"{limit.value:,} {limit.unit}",
                limit.reason,
                limit.fate,
                f"`{where}`",
            )
            for where, limit in limits(root, tier)
        ]
        parts.append(table(("name", "value", "reason", "fate", "file"), rows))
    return "\n".join(parts)


def limits(root: Path, tier: str) -> Iterator[tuple[str, Limit]]:
    """Every limit that a module of `tier` makes, with its file."""
    for path in sorted((root / tier).rglob("*.py")):
        if "= Limit(" not in (text := path.read_text(encoding="utf-8")):
            continue
        where = path.relative_to(root)
        module = importlib.import_module(".".join(where.with_suffix("").parts))
        for statement in ast.parse(text).body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                found = getattr(module, statement.targets[0].id)
                if isinstance(found, Limit):
                    yield str(where), found
