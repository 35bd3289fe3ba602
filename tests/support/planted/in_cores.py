"""Cores that import a shell, or reach a clock, chance or a file."""

from archrules import layers, purity

from planted.rules import CORE, Breaks

BREAKS: Breaks = {
    "a core imports its own shell": (
        purity.closure,
        CORE,
        "from district_node.shell import quarantine\n\nUSED = quarantine\n",
    ),
    "a core reaches a shell through a value module": (
        purity.closure,
        "district_node/limits.py",
        "from district_node.shell import metrics as _metrics\n",
    ),
    "a core imports its node": (purity.closure, CORE, "import district_node.node\n"),
    "a core imports a clock library": (purity.closure, CORE, "from time import monotonic\n"),
    "a core imports the commit loop": (
        purity.closure,
        "coordinator/cores/planted.py",
        "from citybrain.decider import commit_loop\n",
    ),
    "a core reads the machine's clock": (
        purity.closure,
        CORE,
        "from citybrain.system_clock import SystemClock\n\n\n"
        "def at():\n    return SystemClock().now()\n",
    ),
    "a core opens a file": (
        purity.effects,
        CORE,
        "def read():\n    with open('x', encoding='utf-8') as f:\n        return f.read()\n",
    ),
    "a core prints": (purity.effects, CORE, "def show(x):\n    print(x)\n"),
    "a core asks for today's date": (
        purity.effects,
        CORE,
        "from datetime import date\n\n\ndef day():\n    return date.today()\n",
    ),
    "a core draws a random number": (
        purity.effects,
        "coordinator/planning/planted.py",
        "import numpy as np\n\n\ndef draw():\n    return np.random.rand()\n",
    ),
    "a core waits": (purity.effects, CORE, "async def wait(x):\n    await x\n"),
    "a core imports its shell for types alone": (
        purity.closure,
        CORE,
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
        "    from district_node.shell.quarantine import Quarantine\n\n\n"
        "def f(x: 'Quarantine') -> None:\n    del x\n",
    ),
    "a core imports its shell in a function": (
        purity.closure,
        CORE,
        "def f() -> object:\n    from district_node.shell import quarantine\n\n"
        "    return quarantine\n",
    ),
    "a package of cores imports the shell": (
        purity.closure,
        "district_node/cores/__init__.py",
        "from district_node.shell import quarantine as quarantine\n",
    ),
    "the package around the cores imports the shell": (
        purity.closure,
        "district_node/__init__.py",
        "from district_node.shell import quarantine as quarantine\n",
    ),
    "a value that no core uses yet imports the machine": (
        purity.closure,
        "citybrain/domain/planted.py",
        "import os\n\n\ndef f() -> str:\n    return os.environ['X']\n",
    ),
    "a core finds its shell among the loaded modules": (
        layers.by_name,
        CORE,
        "import sys\n\n\ndef f() -> object:\n"
        "    return sys.modules['district_node.shell.quarantine']\n",
    ),
    "a core finds an import in its builtins": (
        purity.effects,
        CORE,
        "def f() -> object:\n    return __builtins__['__import__']('district_node.shell')\n",
    ),
    "a core reads a clock by a computed name": (
        purity.effects,
        CORE,
        "from datetime import UTC, datetime\n\n\ndef f() -> object:\n"
        "    return getattr(datetime, 'no' + 'w')(UTC)\n",
    ),
    "a core keeps a clock's method": (
        purity.effects,
        CORE,
        "from datetime import UTC, datetime\n\nnow_of = datetime.now\n\n\n"
        "def f() -> object:\n    return now_of(UTC)\n",
    ),
    "a core has today as a default": (
        purity.effects,
        CORE,
        "from collections.abc import Callable\nfrom datetime import date\n\n\n"
        "def f(read: Callable[[], date] = date.today) -> date:\n    return read()\n",
    ),
    "a core asks numpy for the time": (
        purity.effects,
        CORE,
        "import numpy as np\n\n\ndef f() -> object:\n    return np.datetime64('now')\n",
    ),
    "a core asks a clock that it was given": (
        purity.effects,
        CORE,
        "from citybrain.clock import Clock\n\n\ndef f(clock: Clock) -> int:\n"
        "    return clock.instant()\n",
    ),
    "a core takes the machine's time zone": (
        purity.effects,
        CORE,
        "from datetime import datetime\n\n\ndef f(x: datetime) -> object:\n"
        "    return x.astimezone()\n",
    ),
    "a core takes a generator out of numpy": (
        purity.effects,
        CORE,
        "from numpy.random import default_rng\n\n\ndef f() -> float:\n"
        "    return float(default_rng().random())\n",
    ),
    "a core draws from numpy by another name": (
        purity.effects,
        CORE,
        "import numpy as n\n\n\ndef f() -> float:\n    return float(n.random.rand())\n",
    ),
    "a core orders by hash": (
        purity.effects,
        CORE,
        "def f(x: list[str]) -> list[str]:\n    return sorted(x, key=hash)\n",
    ),
    "a core maps to identities": (
        purity.effects,
        CORE,
        "def f(x: list[str]) -> list[int]:\n    return list(map(id, x))\n",
    ),
    "a core opens by another name": (
        purity.effects,
        CORE,
        "read = open\n\n\ndef f() -> object:\n    return read('x')\n",
    ),
    "a core hands print on": (
        purity.effects,
        CORE,
        "def f(x: list[str]) -> None:\n    list(map(print, x))\n",
    ),
    "a core loads an array": (
        purity.effects,
        CORE,
        "import numpy as np\n\n\ndef f() -> object:\n    return np.load('x')\n",
    ),
    "a core reaches a stream through a library": (
        purity.effects,
        CORE,
        "import dataclasses\n\n\ndef f() -> object:\n    return dataclasses.sys.stdout\n",
    ),
}
