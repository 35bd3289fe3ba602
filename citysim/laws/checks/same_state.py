"""Law 5: the hash chain is whole, and the records lead to the same decisions and the same state again."""

from citysim.laws.history import History
from citysim.laws.report import LawReport

LAW = "same_state"


def check(history: History) -> LawReport:
    nodes = [node for _, node in history.districts] + ([history.city] if history.city is not None else [])
    broken = [f"{node.name}: {node.chain_fault}" for node in nodes if node.chain_fault]
    broken += [f"{node.name}: record {seq} is decided otherwise when it is replayed" for node in nodes for seq in node.divergent]
    broken += [f"{node.name}: {fault}" for node in nodes for fault in node.snapshot_faults]
    return LawReport(law=LAW, checked=sum(len(node.steps) for node in nodes), broken=tuple(broken))
