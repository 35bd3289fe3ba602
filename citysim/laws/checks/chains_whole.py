"""The journals' hash chains are whole: every record follows the one before and matches its hash, and what a node that is up has committed is there."""

from citysim.laws.history import History
from citysim.laws.report import Findings, LawReport

LAW = "chains_whole"


def check(history: History) -> LawReport:
    found = Findings()
    for node in history.nodes():
        found.checked += len(node.steps)
        if node.chain_fault:
            found.accuse(f"{node.name}: {node.chain_fault}")
        elif node.live is not None and len(node.steps) < node.live.seq:
            found.accuse(
                f"{node.name} stands at record {node.live.seq}, and its journal ends at {len(node.steps)}"
            )
    return found.report(LAW)
