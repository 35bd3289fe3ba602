"""Law 10: bounds are kept.

An outbox stays within its cap, a sender's ranges within its window, whatever queue or cache was
measured within its limit.
"""

from citybrain.limits import SENDER_WINDOW
from citysim.laws.history import History
from citysim.laws.projections.received_items import received_items
from citysim.laws.report import Findings, LawReport

LAW = "bounds_kept"


def check(history: History) -> LawReport:
    findings = Findings()
    for _, outbox in history.outboxes:
        if not outbox.cap_bytes:
            continue
        findings.checked += 1
        # Gaps declare losses and are never dropped, even above the cap.
        if outbox.bytes > outbox.cap_bytes and not outbox.holds_only_gaps:
            findings.add_violation(
                f"{outbox.agent}'s outbox holds {outbox.bytes} bytes, and its cap is "
                f"{outbox.cap_bytes}"
            )
    for district, node in history.districts:
        for (agent, _), numbers in node.projection(received_items).senders.items():
            findings.checked += 1
            if numbers.ranges_above > SENDER_WINDOW.value:
                findings.add_violation(
                    f"{district} holds {numbers.ranges_above} ranges of {agent}'s numbers, more "
                    f"than its window of {SENDER_WINDOW.value}"
                )
    for sample in history.samples:
        findings.checked += 1
        if sample.peak > sample.limit:
            fate = f" ({sample.fate})" if sample.fate else ""
            findings.add_violation(
                f"{sample.name} came to {sample.peak}, and its limit is {sample.limit}{fate}"
            )
    return findings.report(LAW)
