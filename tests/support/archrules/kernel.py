"""The kernel holds what two or more tiers use, or its own commands: a module that one tier uses
belongs to that tier."""

from archrules.tree import Tree, imports

TIERS = ("street_agent", "district_node", "coordinator")
# modules that no two tiers import, and why they are the kernel's all the same
ALLOWED = {
    "citybrain.bus.memory": "the port's public fake, under the contract suite",
    "citybrain.journal.memory": "the port's public fake, under the contract suite",
}

# the public API is one contract with its clients, whichever tier serves a part of it
PUBLIC = ("citybrain.api", "citybrain.rpc.public")


def check(tree: Tree) -> list[str]:
    """Kernel modules that fewer than two tiers need, themselves or through other kernel modules."""
    names = {s.module for s in tree.ours}
    needs = {s.module: {n for _, n in imports(s.tree) if n in names} for s in tree.ours}
    tops = {tier: _reached({m for m in names if m.split(".")[0] == tier}, needs) for tier in TIERS}
    commands = _reached({m for m in names if m.startswith("citybrain.cli.")}, needs)
    public = _reached(
        {m for m in names if f"{m}.".startswith(tuple(f"{p}." for p in PUBLIC))}, needs
    )
    return [
        f"{s.path}: used by {[tier for tier in TIERS if s.module in tops[tier]] or 'no tier'}"
        for s in tree.ours
        if s.top == "citybrain"
        and not (s.path.name == "__init__.py" and len(s.tree.body) <= 1)
        and not s.module.startswith("citybrain.cli.")
        and s.module not in ALLOWED | dict.fromkeys(commands | public)
        and sum(s.module in tops[tier] for tier in TIERS) < 2
    ]


def _reached(start: set[str], needs: dict[str, set[str]]) -> set[str]:
    reached, open_ = set(start), list(start)
    while open_:
        for name in needs[open_.pop()] - reached:
            reached.add(name)
            open_.append(name)
    return reached
