"""Cores are pure, and so is whatever they import, however far: no clock, chance, I/O, logging,
waiting or hidden state.

The closure of imports comes from grimp, the engine of import-linter; what is imported for types
alone counts too. What a module does inside is read from its syntax tree.
"""

import json
import os
import subprocess
import sys

from archrules import hidden_state, outside, set_order
from archrules.tree import Tree

TOPS = ("citybrain", "street_agent", "district_node", "coordinator")

# Modules and packages that decide.
CORES = (
    "citybrain.ack_ranges",
    "citybrain.link.effects",
    "citybrain.link.exchange",
    "citybrain.link.frames",
    "citybrain.link.inbound",
    "citybrain.link.liveness",
    "citybrain.link.outbound",
    "citybrain.link.resume",
    "citybrain.link.role",
    "citybrain.link.stages",
    "citybrain.node_time.rebase",
    "citybrain.stages",
    "citybrain.travel",
    "coordinator.cores",
    "coordinator.planning",
    "district_node.calendars.calendar",
    "district_node.calendars.upkeep",
    "district_node.calendars.working_time",
    "district_node.cores",
    "district_node.dispatch",
    "district_node.naming.place_names",
    "district_node.naming.source_names",
    "district_node.paging.on_call",
    "district_node.paging.progress",
    "street_agent.capture.geometry",
    "street_agent.capture.libav.damage",
    "street_agent.capture.pts_rate",
    "street_agent.capture.timeline",
    "street_agent.capture.visibility",
    "street_agent.core",
    "street_agent.outbox.send_window",
    "street_agent.scene",
    "street_agent.track",
)
# Modules and packages that cores may lean on: values and arithmetic.
VALUES = (
    "citybrain.canonical_json",
    "citybrain.clock",
    "citybrain.decider.command",
    "citybrain.domain",
    "citybrain.errors",
    "citybrain.geo",
    "citybrain.ids",
    "citybrain.kinds",
    "citybrain.limits",
    "citybrain.localized_name",
    "citybrain.pack.asset",
    "citybrain.pack.identity",
    "citybrain.sorted_map",
    "citybrain.structs",
    "citybrain.permissions",
    "citybrain.vocabulary",
    "coordinator.errors",
    "coordinator.inputs",
    "coordinator.limits",
    "coordinator.policy",
    "district_node.errors",
    "district_node.inputs",
    "district_node.limits",
    "district_node.paging.limits",
    "district_node.paging.policy",
    "district_node.playbook",
    "district_node.routing.departments",
    "street_agent.capture.frame",
    "street_agent.capture.picture_statistics",
    "street_agent.capture.port",
    "street_agent.detect.detections",
    "street_agent.errors",
    "street_agent.limits",
    "street_agent.outbox.port",
    "street_agent.outbox.priority",
)
# Libraries that cores may lean on.
LIBRARIES = frozenset(
    "__future__ abc bisect collections dataclasses datetime difflib enum functools hashlib heapq "
    "immutables itertools math msgspec numbers numpy operator pydantic re scipy statistics string "
    "types typing typing_extensions zoneinfo".split()
)


def closure(tree: Tree) -> list[str]:
    """What cores and values import, directly or through others, that is neither a core, a value nor
    a library of the lists above."""
    return [
        f"{core} reaches {name}"
        for core, reached in _reached(tree).items()
        for name in reached
        if not _is_listed(name, CORES + VALUES) and name not in LIBRARIES
    ]


def effects(tree: Tree) -> list[str]:
    """Lines of cores and of what they lean on that reach outside, wait, keep something, or depend
    on the order of a set."""
    pure = [s for s in tree.ours if _is_listed(s.module, CORES + VALUES)]
    known = set_order.declared(pure)
    return [
        f"{s.path}:{line} {what}"
        for s in pure
        for line, what in (
            *outside.reaches(s),
            *hidden_state.kept(s),
            *set_order.walks(s, known),
        )
    ]


def unknown(tree: Tree) -> list[str]:
    """Names of the lists above that no module has."""
    modules = {s.module for s in tree.ours}
    return [
        name
        for name in CORES + VALUES
        if not any(m == name or m.startswith(name + ".") for m in modules)
    ]


def _is_listed(module: str, listed: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in listed)


# Whoever imports `a.b.c` runs what stands in `a` and in `a.b` too.
_PROBE = """
import grimp, json, sys
cores, tops = json.loads(sys.argv[1])
graph = grimp.build_graph(*tops, include_external_packages=True, cache_dir=None)

def packages(name):
    parts = name.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts))}

def reached(core):
    own = {core} | graph.find_descendants(core)
    seen, imported, open_ = set(), set(), list(own)
    while open_:
        name = open_.pop()
        if name not in seen:
            seen.add(name)
            its = graph.find_modules_directly_imported_by(name) if name in graph.modules else set()
            imported |= its
            open_ += its | packages(name)
    return sorted(imported - own)

print(json.dumps({core: reached(core) for core in cores if core in graph.modules}))
"""


def _reached(tree: Tree) -> dict[str, list[str]]:
    """Core by core the modules that it imports, however far."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, json.dumps((CORES + VALUES, TOPS))],
        cwd=tree.root,
        env={**os.environ, "PYTHONPATH": str(tree.root)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found
