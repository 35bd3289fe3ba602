"""Law 10: every bound has a fate. What an outbox gave up is counted, and the lowest severity went first; what no core could decide is declared spoiled."""

from collections.abc import Iterator

from citybrain.domain.event import Gap
from citybrain.outbox.cap import FULL
from citybrain.outbox.ranks import GAP_RANK, rank_of
from citybrain.vocabulary import SEVERITY_RANK
from citysim.laws.history import History, NodeHistory
from citysim.laws.report import LawReport
from district_node.cores import intake
from district_node.inputs import AgentGreeted, AgentSaid, ItemSpoiled

LAW = "losses_declared"


def check(history: History) -> LawReport:
    checked, broken = 0, list[str]()
    for district, node in history.districts:
        for fault in _faults(node):
            checked += 1
            broken += [f"{district}: {fault}"] if fault else []
    return LawReport(law=LAW, checked=checked, broken=tuple(broken))


def _faults(node: NodeHistory) -> Iterator[str]:
    """For every gap, and for every item that comes behind one, what is wrong with it ("": nothing)."""
    marks = intake.Intake()
    worst: dict[tuple[str, int], list[tuple[int, int]]] = {}  # by sender: (first number, highest rank) of the gaps of a full outbox
    for step in node.steps:
        match step.input:
            case AgentSaid(agent=agent, incarnation=incarnation) as said:
                marks, fresh = intake.take(marks, said)
                for item in fresh:
                    sender = (agent, incarnation)
                    if item.gap is not None:
                        yield _uncounted(agent, item.gap)
                        worst.setdefault(sender, []).extend(_given_up(item.gap))
                    elif sender in worst:
                        yield _kept_instead(agent, item.seq, _rank(item), worst[sender])
            case AgentGreeted(hello=hello):
                marks, _ = intake.greet(marks, hello)
            case ItemSpoiled() as spoiled:
                marks = intake.spoil(marks, spoiled)


def _uncounted(agent: str, gap: Gap) -> str:
    """A gap counts at least as many losses as it takes numbers."""
    numbers, counted = gap.last - gap.first + 1, sum(loss.count for loss in gap.losses)
    return "" if counted >= numbers else f"{agent} gave up {numbers} numbers from {gap.first} on, and counts {counted} losses"


def _given_up(gap: Gap) -> list[tuple[int, int]]:
    if gap.because != FULL or not gap.losses:
        return []
    return [(gap.first, max(SEVERITY_RANK[loss.severity] for loss in gap.losses))]


def _kept_instead(agent: str, seq: int, rank: int, gaps: list[tuple[int, int]]) -> str:
    """An older item that comes after the gap was in the outbox when the gap was made: it must not have been worth less."""
    for first, lost in gaps:
        if seq < first and rank < lost:
            return f"{agent} gave up something of rank {lost} at number {first}, and kept its older item {seq} of rank {rank}"
    return ""


def _rank(item: object) -> int:
    draft = getattr(item, "event", None) or getattr(item, "sight", None) or getattr(item, "reobserved", None)
    return rank_of(draft) if draft is not None else GAP_RANK
