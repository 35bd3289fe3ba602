"""The machine's clocks and its randomness enter at composition roots alone; everything below takes
them as arguments."""

import ast
from collections.abc import Iterator
from functools import cache

from archrules.names import dotted, imported_tops, is_within, references
from archrules.tree import Source, Tree, imports

# the two modules that ask the machine, and what they ask; the linter bans the latter too, but a
# comment could switch it off
MACHINE = frozenset(
    "citybrain.random_ids citybrain.system_clock datetime.date.today datetime.datetime.now "
    "datetime.datetime.today datetime.datetime.utcnow numpy.random os.getrandom os.times "
    "os.urandom random secrets ssl.RAND_bytes time.clock_gettime time.clock_gettime_ns time.ctime "
    "time.localtime time.monotonic time.monotonic_ns time.perf_counter time.perf_counter_ns "
    "time.process_time time.process_time_ns time.strftime time.thread_time time.time time.time_ns "
    "uuid".split()
)
# by whatever way they come, through a composition root's own import too
MAKERS = frozenset(("MachineClocks", "RandomIds", "SystemClock"))
# the only readers of the machine
SOURCES = ("citybrain/random_ids.py", "citybrain/system_clock.py")
# who puts a process together: the commands, the nodes' entries, the processes that a node starts
ROOTS = (
    "coordinator/cli.py",
    "coordinator/ray_plane/parallel_map.py",
    "street_agent/agent.py",
    "street_agent/cli/",
    "street_agent/detect/model_check.py",
    "district_node/cli/",
    "district_node/node.py",
    "citybrain/cli/",
    "citysim/",
    "models/",
)


def entries(tree: Tree) -> list[str]:
    """Imports of a composition root by what is none: whatever the root has imported would come with
    it. The models and the simulator are libraries, too."""
    roots = {
        s.module
        for s in tree.ours
        if s.path.as_posix().startswith(ROOTS) and s.top not in ("citysim", "models")
    }
    return [
        f"{s.path}:{line} imports {name}"
        for s in tree.ours
        if not s.path.as_posix().startswith(ROOTS)
        for line, name in imports(s.tree)
        if name in roots
    ]


def check(tree: Tree) -> list[str]:
    """Uses of the machine's clocks or its randomness outside `ROOTS`; a generator without a seed
    anywhere."""
    unseeded = [f"{s.path}:{line} draws without a seed" for s in tree.ours for line in _unseeded(s)]
    return unseeded + [
        f"{s.path}:{line} uses {name}"
        for s in tree.ours
        if not s.path.as_posix().startswith(ROOTS + SOURCES)
        for line, name in _machine(s)
    ]


@cache
def _machine(source: Source) -> tuple[tuple[int, str], ...]:
    return tuple(sorted(set(_uses(source))))


def _uses(source: Source) -> Iterator[tuple[int, str]]:
    for node, name in references(source):
        is_machine = is_within(name, MACHINE) and name.split(".")[0] in imported_tops(source)
        if is_machine or name.split(".")[-1] in MAKERS:
            yield node.lineno, name
    for node in ast.walk(source.tree):
        match node:
            case ast.Constant(value=str() as text) if text in MAKERS or is_within(text, MACHINE):
                yield node.lineno, text


@cache
def _unseeded(source: Source) -> tuple[int, ...]:
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    return tuple(
        call.lineno
        for call in calls
        if not call.args
        and not call.keywords
        and dotted(call.func, source) in ("random.Random", "numpy.random.default_rng")
    )
