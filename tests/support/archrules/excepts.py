"""Broad excepts: a counted list with the reason of each. One more is as wrong as one that went
unnoticed."""

import ast
from collections import Counter
from functools import cache

from archrules.names import dotted
from archrules.tree import Source, Tree

BROAD = frozenset(
    "BaseException BaseExceptionGroup Exception ExceptionGroup __bases__ __mro__".split()
)
# file: how many, and why each is a boundary of supervision and not a shrug
ALLOWED = {
    "citybrain/adapters/supervise.py": (
        1,
        "whatever a package's adapter raises, it is run again",
    ),
    "citybrain/api/answering.py": (
        3,
        "whatever a method raises, its caller gets a reference and the log has the rest",
    ),
    "citybrain/bus/paho.py": (
        1,
        "a listener's fault must not end the thread that serves all",
    ),
    "citybrain/bus/paho_client.py": (
        1,
        "the network thread's supervisor",
    ),
    "citybrain/cli/adapter_run.py": (1, "whatever a package says against its options"),
    "citybrain/decider/replay/backtest.py": (
        1,
        "what today's code fails over is what the report is for",
    ),
    "citybrain/decider/replay/recomputation.py": (
        1,
        "what this code fails over it never decided, and the report names it",
    ),
    "citybrain/decider/commit_loop.py": (
        3,
        "a submitter's or listener's fault must not stop the journal",
    ),
    "citybrain/decider/commit_thread.py": (
        1,
        "whatever ended the thread, nobody may wait for it for ever",
    ),
    "citybrain/decider/decider.py": (
        1,
        "one input that a core cannot decide must not stop the node",
    ),
    "citybrain/decider/recovery.py": (
        1,
        "whatever a replay fails over, the start is refused by name",
    ),
    "citybrain/journal/sqlite.py": (1, "closes what it opened and raises again"),
    "citybrain/plugins/load.py": (
        1,
        "whatever a foreign package's import raises, its user is told which package it was",
    ),
    "citybrain/rpc/clients.py": (1, "carried to whoever reads the stream, who raises it"),
    "citybrain/sqlite/owned_file.py": (2, "closes or rolls back and raises again"),
    "citybrain/telemetry/spans.py": (1, "marks the span and raises again"),
    "citysim/explore/model/node_states.py": (1, "an input that a core cannot decide is a finding"),
    "citysim/laws/journal_replay.py": (
        1,
        "what is judged may fail: that is a finding, not the judge's end",
    ),
    "citysim/sim/event_loop.py": (1, "as an executor does: it belongs to whoever awaits"),
    "citysim/sim/machine/commit_loop.py": (1, "as the commit thread's"),
    "citysim/sim/runs/scenario_runner.py": (
        1,
        "whatever stops one run is reported, and the others go on",
    ),
    "coordinator/shell/planner.py": (
        1,
        "whatever an adapter of travel times raises, the planner goes on without this plan",
    ),
    "district_node/shell/ingress/agent_ingress.py": (
        1,
        "one message must not end the thread that hands over all",
    ),
    "district_node/dispatch/matching.py": (
        1,
        "whatever an adapter of travel times raises, the district goes on by great circle",
    ),
    "street_agent/capture/live.py": (1, "whatever libav raises, the camera is tried again"),
    "street_agent/detect/chosen_head.py": (
        2,
        "whatever a package's decoder raises, its own cameras are blind and no other",
    ),
    "street_agent/detection_worker.py": (1, "the detection thread's supervisor"),
    "street_agent/agent_loop.py": (1, "the decision thread's supervisor"),
    "street_agent/outbox/sqlite.py": (2, "closes or rolls back and raises again"),
    "street_agent/plugins/opening.py": (1, "whatever a package says against its options"),
    "street_agent/plugins/probe.py": (
        1,
        "whatever a package raises is what was asked for",
    ),
    "street_agent/plugins/supervised_source.py": (
        1,
        "whatever a package's source raises, it alone is blind and is opened again",
    ),
    "street_agent/sensor/replay.py": (1, "the sensor thread's supervisor"),
}


def check(tree: Tree) -> list[str]:
    """Files whose number of broad excepts is not the one of `ALLOWED`."""
    constants = BROAD | {n for s in tree.ours for n in _other_names(s) if n.strip("_").isupper()}
    found = {s.path.as_posix(): lines for s in tree.ours if (lines := _broad(s, constants))}
    wanted = Counter({path: count for path, (count, _) in ALLOWED.items()})
    return [
        f"{path}: {len(found.get(path, []))} broad excepts (lines {found.get(path, [])}), "
        f"{wanted[path]} are allowed"
        for path in sorted(found.keys() | wanted.keys())
        if len(found.get(path, [])) != wanted[path]
    ]


@cache
def _other_names(source: Source) -> frozenset[str]:
    """Names that a file gives to a broad kind, or to a tuple with one in it."""
    names: set[str] = set()
    for node in ast.walk(source.tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if _has_name(value) and _is_broad(value, BROAD | names):
                names.add(name)
            case ast.arguments(args=args, defaults=defaults):
                pairs = zip(reversed(args), reversed(defaults), strict=False)
                names |= {a.arg for a, d in pairs if _has_name(d) and _is_broad(d, BROAD | names)}
            case ast.For(target=ast.Name(id=name), iter=value) if _has_name(value) and _is_broad(
                value, BROAD | names
            ):
                names.add(name)
            case ast.ImportFrom(names=aliases):
                names |= {a.asname for a in aliases if a.asname and a.name in BROAD | names}
    return frozenset(names)


@cache
def _broad(source: Source, constants: frozenset[str]) -> list[int]:
    """Lines that catch everything: an `except`, a `suppress`, an `__exit__` that may say true."""
    broad = constants | _other_names(source)
    lines = []
    for node in ast.walk(source.tree):
        match node:
            case ast.ExceptHandler(type=kind) if kind is None or _is_broad(kind, broad):
                lines.append(node.lineno)
            case ast.Call(func=function, args=kinds) if (
                dotted(function, source) == "contextlib.suppress"
            ):
                lines += [node.lineno for kind in kinds if _is_broad(kind, broad)]
            case ast.FunctionDef(name="__exit__") | ast.AsyncFunctionDef(name="__aexit__"):
                lines += [n.lineno for n in ast.walk(node) if _says_true(n)]
    return sorted(lines)


def _has_name(value: ast.expr) -> bool:
    return isinstance(value, ast.Name | ast.Attribute | ast.Tuple)


def _says_true(node: ast.AST) -> bool:
    match node:
        case ast.Return(value=None | ast.Constant(value=None | False)):
            return False
    return isinstance(node, ast.Return)


def _is_broad(kind: ast.expr, broad: frozenset[str]) -> bool:
    match kind:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return any(_is_broad(part, broad) for part in parts)
        case ast.Starred(value=inner):
            return _is_broad(inner, broad)
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            return _is_broad(left, broad) or _is_broad(right, broad)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in broad
    return True  # computed: nobody can tell what it catches
