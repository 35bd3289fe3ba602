"""The rules catch what they are for: each break is planted in a copy of the tree, and one named
rule must see it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from archrules import excepts, kernel, layers, purity, roots, sizes
from archrules.tree import Tree

CORE = "district_node/cores/planted.py"
DOC = '"""Planted."""\n\n'


def ruff(tree):
    """What the linter says of the planted file."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", "."],
        cwd=tree.root,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines() if done.returncode else []


def heavy_ray(tree):
    return layers.heavy(tree, "ray")


# what was broken: the rule that must see it, the file, its text
BREAKS = {
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
    "a shell reads the machine's clock": (
        roots.check,
        "district_node/shell/planted.py",
        "from citybrain.system_clock import SystemClock\n\nclock = SystemClock()\n",
    ),
    "a shell draws names by chance": (
        roots.check,
        "coordinator/shell/planted.py",
        "from citybrain.random_ids import RandomIds\n\nids = RandomIds()\n",
    ),
    "a core opens a file": (
        purity.effects,
        CORE,
        "def read():\n    with open('x', encoding='utf-8') as f:\n        return f.read()\n",
    ),
    "a core prints": (purity.effects, CORE, "def show(x):\n    print(x)\n"),
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
    "Ray is imported by name": (
        layers.by_name,
        "district_node/shell/planted.py",
        "import importlib\n\nray = importlib.import_module('ray')\n",
    ),
    "Ray is imported by name, and its name is seen": (
        heavy_ray,
        "citybrain/planted.py",
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
    "one more broad except": (
        excepts.check,
        "district_node/shell/planted.py",
        "def run(f):\n    try:\n        f()\n    except Exception:\n        return None\n",
    ),
    "a bare except": (
        excepts.check,
        "citybrain/planted.py",
        "def run(f):\n    try:\n        f()\n    except:\n        return None\n",
    ),
    "a suppressed Exception": (
        excepts.check,
        "citybrain/planted.py",
        "from contextlib import suppress\n\n\n"
        "def run(f):\n    with suppress(Exception):\n        f()\n",
    ),
    "tools.py": (sizes.drawers, "district_node/tools.py", ""),
    "handlers.py": (sizes.drawers, "coordinator/shell/handlers.py", ""),
    "a folder of helpers": (sizes.drawers, "citybrain/helpers/geometry.py", ""),
    "a kernel module that one tier uses": (
        kernel.check,
        "citybrain/planted.py",
        "ONE = 1\n",
    ),
    "a file of 401 lines": (sizes.long_files, "citybrain/planted.py", "X = 1\n" * 400),
    "wait_for": (
        ruff,
        "district_node/shell/planted.py",
        "import asyncio\n\n\n"
        "async def wait(x: object) -> None:\n    await asyncio.wait_for(x, 1)\n",
    ),
    "a print in a shell": (
        ruff,
        "district_node/shell/planted.py",
        "def show() -> None:\n    print(1)\n",
    ),
    "an outdated comment of code": (
        ruff,
        "district_node/shell/planted.py",
        "# x = compute(1)\nX = 1\n",
    ),
    "a naive date": (
        ruff,
        "district_node/shell/planted.py",
        "from datetime import datetime\n\nNOW = datetime.fromtimestamp(0)\n",
    ),
}


ON_DISK = (purity.closure, ruff)  # what other programs read; the other rules read the syntax trees


@pytest.fixture(scope="module")
def copy(tree, tmp_path_factory):
    """The product's files and the linter's settings, in a folder of their own."""
    root = tmp_path_factory.mktemp("copy")
    for source in tree.ours:
        target = root / source.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.text, encoding="utf-8")
    shutil.copy(tree.root / "pyproject.toml", root)
    return Tree(root=root, sources=tree.ours)


@pytest.fixture(scope="module")
def clean(copy):
    """Rule by rule what it finds before anything is planted: nothing, in a tree that keeps them."""
    return {rule: set(rule(copy)) for rule in {rule for rule, _, _ in BREAKS.values()}}


@pytest.mark.parametrize("what", sorted(BREAKS))
def test_a_planted_break_is_caught(copy, clean, what):
    rule, name, text = BREAKS[what]
    before = {s.path: s.text for s in copy.ours}.get(Path(name))
    planted = copy.with_file(Path(name), f"{before}{text}" if before is not None else DOC + text)
    on_disk = rule in ON_DISK
    found = _on_disk(planted, Path(name), before, rule) if on_disk else set(rule(planted))
    assert found - clean[rule], f"{rule.__name__} does not see: {what}"


def _on_disk(planted, name, before, rule):
    path = planted.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(next(s.text for s in planted.sources if s.path == name), encoding="utf-8")
    try:
        return set(rule(planted))
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")
