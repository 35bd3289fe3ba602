"""Cores that follow the order of a set."""

from archrules import purity

from planted.rules import CORE, Breaks

BREAKS: Breaks = {
    "a core walks a set": (
        purity.effects,
        CORE,
        "def names(given: set[str]):\n    return [n for n in given]\n",
    ),
    "a core makes a tuple of a set": (
        purity.effects,
        CORE,
        "def names(given):\n    unique = {g.name for g in given}\n    return tuple(unique)\n",
    ),
    "a core takes any one of a set": (
        purity.effects,
        CORE,
        "def f(x: set[str]) -> str:\n    return x.pop()\n",
    ),
    "a core makes a mapping's keys of a set": (
        purity.effects,
        CORE,
        "def f(x: list[str]) -> dict[str, int]:\n    return dict.fromkeys(set(x), 1)\n",
    ),
    "a core generates out of a set": (
        purity.effects,
        CORE,
        "def f(x: set[str]) -> list[str]:\n    parts = (n for n in x)\n    return list(parts)\n",
    ),
    "a core walks what a function gives as a set": (
        purity.effects,
        CORE,
        "def _g() -> set[str]:\n    return {'a'}\n\n\ndef f() -> list[str]:\n"
        "    return list(_g())\n",
    ),
    "a core sorts a set by a key that may tie": (
        purity.effects,
        CORE,
        "def f(a: set[str]) -> list[str]:\n    return sorted(a, key=len)\n",
    ),
    "a core takes the largest of a set by a key": (
        purity.effects,
        CORE,
        "def f(a: set[str]) -> str:\n    return max(a, key=len)\n",
    ),
    "a core extends a list by a set": (
        purity.effects,
        CORE,
        "def f(a: set[str], out: list[str]) -> None:\n    out.extend(a)\n",
    ),
    "a core adds a set to a list": (
        purity.effects,
        CORE,
        "def f(a: set[str]) -> list[str]:\n    out: list[str] = []\n    out += a\n    return out\n",
    ),
    "a core walks a set out of a mapping": (
        purity.effects,
        CORE,
        "def f(a: dict[str, set[str]]) -> list[str]:\n"
        "    return [n for k in sorted(a) for n in a[k]]\n",
    ),
    "a core walks each set of a mapping": (
        purity.effects,
        CORE,
        "def f(groups: dict[str, set[str]]) -> list[str]:\n    out = []\n"
        "    for members in groups.values():\n        for m in members:\n"
        "            out.append(m)\n    return out\n",
    ),
    "a core walks what an alias calls a set": (
        purity.effects,
        CORE,
        "Names = set[str]\n\n\ndef f(a: Names) -> list[str]:\n    return list(a)\n",
    ),
    "a core chains a set": (
        purity.effects,
        CORE,
        "import itertools\n\n\ndef f(a: set[str]) -> list[str]:\n"
        "    return list(itertools.chain(a, ['x']))\n",
    ),
    "a core folds a set": (
        purity.effects,
        CORE,
        "from functools import reduce\n\n\ndef f(a: set[str]) -> str:\n"
        "    return reduce(str.__add__, a, '')\n",
    ),
    "a core writes a set into a text": (
        purity.effects,
        CORE,
        "def f(a: set[str]) -> str:\n    return f'{a}'\n",
    ),
    "a core walks a set that it names in a condition": (
        purity.effects,
        CORE,
        "def f(x: list[str]) -> list[str]:\n    if s := set(x):\n        return list(s)\n"
        "    return []\n",
    ),
    "a core walks the union of sets": (
        purity.effects,
        CORE,
        "def f(a: list[set[str]]) -> list[str]:\n    return list(set.union(*a))\n",
    ),
    "a core walks a constant of another module": (
        purity.effects,
        CORE,
        "from district_node.cores.planted import NAMES as OURS\n\n"
        "NAMES = frozenset(('a', 'b'))\n\n\ndef f() -> list[str]:\n"
        "    return list(OURS)\n",
    ),
    "a core walks what it found to be a set": (
        purity.effects,
        CORE,
        "def f(x: object) -> list[str]:\n    if isinstance(x, set):\n"
        "        return list(x)\n    return []\n",
    ),
    "a core walks a set or another": (
        purity.effects,
        CORE,
        "def f(a: set[str] | None) -> list[str]:\n    return [n for n in (a or set())]\n",
    ),
}
