"""The machine's clocks and its randomness enter at composition roots alone; everything below takes
them as arguments."""

from archrules.tree import Tree, imports

MACHINE = ("citybrain.system_clock", "citybrain.random_ids")
# who puts a process together: the commands, the nodes' entries, the processes that a node starts
ROOTS = (
    "coordinator/cli.py",
    "coordinator/ray_plane/parallel_map.py",
    "street_agent/agent.py",
    "street_agent/cli/",
    "street_agent/detect/model_check.py",
    "district_node/cli.py",
    "district_node/node.py",
    "citybrain/cli/",
    "citysim/",
    "models/",
)


def check(tree: Tree) -> list[str]:
    """Files outside `ROOTS` that import the machine's clocks or its randomness."""
    return [
        f"{s.path}:{line} imports {name}"
        for s in tree.ours
        if not s.path.as_posix().startswith(ROOTS)
        for line, name in imports(s.tree)
        if name in MACHINE
    ]
