"""Every loss is declared as what it was: a gap counts at least what it stands for, of a full outbox the lowest severity went first, oldest first."""

from collections.abc import Iterator

from citybrain.domain.event import Gap
from citybrain.vocabulary import SEVERITY_RANK
from citysim.laws.history import History, NodeHistory
from citysim.laws.report import Findings, LawReport
from citysim.laws.views.items import Sender, items
from street_agent.outbox.cap import FULL
from street_agent.outbox.ranks import GAP_RANK, rank_of

LAW = "losses_declared"


def check(history: History) -> LawReport:
    found = Findings()
    for district, node in history.districts:
        for fault in _faults(node):
            found.checked += 1
            found.broken += [f"{district}: {fault}"] if fault else []
    return found.report(LAW)


def _faults(node: NodeHistory) -> Iterator[str]:
    """For every gap, and for every item that comes behind one, what is wrong with it ("": nothing)."""
    worst: dict[
        Sender, list[tuple[int, int]]
    ] = {}  # by sender: (first number, highest rank) of the gaps of a full outbox
    for hearing in node.view(items).new():
        item, sender = hearing.item, hearing.sender
        if item.gap is not None:
            yield _uncounted(hearing.agent, item.gap)
            _remember(worst.setdefault(sender, []), item.gap)
        elif sender in worst:
            yield _kept_instead(hearing.agent, item.seq, _rank(item), worst[sender])


def _uncounted(agent: str, gap: Gap) -> str:
    """A gap counts at least as many losses as it takes numbers."""
    numbers, counted = gap.last - gap.first + 1, sum(loss.count for loss in gap.losses)
    return (
        ""
        if counted >= numbers
        else f"{agent} gave up {numbers} numbers from {gap.first} on, and counts {counted} losses"
    )


def _remember(gaps: list[tuple[int, int]], gap: Gap) -> None:
    """Keep what can still accuse: for each rank the gap that stands furthest on."""
    if gap.reason != FULL or not gap.losses:
        return
    rank = max(SEVERITY_RANK[loss.severity] for loss in gap.losses)
    gaps[:] = [(first, lost) for first, lost in gaps if first > gap.first or lost > rank]
    if not any(first >= gap.first and lost >= rank for first, lost in gaps):
        gaps.append((gap.first, rank))


def _kept_instead(agent: str, seq: int, rank: int, gaps: list[tuple[int, int]]) -> str:
    """An older item that comes after the gap was in the outbox when the gap was made: it must not have been worth less."""
    for first, lost in gaps:
        if seq < first and rank < lost:
            return f"{agent} gave up something of rank {lost} at number {first}, and kept its older item {seq} of rank {rank}"
    return ""


def _rank(item: object) -> int:
    draft = (
        getattr(item, "event", None)
        or getattr(item, "visibility", None)
        or getattr(item, "verification", None)
    )
    return rank_of(draft) if draft is not None else GAP_RANK
