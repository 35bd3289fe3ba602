"""Broad excepts: a counted list with the reason of each. One more is as wrong as one that went
unnoticed."""

import ast
from collections import Counter

from archrules.tree import Source, Tree

BROAD = {"Exception", "BaseException"}
# file: how many, and why each is a boundary of supervision and not a shrug
ALLOWED = {
    "citybrain/bus/paho.py": (
        2,
        "the network thread's supervisor; a listener's fault must not end it",
    ),
    "citybrain/decider/backtest.py": (
        1,
        "what today's code fails over is what the report is for",
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
    "citybrain/journal/sqlite.py": (1, "closes what it opened and raises again"),
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
    "street_agent/capture/live.py": (1, "whatever libav raises, the camera is tried again"),
    "street_agent/detection_worker.py": (1, "the detection thread's supervisor"),
    "street_agent/agent_loop.py": (1, "the decision thread's supervisor"),
    "street_agent/outbox/sqlite.py": (2, "closes or rolls back and raises again"),
    "street_agent/sensor/feed.py": (1, "the sensor thread's supervisor"),
}


def check(tree: Tree) -> list[str]:
    """Files whose number of broad excepts is not the one of `ALLOWED`."""
    found = {s.path.as_posix(): lines for s in tree.ours if (lines := _broad(s))}
    wanted = Counter({path: count for path, (count, _) in ALLOWED.items()})
    return [
        f"{path}: {len(found.get(path, []))} broad excepts (lines {found.get(path, [])}), "
        f"{wanted[path]} are allowed"
        for path in sorted(found.keys() | wanted.keys())
        if len(found.get(path, [])) != wanted[path]
    ]


def _broad(source: Source) -> list[int]:
    lines = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and (node.type is None or _is_broad(node.type)):
            lines.append(node.lineno)
        elif isinstance(node, ast.Call) and _name(node.func) == "suppress":
            lines += [node.lineno for argument in node.args if _is_broad(argument)]
    return sorted(lines)


def _is_broad(kind: ast.expr) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(map(_is_broad, kind.elts))
    return _name(kind) in BROAD


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
