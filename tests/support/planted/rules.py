"""What a planted break is, where most of them go, and the rules that only they use."""

import subprocess
import sys
from collections.abc import Callable, Mapping

from archrules import layers
from archrules.tree import Tree

# what was broken: the rule that must see it, the file, its text
Breaks = Mapping[str, tuple[Callable[[Tree], list[str]], str, str]]

CORE = "district_node/cores/planted.py"
SHELL = "district_node/shell/planted.py"
KERNEL = "citybrain/planted.py"


def ruff(tree: Tree) -> list[str]:
    """What the linter says of the tree."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", "."],
        cwd=tree.root,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines() if done.returncode else []


def heavy_ray(tree: Tree) -> list[str]:
    return layers.heavy(tree, "ray")


def heavy_public_messages(tree: Tree) -> list[str]:
    return layers.heavy(tree, "citybrain.api.v1")


def heavy_sqlite3(tree: Tree) -> list[str]:
    return layers.heavy(tree, "sqlite3")
