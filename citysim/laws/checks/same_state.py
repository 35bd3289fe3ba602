"""Law 5: the records lead to the same decisions and the same state again. What other code wrote is a back-test, and counted as not judged."""

from citysim.laws.history import History
from citysim.laws.report import Findings, LawReport

LAW = "same_state"


def check(history: History) -> LawReport:
    found = Findings()
    for node in history.nodes():
        found.checked += len(node.steps) - len(node.unjudged)
        found.unjudged += len(node.unjudged)
        found.broken += [
            f"{node.name}: record {seq} is decided otherwise when it is replayed"
            for seq in node.divergent
        ]
        found.broken += [f"{node.name}: {fault}" for fault in node.snapshot_faults]
        if (
            node.live is not None
            and node.state_hash
            and len(node.steps) == node.live.seq
            and node.state_hash != node.live.state_hash
        ):
            found.accuse(
                f"{node.name}: its state after record {node.live.seq} is not the one that its journal leads to"
            )
    return found.report(LAW)
