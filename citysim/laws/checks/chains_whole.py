"""The journals' hash chains are whole: every record follows the one before and matches its hash,
and what a node that is up has committed is there."""

from citysim.laws.history import History
from citysim.laws.report import Findings, LawReport

LAW = "chains_whole"


def check(history: History) -> LawReport:
    found = Findings()
    for node in history.nodes():
        found.checked += len(node.records)
        if node.chain_error:
            found.add_violation(f"{node.name}: {node.chain_error}")
        elif node.live is not None and node.last_seq < node.live.seq:
            found.add_violation(
                f"{node.name} stands at record {node.live.seq}, and its journal ends at"
                f" {node.last_seq}"
            )
    return found.report(LAW)
