"""Imports across the tiers, by name, or of the machine's clocks and chance."""

from archrules import kernel, layers, packs, public_api, roots, servers

from planted.rules import (
    KERNEL,
    SHELL,
    Breaks,
    heavy_public_messages,
    heavy_ray,
    heavy_sqlite3,
    ruff,
)

BREAKS: Breaks = {
    "a tier names a kind of a pack": (
        packs.named_elsewhere,
        SHELL,
        "KIND = 'illegal_parking'\n",
    ),
    "a pack imports a tier": (
        packs.pack_imports,
        "scenes/planted.py",
        "from citybrain.errors import ConfigError\n\nE = ConfigError\n",
    ),
    "a shell reads the machine's clock": (
        roots.check,
        SHELL,
        "from citybrain.system_clock import SystemClock\n\nclock = SystemClock()\n",
    ),
    "a shell draws names by chance": (
        roots.check,
        "coordinator/shell/planted.py",
        "from citybrain.random_ids import RandomIds\n\nids = RandomIds()\n",
    ),
    "Ray is imported by name": (
        layers.by_name,
        SHELL,
        "import importlib\n\nray = importlib.import_module('ray')\n",
    ),
    "Ray is imported by name, and its name is seen": (
        heavy_ray,
        KERNEL,
        "ray = __import__('ray')\n",
    ),
    "Ray is imported beside its folder": (
        heavy_ray,
        "coordinator/shell/planted.py",
        "import ray\n",
    ),
    "one tier imports another": (
        layers.tiers,
        "street_agent/planted.py",
        "from district_node.errors import DistrictError\n\nE = DistrictError\n",
    ),
    "a tier imports the simulator": (
        layers.tiers,
        "coordinator/planted.py",
        "import citysim.laws.table\n",
    ),
    "the public API sends an internal value as it is": (
        public_api.check,
        "district_node/api/planted.py",
        "from citybrain import canonical_json\n\n\ndef row(value: object) -> bytes:\n"
        "    return canonical_json.encode(value)\n",
    ),
    "the public API walks the fields of an internal value": (
        public_api.check,
        "citybrain/api/planted.py",
        "from citybrain.structs import to_builtins as plain\n\nX = plain\n",
    ),
    "a tier makes public messages itself": (
        heavy_public_messages,
        "district_node/api/planted.py",
        "from citybrain.api.v1 import unit_pb2\n\nX = unit_pb2.Unit\n",
    ),
    "a tier serves HTTP by itself": (
        servers.check,
        SHELL,
        "from http.server import ThreadingHTTPServer as Server\n\nX = Server\n",
    ),
    "a tier runs a web server beside the one": (
        servers.check,
        "coordinator/web/planted.py",
        "def f(app: object) -> None:\n    import uvicorn\n\n    uvicorn.run(app)\n",
    ),
    "a tier listens by itself": (
        servers.check,
        SHELL,
        "import asyncio\n\n\nasync def f(answer: object) -> None:\n"
        "    await asyncio.start_server(answer, 'localhost', 80)\n",
    ),
    "the library's own metrics server": (
        servers.check,
        "citybrain/telemetry/planted.py",
        "from prometheus_client import start_http_server\n\nstart_http_server(9464)\n",
    ),
    "a kernel module that one tier uses": (
        kernel.check,
        KERNEL,
        "ONE = 1\n",
    ),
    "a shell takes the clock from its node": (
        roots.check,
        SHELL,
        "from district_node.node import SystemClock\n\nX = SystemClock()\n",
    ),
    "a shell builds the clock with partial": (
        roots.check,
        SHELL,
        "from functools import partial\n\nfrom district_node import node\n\n"
        "make = partial(node.SystemClock)\n",
    ),
    "a shell imports its node": (
        roots.entries,
        SHELL,
        "from district_node import node\n\nX = node\n",
    ),
    "a shell switches the linter off for chance": (
        roots.check,
        SHELL,
        "import random  # noqa: TID251 - seeded\n\nX = random.Random(1)\n",
    ),
    "a shell draws from numpy": (
        roots.check,
        SHELL,
        "import numpy as np\n\n\ndef f() -> float:\n"
        "    return float(np.random.default_rng().random())\n",
    ),
    "a generator without a seed": (
        roots.check,
        "models/planted.py",
        "import numpy as np\n\nX = np.random.default_rng()\n",
    ),
    "a shell reads another of the machine's clocks": (
        ruff,
        SHELL,
        "import time\n\n\ndef f() -> float:\n    return time.clock_gettime(time.CLOCK_REALTIME)\n",
    ),
    "a shell asks the system for chance": (
        ruff,
        SHELL,
        "import os\n\n\ndef f() -> bytes:\n    return os.urandom(8)\n",
    ),
    "Ray is resolved by name": (
        layers.by_name,
        SHELL,
        "import pkgutil\n\nray = pkgutil.resolve_name('ray')\n",
    ),
    "Ray is imported by a text": (
        layers.by_name,
        SHELL,
        "def f() -> None:\n    exec('import ray')\n",
    ),
    "Ray is found among the loaded modules": (
        layers.by_name,
        SHELL,
        "import sys\n\n\ndef f() -> object:\n    return sys.modules['ray']\n",
    ),
    "Ray is imported by an import with another name": (
        layers.by_name,
        SHELL,
        "load = __import__\nray = load('ray')\n",
    ),
    "Ray is imported by a loader": (
        layers.by_name,
        SHELL,
        "import importlib.util\n\n"
        "ray = importlib.util.find_spec('ray').loader.load_module('ray')\n",
    ),
    "Ray is imported by a setting": (
        layers.by_name,
        SHELL,
        "from pydantic import ImportString, TypeAdapter\n\n"
        "ray = TypeAdapter(ImportString).validate_python('ray')\n",
    ),
    "a library without a place": (
        layers.unlisted,
        SHELL,
        "import requests\n\nX = requests\n",
    ),
    "a tier imports what tests share": (
        layers.unlisted,
        SHELL,
        "import archrules\n\nX = archrules\n",
    ),
    "a second way to SQLite": (
        heavy_sqlite3,
        SHELL,
        "import sqlite3\n\nX = sqlite3\n",
    ),
    "a shell finds the clock by its name": (
        roots.check,
        SHELL,
        "from district_node import node\n\nclock = getattr(node, 'SystemClock')()\n",
    ),
    "two modules import each other": (
        layers.cycles,
        "citybrain/geo.py",
        "\n\ndef _agent() -> object:\n    from citybrain.domain import agent\n\n    return agent\n",
    ),
    "a kernel package that no tier uses": (
        kernel.check,
        "citybrain/planted/__init__.py",
        "ONE = 1\n",
    ),
}
