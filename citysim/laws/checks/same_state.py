"""Law 5: the same code leads the same records to the same decisions and the same state, and other
code begins from the state that the old code left.

Timers and letters are part of it: where nobody tampers, no start finds others than its records lead
to. Records of code that is not known here are a back-test: counted, not judged.
"""

from citybrain.decider.rows.correction import RowsCorrected
from citybrain.decider.rows.difference import sentences
from citysim.laws.history import History
from citysim.laws.report import Findings, LawReport

LAW = "same_state"


def check(history: History) -> LawReport:
    found = Findings()
    for node in history.nodes():
        found.checked += len(node.records) - len(node.foreign_records)
        found.inconclusive += len(node.foreign_records)
        found.violations += [
            f"{node.name}: record {seq} is decided otherwise when it is replayed"
            for seq in node.divergent
        ]
        found.violations += [f"{node.name}: {error}" for error in node.checkpoint_errors]
        found.violations += [
            f"{node.name}: the start at record {record.seq} found rows that its records do not"
            f" lead to: {'; '.join(sentences(record.input))}"
            for record in node.records_of(RowsCorrected)
        ]
        if (
            node.live is not None
            and node.state_hash
            and node.last_seq == node.live.seq
            and node.state_hash != node.live.state_hash
        ):
            found.add_violation(
                f"{node.name}: its state after record {node.live.seq} is not the one that its"
                " journal leads to"
            )
    return found.report(LAW)
