"""Law 7: no frame leaves the box. No journal holds a picture, or anything that could hide one.

That holds for pictures that people attach to cases, too: the journal has the name, the size and the
digest of one, and its bytes lie beside it (`district_node.attachments`).
"""

from citysim.laws.history import History
from citysim.laws.report import Findings, LawReport

LAW = "no_frames"
PAYLOAD_BYTES = 256 * 1024  # limits.MESSAGE_BYTES: what one message carries at most


def check(history: History) -> LawReport:
    findings = Findings()
    for node in history.nodes():
        findings.checked += len(node.records)
        for record in node.records:
            if record.image_signature:
                findings.add_violation(
                    f"{node.name}: record {record.seq} holds {record.image_signature!r}, which "
                    "looks like the beginning of a picture or of hidden bytes"
                )
            elif record.size > PAYLOAD_BYTES:
                findings.add_violation(
                    f"{node.name}: record {record.seq} is {record.size} bytes, more than a message "
                    "may be"
                )
    return findings.report(LAW)
