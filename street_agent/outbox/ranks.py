"""Who goes last when the outbox is full, and what a loss is counted as. A table and two look-ups; pure."""

from collections import Counter
from collections.abc import Iterable

from citybrain.domain.event import (
    Event,
    Gap,
    LossCount,
    OutboxItem,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.ids import RuleId
from citybrain.vocabulary import SEVERITY_RANK, Severity
from street_agent.outbox.port import Draft, Lost

GAP_RANK = max(SEVERITY_RANK.values()) + 1  # a declared loss is never lost itself
TOP_RANK = SEVERITY_RANK[Severity.EXTREME]
SEVERE_RANK = SEVERITY_RANK[Severity.SEVERE]

# what is no alarm ranks and is counted as if it were one of this severity, under this name in the place of a rule
_COUNTED_AS: dict[type, tuple[Severity, RuleId]] = {
    VerificationResult: (Severity.SEVERE, RuleId("verification")),  # a case waits for it
    VisibilityInterval: (
        Severity.MODERATE,
        RuleId("visibility"),
    ),  # blindness is never silent, but behind what was seen
}


def rank_of(draft: Draft) -> int:
    """0 goes first, `GAP_RANK` never."""
    return GAP_RANK if isinstance(draft, Lost) else SEVERITY_RANK[_counted_as(draft)[0]]


def loss_of(draft: Event | VisibilityInterval | VerificationResult) -> LossCount:
    severity, rule = _counted_as(draft)
    return LossCount(severity=severity, rule=rule, count=1)


def numbered(seq: int, draft: Draft) -> OutboxItem:
    """`draft` as the item `seq`."""
    match draft:
        case Event():
            return OutboxItem(seq=seq, event=draft)
        case VisibilityInterval():
            return OutboxItem(seq=seq, visibility=draft)
        case VerificationResult():
            return OutboxItem(seq=seq, verification=draft)
        case Lost(reason=reason, losses=losses):
            return OutboxItem(
                seq=seq, gap=Gap(first=seq, last=seq, reason=reason, losses=summed(losses))
            )


def losses_of(said: OutboxItem) -> tuple[LossCount, ...]:
    """What is lost when `said` goes; of a gap, what it counted."""
    if said.gap is not None:
        return said.gap.losses
    draft = said.event or said.visibility or said.verification
    return (loss_of(draft),) if draft is not None else ()


def summed(losses: Iterable[LossCount]) -> tuple[LossCount, ...]:
    """One line per severity and rule, the worst first."""
    counts: Counter[tuple[Severity, RuleId]] = Counter()
    for loss in losses:
        counts[loss.severity, loss.rule] += loss.count
    order = sorted(counts, key=lambda key: (-SEVERITY_RANK[key[0]], key[1]))
    return tuple(
        LossCount(severity=severity, rule=rule, count=counts[severity, rule])
        for severity, rule in order
    )


def _counted_as(draft: Event | VisibilityInterval | VerificationResult) -> tuple[Severity, RuleId]:
    return (draft.severity, draft.rule) if isinstance(draft, Event) else _COUNTED_AS[type(draft)]
