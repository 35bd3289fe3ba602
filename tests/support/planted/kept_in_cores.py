"""Cores that keep something from one call to the next."""

from archrules import purity

from planted.rules import CORE, Breaks

BREAKS: Breaks = {
    "a core keeps state in its module": (
        purity.effects,
        CORE,
        "seen = {}\n\n\ndef note(x):\n    seen[x] = True\n",
    ),
    "a core writes into a constant": (
        purity.effects,
        CORE,
        "SEEN: dict[str, int] = {}\n\n\ndef note(x):\n    SEEN.setdefault(x, 0)\n",
    ),
    "a core keeps state in a class": (
        purity.effects,
        CORE,
        "class Book:\n    lines: list[str] = []\n",
    ),
    "a core assigns a global": (
        purity.effects,
        CORE,
        "COUNT = 0\n\n\ndef count():\n    global COUNT\n    COUNT += 1\n",
    ),
    "a core writes into a constant by another name": (
        purity.effects,
        CORE,
        "SEEN: set[str] = set()\n\n\ndef f(x: str) -> None:\n    seen = SEEN\n    seen.add(x)\n",
    ),
    "a core writes into a constant with a function": (
        purity.effects,
        CORE,
        "import heapq\n\nQUEUE: list[int] = []\n\n\ndef f(x: int) -> None:\n"
        "    heapq.heappush(QUEUE, x)\n",
    ),
    "a core keeps a constant's method": (
        purity.effects,
        CORE,
        "SEEN: list[str] = []\nnote = SEEN.append\n\n\ndef f(x: str) -> None:\n    note(x)\n",
    ),
    "a core writes into a part of a constant": (
        purity.effects,
        CORE,
        "SEEN = ([],)\n\n\ndef f(x: str) -> None:\n    SEEN[0].append(x)\n",
    ),
    "a core keeps a mapping that grows when read": (
        purity.effects,
        CORE,
        "from collections import defaultdict\n\n"
        "SEEN: dict[str, list[int]] = defaultdict(list)\n\n\n"
        "def f(x: str) -> list[int]:\n    return SEEN[x]\n",
    ),
    "a core counts with an iterator": (
        purity.effects,
        CORE,
        "import itertools\n\nCOUNTER = itertools.count()\n\n\ndef f() -> int:\n"
        "    return next(COUNTER)\n",
    ),
    "a core keeps a generator": (
        purity.effects,
        CORE,
        "IDS = (n for n in range(100))\n\n\ndef f() -> int:\n    return next(IDS)\n",
    ),
    "a core caches": (
        purity.effects,
        CORE,
        "from functools import cache\n\n\n@cache\ndef f(x: int) -> int:\n    return x\n",
    ),
    "a core caches what it wraps": (
        purity.effects,
        CORE,
        "from functools import lru_cache\n\n\ndef _f(x: int) -> int:\n    return x\n\n\n"
        "f = lru_cache(maxsize=None)(_f)\n",
    ),
    "a core caches in an object": (
        purity.effects,
        CORE,
        "from functools import cached_property\n\n\nclass A:\n    @cached_property\n"
        "    def f(self) -> int:\n        return 1\n",
    ),
    "a core counts in a class": (
        purity.effects,
        CORE,
        "class A:\n    count = 0\n\n    def f(self) -> None:\n        A.count += 1\n",
    ),
    "a core assigns to its own class": (
        purity.effects,
        CORE,
        "class A:\n    count = 0\n\n    def f(self) -> None:\n        type(self).count = 2\n",
    ),
    "a core counts in a function": (
        purity.effects,
        CORE,
        "def f() -> int:\n    f.calls = getattr(f, 'calls', 0) + 1\n    return f.calls\n",
    ),
    "a core assigns to another module": (
        purity.effects,
        CORE,
        "from district_node.cores import state\n\n\ndef f() -> None:\n    state.CACHE = 1\n",
    ),
    "a core counts in an outer function": (
        purity.effects,
        CORE,
        "def _make():\n    n = 0\n\n    def f() -> int:\n        nonlocal n\n"
        "        n += 1\n        return n\n\n    return f\n\n\ncount = _make()\n",
    ),
    "a core keeps an object with state": (
        purity.effects,
        CORE,
        "class Book:\n    def __init__(self) -> None:\n"
        "        self.lines: list[str] = []\n\n    def add(self, x: str) -> None:\n"
        "        self.lines.append(x)\n\n\nBOOK = Book()\n\n\ndef f(x: str) -> None:\n"
        "    BOOK.add(x)\n",
    ),
    "a core keeps a namespace": (
        purity.effects,
        CORE,
        "from types import SimpleNamespace\n\nSTATE = SimpleNamespace(count=0)\n\n\n"
        "def f() -> None:\n    STATE.count = 1\n",
    ),
    "a core keeps an array": (
        purity.effects,
        CORE,
        "import numpy as np\n\ngrid = np.zeros(3)\n\n\ndef f() -> None:\n    grid[:] += 1\n",
    ),
    "a core keeps state below a condition": (
        purity.effects,
        CORE,
        "if True:\n    seen = {}\n\n\ndef f(x: str) -> None:\n    seen[x] = 1\n",
    ),
    "a core keeps what a function made": (
        purity.effects,
        CORE,
        "from collections.abc import Callable\n\n\ndef _make() -> Callable[[str], int]:\n"
        "    seen: list[str] = []\n\n    def note(x: str) -> int:\n"
        "        seen.append(x)\n        return len(seen)\n\n    return note\n\n\n"
        "note = _make()\n",
    ),
    "a core keeps a list in a partial call": (
        purity.effects,
        CORE,
        "from functools import partial\n\n\ndef _note(seen: list[str], x: str) -> None:\n"
        "    seen.append(x)\n\n\nnote = partial(_note, [])\n",
    ),
    "a core keeps state in a default": (
        purity.effects,
        CORE,
        "def f(x: str, seen: list[str] = []) -> list[str]:\n    seen.append(x)\n    return seen\n",
    ),
}
