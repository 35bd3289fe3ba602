"""Every loss is declared as what it was.

A gap counts at least what it stands for. Of a full outbox the lowest priority went first, and of
one priority the oldest.
"""

from collections.abc import Iterator

from citybrain.domain.event import Gap, OutboxItem
from citybrain.vocabulary import SEVERITY_RANK
from citysim.laws.history import DistrictHistory, History
from citysim.laws.projections.received_items import Sender, received_items
from citysim.laws.report import Findings, LawReport
from street_agent.outbox.capacity import FULL
from street_agent.outbox.priority import GAP_PRIORITY, priority_of

LAW = "losses_declared"

FullGap = tuple[int, int]  # of a full outbox: the first lost number, the highest lost priority


def check(history: History) -> LawReport:
    findings = Findings()
    for district, node in history.districts:
        for violation in _checks(node, history.liars):
            findings.checked += 1
            if violation:
                findings.add_violation(f"{district}: {violation}")
    return findings.report(LAW)


def _checks(node: DistrictHistory, liars: frozenset[str]) -> Iterator[str]:
    """For every gap, and every item that comes after one, what is wrong with it ("": nothing)."""
    full_gaps: dict[Sender, list[FullGap]] = {}
    for received in node.projection(received_items).new():
        item, sender = received.item, received.sender
        if received.agent in liars:
            continue
        if isinstance(item.content, Gap):
            yield _undercounted(received.agent, item.content)
            _note(full_gaps.setdefault(sender, []), item.content)
        elif sender in full_gaps:
            yield _wrongly_kept(received.agent, item.seq, _priority(item), full_gaps[sender])


def _undercounted(agent: str, gap: Gap) -> str:
    """A gap counts at least as many losses as it takes numbers."""
    numbers, counted = gap.last - gap.first + 1, sum(loss.count for loss in gap.losses)
    if counted >= numbers:
        return ""
    return f"{agent} lost {numbers} numbers from {gap.first} on, and counts {counted} losses"


def _note(gaps: list[FullGap], gap: Gap) -> None:
    """Keep the gaps that can still show a violation: for each priority the one furthest on."""
    if gap.reason != FULL or not gap.losses:
        return
    priority = max(SEVERITY_RANK[loss.severity] for loss in gap.losses)
    gaps[:] = [(first, lost) for first, lost in gaps if first > gap.first or lost > priority]
    if not any(first >= gap.first and lost >= priority for first, lost in gaps):
        gaps.append((gap.first, priority))


def _wrongly_kept(agent: str, seq: int, priority: int, gaps: list[FullGap]) -> str:
    """An older item that comes after the gap was in the outbox when the gap was made.

    Its priority must not have been below that of what was lost.
    """
    for first, lost in gaps:
        if seq < first and priority < lost:
            return (
                f"{agent} lost something of priority {lost} at number {first}, and kept its older "
                f"item {seq} of priority {priority}"
            )
    return ""


def _priority(item: OutboxItem) -> int:
    content = item.content
    return GAP_PRIORITY if isinstance(content, Gap) else priority_of(content)
