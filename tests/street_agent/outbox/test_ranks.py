"""Who goes last, and what a loss is counted as."""

from citybrain.domain.event import (
    Gap,
    LossCount,
    OutboxItem,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.vocabulary import Severity, VerificationVerdict, Visibility
from street_agent.outbox.port import Lost
from street_agent.outbox.ranks import GAP_RANK, losses_of, numbered, rank_of, summed

SIGHT = VisibilityInterval(
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


def test_the_graver_goes_later_and_a_declared_loss_never(an_event):
    ranks = [
        rank_of(an_event(1, severity))
        for severity in (
            Severity.UNKNOWN,
            Severity.MINOR,
            Severity.MODERATE,
            Severity.SEVERE,
            Severity.EXTREME,
        )
    ]
    assert ranks == sorted(set(ranks))
    assert rank_of(Lost(reason="x", losses=())) == GAP_RANK > ranks[-1]
    assert ranks[0] < rank_of(SIGHT) < rank_of(VERDICT) < ranks[-1]


def test_every_draft_becomes_exactly_one_field_of_an_item(an_event):
    drafts = [an_event(1), SIGHT, VERDICT, Lost(reason="disk_full", losses=())]
    for number, draft in enumerate(drafts, start=1):
        said = numbered(number, draft)
        assert said.seq == number
        assert (
            sum(
                value is not None
                for value in (said.event, said.gap, said.visibility, said.verification)
            )
            == 1
        )


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
    assert losses_of(numbered(1, SIGHT)) == (
        LossCount(severity=Severity.MODERATE, rule="visibility", count=1),
    )
    gap = Gap(
        first=1,
        last=9,
        reason="x",
        losses=(LossCount(severity=Severity.MINOR, rule="r", count=9),),
    )
    assert losses_of(OutboxItem(seq=1, gap=gap)) == gap.losses
    assert losses_of(OutboxItem(seq=1)) == ()
