"""Who goes last when the outbox is full, and what a loss is counted as. A table and two look-ups; pure."""

from collections import Counter
from collections.abc import Iterable

from citybrain.domain.event import Event, Gap, LossCount, Reobserved, Said, SightInterval
from citybrain.ids import RuleId
from citybrain.outbox.port import Draft, Lost
from citybrain.vocabulary import SEVERITY_RANK, Severity

GAP_RANK = max(SEVERITY_RANK.values()) + 1  # a declared loss is never lost itself
TOP_RANK = SEVERITY_RANK[Severity.EXTREME]
SEVERE_RANK = SEVERITY_RANK[Severity.SEVERE]

# what is no alarm ranks and is counted as if it were one of this severity, under this name in the place of a rule
_COUNTED_AS: dict[type, tuple[Severity, RuleId]] = {
    Reobserved: (Severity.SEVERE, RuleId("reobserved")),  # a case waits for it
    SightInterval: (
        Severity.MODERATE,
        RuleId("sight"),
    ),  # blindness is never silent, but behind what was seen
}


def rank_of(draft: Draft) -> int:
    """0 goes first, `GAP_RANK` never."""
    return GAP_RANK if isinstance(draft, Lost) else SEVERITY_RANK[_counted_as(draft)[0]]


def loss_of(draft: Event | SightInterval | Reobserved) -> LossCount:
    severity, rule = _counted_as(draft)
    return LossCount(severity=severity, rule=rule, count=1)


def numbered(seq: int, draft: Draft) -> Said:
    """`draft` as the item `seq`."""
    match draft:
        case Event():
            return Said(seq=seq, event=draft)
        case SightInterval():
            return Said(seq=seq, sight=draft)
        case Reobserved():
            return Said(seq=seq, reobserved=draft)
        case Lost(because=because, losses=losses):
            return Said(
                seq=seq, gap=Gap(first=seq, last=seq, because=because, losses=summed(losses))
            )


def losses_of(said: Said) -> tuple[LossCount, ...]:
    """What is lost when `said` goes; of a gap, what it counted."""
    if said.gap is not None:
        return said.gap.losses
    draft = said.event or said.sight or said.reobserved
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


def _counted_as(draft: Event | SightInterval | Reobserved) -> tuple[Severity, RuleId]:
    return (draft.severity, draft.rule) if isinstance(draft, Event) else _COUNTED_AS[type(draft)]
