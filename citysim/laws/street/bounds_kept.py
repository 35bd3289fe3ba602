"""Law 10: bounds are kept: an outbox within its cap, a sender's spans within its window, whatever queue or cache somebody measured within its limit."""

from citybrain.limits import SENDER_WINDOW
from citysim.laws.history import History
from citysim.laws.report import Findings, LawReport
from citysim.laws.views.items import items

LAW = "bounds_kept"


def check(history: History) -> LawReport:
    found = Findings()
    for _, outbox in history.outboxes:
        if outbox.cap_bytes:
            found.checked += 1
            if (
                outbox.bytes > outbox.cap_bytes and not outbox.holds_only_gaps
            ):  # what declares losses is never given up itself
                found.accuse(
                    f"{outbox.agent}'s outbox holds {outbox.bytes} bytes, and its cap is {outbox.cap_bytes}"
                )
    for district, node in history.districts:
        for (agent, _), numbers in node.view(items).senders.items():
            found.checked += 1
            if numbers.spans > SENDER_WINDOW.value:
                found.accuse(
                    f"{district} holds {numbers.spans} spans of {agent}'s numbers, more than its window of {SENDER_WINDOW.value}"
                )
    for sample in history.samples:
        found.checked += 1
        if sample.most > sample.limit:
            found.accuse(
                f"{sample.name} came to {sample.most}, and its limit is {sample.limit}"
                + (f" ({sample.fate})" if sample.fate else "")
            )
    return found.report(LAW)
