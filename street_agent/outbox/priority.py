"""Who is given up last when the outbox is full, and what a loss counts as. A table and lookups."""

from collections import Counter
from collections.abc import Iterable
from typing import assert_never

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
from street_agent.core.draft import Draft
from street_agent.outbox.port import DeclaredLoss, OutboxDraft

GAP_PRIORITY = max(SEVERITY_RANK.values()) + 1  # a declared loss is never lost itself
TOP_PRIORITY = SEVERITY_RANK[Severity.EXTREME]
SEVERE_PRIORITY = SEVERITY_RANK[Severity.SEVERE]

SEVERITY_OF_RANK = {rank: severity for severity, rank in SEVERITY_RANK.items()}
UNREADABLE_RULE = RuleId("unreadable")  # in place of the rule that nobody can read any more

# Items that are no alarm rank and count as if they were one of this severity, under this name in
# place of a rule. An incident waits for a verification; blindness is never silent, but ranks behind
# what was observed.
VERIFICATION_COUNTS_AS = (Severity.SEVERE, RuleId("verification"))
VISIBILITY_COUNTS_AS = (Severity.MODERATE, RuleId("visibility"))


def priority_of(draft: OutboxDraft) -> int:
    """0 is given up first, `GAP_PRIORITY` never."""
    if isinstance(draft, DeclaredLoss):
        return GAP_PRIORITY
    return SEVERITY_RANK[_counted_as(draft)[0]]


def loss_of(draft: Draft) -> LossCount:
    """What `draft` counts as when it is lost."""
    severity, rule = _counted_as(draft)
    return LossCount(severity=severity, rule=rule, count=1)


def loss_of_unreadable(priority: int, count: int) -> LossCount:
    """What a row counts as of which only its priority and how many numbers it has are known."""
    severity = SEVERITY_OF_RANK.get(priority, Severity.UNKNOWN)
    return LossCount(severity=severity, rule=UNREADABLE_RULE, count=count)


def numbered(seq: int, draft: OutboxDraft) -> OutboxItem:
    """`draft` as the item `seq`."""
    match draft:
        case Event() | VisibilityInterval() | VerificationResult():
            return OutboxItem(seq=seq, content=draft)
        case DeclaredLoss(reason=reason, losses=losses):
            gap = Gap(first=seq, last=seq, reason=reason, losses=summed(losses))
            return OutboxItem(seq=seq, content=gap)
        case _:
            assert_never(draft)


def losses_of(item: OutboxItem) -> tuple[LossCount, ...]:
    """What is lost when `item` is given up; of a gap, what it counted."""
    content = item.content
    return content.losses if isinstance(content, Gap) else (loss_of(content),)


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


def _counted_as(draft: Draft) -> tuple[Severity, RuleId]:
    match draft:
        case Event():
            return draft.severity, draft.rule
        case VerificationResult():
            return VERIFICATION_COUNTS_AS
        case VisibilityInterval():
            return VISIBILITY_COUNTS_AS
        case _:
            assert_never(draft)
