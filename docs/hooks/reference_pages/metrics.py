"""Metrics reference: every counter, gauge and histogram that the code makes."""

import ast
from collections.abc import Iterator
from pathlib import Path

from reference_pages.markdown import table

TIERS = ("citybrain", "street_agent", "district_node", "coordinator")
KINDS = ("counter", "gauge", "histogram")

INTRODUCTION = """\
# Metrics

Generated from the code. Each node serves them at `http://HOST:PORT/metrics` for a Prometheus where
its configuration names a port; a counter's name ends in `_total` there. Labels are closed sets,
never ids.
"""


def page(root: Path) -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for tier in TIERS:
        parts.append(f"## {tier}\n")
        parts.append(table(("metric", "kind", "labels", "meaning"), sorted(metrics(root, tier))))
    return "\n".join(parts)


def metrics(root: Path, tier: str) -> Iterator[tuple[str, str, str, str]]:
    """Name, kind, labels and meaning of each metric of `tier`."""
    for path in sorted((root / tier).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr=kind) | ast.Name(id=kind),
                    args=[
                        ast.Constant(value=str(name)),
                        ast.Constant(value=str(meaning)),
                        *labels,
                    ],
                ) if kind in KINDS:
                    shown = ", ".join(f"`{label}`" for label in _strings(labels))
                    yield f"`citybrain_{name}`", kind, shown, meaning


def _strings(labels: list[ast.expr]) -> Iterator[str]:
    for label in labels[:1]:
        if isinstance(label, ast.Tuple):
            yield from (str(ast.literal_eval(entry)) for entry in label.elts)
