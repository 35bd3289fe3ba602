"""What every `Outbox` promises upwards: numbered, durable, gone only by acknowledgement or by
declaration."""

from itertools import pairwise

import pytest

from citybrain.ack_ranges import AckRanges, covered
from citybrain.domain.agent import Ack, SeqRange
from citybrain.domain.event import (
    Box,
    Event,
    Evidence,
    Gap,
    LossCount,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.ids import AgentId, IncidentId, RequestId, SourceId
from citybrain.structs import replace
from citybrain.vocabulary import Severity, VerificationVerdict, Visibility
from street_agent.outbox.port import DeclaredLoss, PendingRange
from street_agent.outbox.priority import GAP_PRIORITY

CAP = 64 * 1024
PRIORITIES = range(GAP_PRIORITY, -1, -1)


def everything(outbox):
    """All rows, by their first number."""
    rows = [
        row
        for priority in PRIORITIES
        for row in outbox.pending(PendingRange(priority=priority, after=0, before=2**60), 10_000)
    ]
    return sorted(rows, key=lambda row: row.item.seq)


def visibility(visibility=Visibility.BLIND):
    return VisibilityInterval(
        source=SourceId("cam"), visibility=visibility, reason="black", since=0, until=None
    )


def verification(request="q"):
    return VerificationResult(
        request=RequestId(request),
        incident=IncidentId("i"),
        source=SourceId("cam"),
        verdict=VerificationVerdict.CLEAR,
        reason="",
        observed_s=9.0,
        measurements={},
        answered_at=0,
    )


def total_lost(rows):
    return sum(
        loss.count
        for row in rows
        if isinstance(row.item.content, Gap)
        for loss in row.item.content.losses
    )


def test_drafts_are_numbered_from_one_and_come_back_as_they_were_put(outbox, an_event):
    drafts = [an_event(1), visibility(), verification(), an_event(2, Severity.EXTREME)]
    assert outbox.put(drafts[:3]) == (1, 2, 3)
    assert outbox.put(drafts[3:]) == (4,)
    rows = everything(outbox)
    assert [row.item.content for row in rows] == drafts
    assert [row.item.seq for row in rows] == [1, 2, 3, 4]
    assert outbox.stats().rows == 4
    assert outbox.stats().bytes == sum(row.size for row in rows)


def test_numbers_continue_after_a_crash_even_when_everything_was_acknowledged(outboxes, an_event):
    outbox = outboxes.new()
    outbox.put([an_event(1), an_event(2)])
    incarnation = outbox.incarnation
    outbox.acknowledge(Ack(incarnation=incarnation, contiguous=2))
    outbox = outboxes.crash(outbox)
    assert outbox.incarnation == incarnation
    assert everything(outbox) == []
    assert outbox.put([an_event(3)]) == (3,)
    outbox.close()


def test_put_items_outlive_a_crash(outboxes, an_event):
    outbox = outboxes.new()
    outbox.put([an_event(1)])
    before = everything(outbox)
    outbox = outboxes.crash(outbox)
    assert everything(outbox) == before
    assert outbox.stats().rows == 1
    outbox.close()


def test_a_new_outbox_has_another_incarnation(outboxes):
    first, second = outboxes.new(), outboxes.new()
    assert first.incarnation != second.incarnation
    first.close()
    second.close()


def test_its_hello_names_the_outbox_before_once_it_is_known_and_after_a_crash(outboxes):
    outbox = outboxes.new()
    assert outbox.hello("box-a1").previous == 0, "a new one knows of none"
    outbox.follow(77)
    assert outbox.hello("box-a1").previous == 77
    outbox = outboxes.crash(outbox)
    assert outbox.hello("box-a1").previous == 77
    outbox.close()


def test_only_an_ack_removes_rows_and_it_may_come_twice_and_with_holes(outbox, an_event):
    outbox.put([an_event(number) for number in range(10)])
    ack = Ack(
        incarnation=outbox.incarnation,
        contiguous=2,
        above=(SeqRange(first=5, last=6), SeqRange(first=9, last=9)),
    )
    assert outbox.acknowledge(ack) == 5
    assert outbox.acknowledge(ack) == 0
    assert [row.item.seq for row in everything(outbox)] == [3, 4, 7, 8, 10]
    assert outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=10)) == 5
    assert (outbox.stats().rows, outbox.stats().bytes) == (0, 0)


def test_an_ack_of_another_incarnation_does_nothing(outbox, an_event):
    outbox.put([an_event()])
    assert outbox.acknowledge(Ack(incarnation=outbox.incarnation + 1, contiguous=1)) == 0
    assert outbox.stats().rows == 1


def test_an_item_that_cannot_be_written_is_declared_and_costs_no_other(outbox, an_event):
    unwritable = replace(an_event(2), measurements={"value": float("inf")})
    assert outbox.put([an_event(1), unwritable, an_event(3)]) == (1, 2, 3)
    first, second, third = [row.item.content for row in everything(outbox)]
    assert (first, third) == (an_event(1), an_event(3))
    assert isinstance(second, Gap)
    assert (second.first, second.last, second.reason) == (2, 2, "unwritable")
    assert total_lost(everything(outbox)) == 1


@pytest.mark.parametrize(
    "above",
    [(SeqRange(first=3, last=1),), (SeqRange(first=0, last=0),), (SeqRange(first=-4, last=2),)],
)
def test_an_invalid_ack_does_no_harm(outbox, an_event, above):
    outbox.put([an_event(number) for number in range(3)])
    outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=-1, above=above))
    assert outbox.stats().rows == 3


def test_hello_has_the_lowest_kept_and_the_next_number(outbox, an_event):
    assert (outbox.hello(AgentId("box")).lowest_unacked, outbox.hello(AgentId("box")).next_seq) == (
        1,
        1,
    )
    outbox.put([an_event(number) for number in range(4)])
    outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=2))
    hello = outbox.hello(AgentId("box"))
    assert (hello.agent, hello.incarnation, hello.lowest_unacked, hello.next_seq) == (
        "box",
        outbox.incarnation,
        3,
        5,
    )


def test_rows_are_found_by_priority_and_revision(outbox, an_event):
    outbox.put([an_event(1), an_event(2, Severity.SEVERE), an_event(3), an_event(4)])
    minor = outbox.pending(PendingRange(priority=1, after=0, before=2**60), 10)
    assert [row.item.seq for row in minor] == [1, 3, 4]
    assert [
        row.item.seq
        for row in outbox.pending(
            PendingRange(priority=1, after=minor[0].revision, before=2**60), 1
        )
    ] == [3]
    assert [
        row.item.seq
        for row in outbox.pending(PendingRange(priority=1, after=0, before=minor[2].revision), 10)
    ] == [1, 3]
    assert [row.item.seq for row in outbox.rows_of([4, 99, 2])] == [4, 2]


def test_a_full_outbox_gives_up_the_oldest_of_the_lowest_severity_first(outbox, an_event):
    outbox.put([an_event(number, Severity.SEVERE, rule="fire") for number in range(20)])
    outbox.put([an_event(number, Severity.MINOR, rule="crowd") for number in range(20, 300)])
    rows = everything(outbox)
    assert outbox.stats().bytes <= CAP
    assert [
        row.item.seq
        for row in rows
        if isinstance(row.item.content, Event) and row.item.content.severity == Severity.SEVERE
    ] == list(range(1, 21))
    gap = next(row.item.content for row in rows if isinstance(row.item.content, Gap))
    assert gap.first == 21
    assert gap.reason == "outbox_full"
    assert gap.losses == (
        LossCount(severity=Severity.MINOR, rule="crowd", count=gap.last - gap.first + 1),
    )
    kept = [
        row.item.seq
        for row in rows
        if isinstance(row.item.content, Event) and row.item.content.severity == Severity.MINOR
    ]
    assert kept == list(range(gap.last + 1, 301))


def test_every_number_is_either_kept_or_declared_and_counted_once(outbox, an_event):
    severities = [
        Severity.MINOR,
        Severity.SEVERE,
        Severity.UNKNOWN,
        Severity.EXTREME,
        Severity.MODERATE,
    ]
    put = 0
    for number in range(150):
        batch = [
            an_event(number, severities[(number + extra) % 5], rule=f"rule-{number % 3}")
            for extra in range(1 + number % 4)
        ]
        batch += [visibility()] if number % 7 == 0 else []
        put += len(batch)
        outbox.put(batch)
        if number % 20 == 19:
            everything(outbox)  # fetched: gaps made so far may no longer grow
    rows = everything(outbox)
    ack_ranges = AckRanges()
    for row in rows:
        span = covered(row.item)
        assert not any(ack_ranges.has(seq) for seq in range(span.first, span.last + 1))
        ack_ranges = ack_ranges.add_range(span.first, span.last)
    assert ack_ranges == AckRanges(contiguous=put)
    assert (
        total_lost(rows)
        == outbox.stats().lost
        == put - sum(1 for row in rows if not isinstance(row.item.content, Gap))
    )
    assert outbox.stats().bytes <= CAP


def test_neighbouring_gaps_are_merged(outbox, an_event):
    outbox.put([an_event(number) for number in range(400)])
    gaps = [row.item.content for row in everything(outbox) if isinstance(row.item.content, Gap)]
    assert len(gaps) == 1


def test_a_gap_that_was_fetched_for_sending_never_changes(outbox, an_event):
    outbox.put([an_event(number) for number in range(250)])
    before = [row.item for row in everything(outbox) if isinstance(row.item.content, Gap)]
    assert before
    outbox.put([an_event(number) for number in range(100)])
    after = {row.item.seq: row.item for row in everything(outbox)}
    assert [after[item.seq] for item in before] == before
    assert (
        len([item for item in after.values() if isinstance(item.content, Gap)]) == len(before) + 1
    )


def test_a_gap_of_an_earlier_run_never_changes(outboxes, an_event):
    outbox = outboxes.new()
    outbox.put([an_event(number) for number in range(250)])
    outbox = outboxes.crash(outbox)
    outbox.put([an_event(number) for number in range(100)])
    gaps = sorted(
        (row.item.content.first, row.item.content.last)
        for row in everything(outbox)
        if isinstance(row.item.content, Gap)
    )
    assert len(gaps) >= 1
    assert all(end < begin for (_, end), (begin, _) in pairwise(gaps))
    outbox.close()


def test_a_gap_is_removed_only_when_all_its_numbers_are_acknowledged(outbox, an_event):
    outbox.put([an_event(number) for number in range(250)])
    gap = next(row.item.content for row in everything(outbox) if isinstance(row.item.content, Gap))
    assert gap.last > gap.first
    outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=gap.last - 1))
    assert any(row.item.content == gap for row in everything(outbox))
    outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=gap.last))
    assert not any(isinstance(row.item.content, Gap) for row in everything(outbox))


def test_a_growing_gap_gets_a_new_revision_so_that_it_is_sent_again(outbox, an_event):
    outbox.put([an_event(number) for number in range(250)])
    revision = outbox.stats().next_revision
    outbox.put([an_event(1)])
    assert outbox.pending(PendingRange(priority=GAP_PRIORITY, after=revision - 1, before=2**60), 10)


def test_the_highest_severity_is_given_up_last_and_then_declared_too(outbox, an_event):
    outbox.put([an_event(number, Severity.EXTREME) for number in range(300)])
    rows = everything(outbox)
    assert outbox.stats().bytes <= CAP
    assert total_lost(rows) == outbox.stats().lost > 0
    assert rows[-1].item.seq == 300


def test_an_event_whose_evidence_is_too_big_for_a_message_travels_without_it(outbox, an_event):
    event = an_event(1, Severity.SEVERE)
    boxes = tuple(
        Box(left=0.1, top=0.1, right=0.2, bottom=0.2, label="person", score=0.5, track=number)
        for number in range(4_000)
    )
    outbox.put([replace(event, evidence=Evidence(aspect=1.5, outline=(), boxes=boxes))])
    assert everything(outbox)[0].item.content == event


def test_an_event_too_big_for_any_message_is_declared(outbox, an_event):
    outbox.put([an_event(1, Severity.SEVERE, rule="big", pad=300 * 1024)])
    gap = everything(outbox)[0].item.content
    assert (gap.first, gap.last, gap.reason) == (1, 1, "oversized")
    assert gap.losses == (LossCount(severity=Severity.SEVERE, rule="big", count=1),)


def test_a_declared_loss_is_a_gap_of_one_number(outbox):
    losses = (LossCount(severity=Severity.MINOR, rule="r", count=7),)
    assert outbox.put([DeclaredLoss(reason="disk_full", losses=losses)]) == (1,)
    gap = everything(outbox)[0].item.content
    assert (gap.first, gap.last, gap.reason, gap.losses) == (1, 1, "disk_full", losses)


def test_a_cap_that_holds_nothing_is_refused(outboxes):
    with pytest.raises(ValueError, match="holds nothing"):
        outboxes.new(cap_bytes=1000)
