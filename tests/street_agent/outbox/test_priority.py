"""Who goes last, and what a loss is counted as."""

from citybrain.domain.event import (
    Gap,
    LossCount,
    OutboxItem,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.vocabulary import Severity, VerificationVerdict, Visibility
from street_agent.outbox.port import DeclaredLoss
from street_agent.outbox.priority import GAP_PRIORITY, losses_of, numbered, priority_of, summed

INTERVAL = VisibilityInterval(
    source="cam", visibility=Visibility.BLIND, reason="black", since=0, until=None
)
VERDICT = VerificationResult(
    request="q",
    incident="i",
    source="cam",
    verdict=VerificationVerdict.CLEAR,
    reason="",
    observed_s=1.0,
    measurements={},
    answered_at=0,
)


def test_higher_severity_is_given_up_later_and_a_declared_loss_never(an_event):
    priorities = [
        priority_of(an_event(1, severity))
        for severity in (
            Severity.UNKNOWN,
            Severity.MINOR,
            Severity.MODERATE,
            Severity.SEVERE,
            Severity.EXTREME,
        )
    ]
    assert priorities == sorted(set(priorities))
    assert priority_of(DeclaredLoss(reason="x", losses=())) == GAP_PRIORITY > priorities[-1]
    assert priorities[0] < priority_of(INTERVAL) < priority_of(VERDICT) < priorities[-1]


def test_every_draft_becomes_the_content_of_an_item(an_event):
    drafts = [an_event(1), INTERVAL, VERDICT, DeclaredLoss(reason="disk_full", losses=())]
    for number, draft in enumerate(drafts, start=1):
        item = numbered(number, draft)
        assert item.seq == number
        assert item.content == draft or isinstance(item.content, Gap)


def test_losses_are_summed_by_severity_and_rule_the_worst_first():
    minor, severe = (
        LossCount(severity=Severity.MINOR, rule="b", count=2),
        LossCount(severity=Severity.SEVERE, rule="z", count=1),
    )
    other = LossCount(severity=Severity.MINOR, rule="a", count=1)
    assert summed([minor, severe, other, minor]) == (
        severe,
        other,
        LossCount(severity=Severity.MINOR, rule="b", count=4),
    )


def test_a_lost_item_counts_as_what_it_was(an_event):
    assert losses_of(numbered(1, an_event(1, Severity.SEVERE))) == (
        LossCount(severity=Severity.SEVERE, rule="r", count=1),
    )
    assert losses_of(numbered(1, INTERVAL)) == (
        LossCount(severity=Severity.MODERATE, rule="visibility", count=1),
    )
    gap = Gap(
        first=1,
        last=9,
        reason="x",
        losses=(LossCount(severity=Severity.MINOR, rule="r", count=9),),
    )
    assert losses_of(OutboxItem(seq=1, content=gap)) == gap.losses
