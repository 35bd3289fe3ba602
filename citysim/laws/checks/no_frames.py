"""Law 7: no frame leaves the box. Nothing in any journal looks like a picture or is large enough to hide one."""

from citysim.laws.history import History
from citysim.laws.report import LawReport

LAW = "no_frames"
PAYLOAD_BYTES = 256 * 1024  # limits.MESSAGE_BYTES: what travels in one message at most


def check(history: History) -> LawReport:
    nodes = [node for _, node in history.districts] + (
        [history.city] if history.city is not None else []
    )
    broken = [
        f"{node.name}: record {step.seq} holds {step.suspicious!r}, the beginning of a picture or of hidden bytes" if step.suspicious else
        f"{node.name}: record {step.seq} is {step.size} bytes, more than a message may be"
        for node in nodes
        for step in node.steps
        if step.suspicious or step.size > PAYLOAD_BYTES
    ]  # fmt: skip
    return LawReport(law=LAW, checked=sum(len(node.steps) for node in nodes), broken=tuple(broken))
