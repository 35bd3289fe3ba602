"""`Any` says nothing about what changes hands: it is counted, and the count of a package may fall,
not rise."""

import ast
from collections import Counter
from functools import cache

from archrules.names import references
from archrules.tree import Source, Tree

# what text and libraries give before it was checked: JSON, TOML, settings, tensors
AT_MOST = {"citybrain": 107, "citysim": 40, "district_node": 3, "models": 39, "street_agent": 14}


def check(tree: Tree) -> list[str]:
    """Packages that use `Any` more often than they may; lower their number when one has gone."""
    counts: Counter[str] = Counter()
    for source in tree.ours:
        counts[source.top] += _anys(source)
    return [
        f"{top} uses Any {count} times, {AT_MOST.get(top, 0)} are allowed"
        for top, count in sorted(counts.items())
        if count > AT_MOST.get(top, 0)
    ]


@cache
def _anys(source: Source) -> int:
    return sum(
        name.split(".")[-1] == "Any" and isinstance(node, ast.expr)
        for node, name in references(source)
    )
