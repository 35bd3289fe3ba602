"""What every `Outbox` promises upwards: numbered, durable, gone only by acknowledgement or by declaration."""

from dataclasses import replace
from itertools import pairwise

import pytest

from citybrain.ack_ranges import AckRanges, covered
from citybrain.domain.agent import Ack, SeqRange
from citybrain.domain.event import Box, Evidence, LossCount, VerificationResult, VisibilityInterval
from citybrain.ids import AgentId, IncidentId, RequestId, SourceId
from citybrain.vocabulary import Severity, VerificationVerdict, Visibility
from street_agent.outbox.port import Lane, Lost
from street_agent.outbox.ranks import GAP_RANK

CAP = 64 * 1024
RANKS = range(GAP_RANK, -1, -1)


def everything(outbox):
    """All rows, by their first number."""
    rows = [
        row
        for rank in RANKS
        for row in outbox.pending(Lane(rank=rank, after=0, before=2**60), 10_000)
    ]
    return sorted(rows, key=lambda row: row.said.seq)


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
    return sum(loss.count for row in rows if row.said.gap for loss in row.said.gap.losses)


def test_drafts_are_numbered_from_one_and_come_back_as_they_were_put(outbox, an_event):
    drafts = [an_event(1), visibility(), verification(), an_event(2, Severity.EXTREME)]
    assert outbox.put(drafts[:3]) == (1, 2, 3)
    assert outbox.put(drafts[3:]) == (4,)
    rows = everything(outbox)
    assert [
        row.said.event or row.said.visibility or row.said.verification for row in rows
    ] == drafts
    assert [row.said.seq for row in rows] == [1, 2, 3, 4]
    assert outbox.stats().rows == 4
    assert outbox.stats().bytes == sum(row.size for row in rows)


def test_numbers_go_on_after_a_crash_even_when_everything_was_acknowledged(outboxes, an_event):
    outbox = outboxes.new()
    outbox.put([an_event(1), an_event(2)])
    incarnation = outbox.incarnation
    outbox.acknowledge(Ack(incarnation=incarnation, contiguous=2))
    outbox = outboxes.crash(outbox)
    assert outbox.incarnation == incarnation
    assert everything(outbox) == []
    assert outbox.put([an_event(3)]) == (3,)
    outbox.close()


def test_what_was_put_is_there_after_a_crash(outboxes, an_event):
    outbox = outboxes.new()
    outbox.put([an_event(1)])
    before = everything(outbox)
    outbox = outboxes.crash(outbox)
    assert everything(outbox) == before
    assert outbox.stats().rows == 1
    outbox.close()


def test_an_outbox_made_anew_has_another_incarnation(outboxes):
    first, second = outboxes.new(), outboxes.new()
    assert first.incarnation != second.incarnation
    first.close()
    second.close()


def test_only_an_ack_takes_rows_out_and_it_may_come_twice_and_with_holes(outbox, an_event):
    outbox.put([an_event(number) for number in range(10)])
    ack = Ack(
        incarnation=outbox.incarnation,
        contiguous=2,
        above=(SeqRange(first=5, last=6), SeqRange(first=9, last=9)),
    )
    assert outbox.acknowledge(ack) == 5
    assert outbox.acknowledge(ack) == 0
    assert [row.said.seq for row in everything(outbox)] == [3, 4, 7, 8, 10]
    assert outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=10)) == 5
    assert (outbox.stats().rows, outbox.stats().bytes) == (0, 0)


def test_an_ack_of_another_incarnation_does_nothing(outbox, an_event):
    outbox.put([an_event()])
    assert outbox.acknowledge(Ack(incarnation=outbox.incarnation + 1, contiguous=1)) == 0
    assert outbox.stats().rows == 1


@pytest.mark.parametrize(
    "above",
    [(SeqRange(first=3, last=1),), (SeqRange(first=0, last=0),), (SeqRange(first=-4, last=2),)],
)
def test_a_senseless_ack_does_no_harm(outbox, an_event, above):
    outbox.put([an_event(number) for number in range(3)])
    outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=-1, above=above))
    assert outbox.stats().rows == 3


def test_hello_tells_the_lowest_kept_and_the_next_number(outbox, an_event):
    assert (outbox.hello(AgentId("box")).lowest_kept, outbox.hello(AgentId("box")).next_seq) == (
        1,
        1,
    )
    outbox.put([an_event(number) for number in range(4)])
    outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=2))
    hello = outbox.hello(AgentId("box"))
    assert (hello.agent, hello.incarnation, hello.lowest_kept, hello.next_seq) == (
        "box",
        outbox.incarnation,
        3,
        5,
    )


def test_rows_are_found_by_rank_and_turn(outbox, an_event):
    outbox.put([an_event(1), an_event(2, Severity.SEVERE), an_event(3), an_event(4)])
    minor = outbox.pending(Lane(rank=1, after=0, before=2**60), 10)
    assert [row.said.seq for row in minor] == [1, 3, 4]
    assert [
        row.said.seq for row in outbox.pending(Lane(rank=1, after=minor[0].turn, before=2**60), 1)
    ] == [3]
    assert [
        row.said.seq for row in outbox.pending(Lane(rank=1, after=0, before=minor[2].turn), 10)
    ] == [1, 3]
    assert [row.said.seq for row in outbox.again([4, 99, 2])] == [4, 2]


def test_a_full_outbox_gives_up_the_oldest_of_the_lowest_severity_first(outbox, an_event):
    outbox.put([an_event(number, Severity.SEVERE, rule="fire") for number in range(20)])
    outbox.put([an_event(number, Severity.MINOR, rule="crowd") for number in range(20, 300)])
    rows = everything(outbox)
    assert outbox.stats().bytes <= CAP
    assert [
        row.said.seq
        for row in rows
        if row.said.event and row.said.event.severity == Severity.SEVERE
    ] == list(range(1, 21))
    gap = next(row.said.gap for row in rows if row.said.gap)
    assert gap.first == 21
    assert gap.reason == "outbox_full"
    assert gap.losses == (
        LossCount(severity=Severity.MINOR, rule="crowd", count=gap.last - gap.first + 1),
    )
    kept = [
        row.said.seq for row in rows if row.said.event and row.said.event.severity == Severity.MINOR
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
            everything(outbox)  # handed out: markers made so far may no longer grow
    rows = everything(outbox)
    ack_ranges = AckRanges()
    for row in rows:
        span = covered(row.said)
        assert not any(ack_ranges.has(seq) for seq in range(span.first, span.last + 1))
        ack_ranges = ack_ranges.add_span(span.first, span.last)
    assert ack_ranges == AckRanges(contiguous=put)
    assert (
        total_lost(rows) == outbox.stats().lost == put - sum(1 for row in rows if not row.said.gap)
    )
    assert outbox.stats().bytes <= CAP


def test_neighbouring_markers_become_one(outbox, an_event):
    outbox.put([an_event(number) for number in range(400)])
    gaps = [row.said.gap for row in everything(outbox) if row.said.gap]
    assert len(gaps) == 1


def test_a_marker_that_was_handed_out_is_never_changed_again(outbox, an_event):
    outbox.put([an_event(number) for number in range(250)])
    before = [row.said for row in everything(outbox) if row.said.gap]
    assert before
    outbox.put([an_event(number) for number in range(100)])
    after = {row.said.seq: row.said for row in everything(outbox)}
    assert [after[said.seq] for said in before] == before
    assert len([said for said in after.values() if said.gap]) == len(before) + 1


def test_a_marker_of_an_earlier_run_is_never_changed_either(outboxes, an_event):
    outbox = outboxes.new()
    outbox.put([an_event(number) for number in range(250)])
    outbox = outboxes.crash(outbox)
    outbox.put([an_event(number) for number in range(100)])
    gaps = sorted(
        (row.said.gap.first, row.said.gap.last) for row in everything(outbox) if row.said.gap
    )
    assert len(gaps) >= 1
    assert all(end < begin for (_, end), (begin, _) in pairwise(gaps))
    outbox.close()


def test_a_marker_goes_only_when_all_its_numbers_are_acknowledged(outbox, an_event):
    outbox.put([an_event(number) for number in range(250)])
    gap = next(row.said.gap for row in everything(outbox) if row.said.gap)
    assert gap.last > gap.first
    outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=gap.last - 1))
    assert any(row.said.gap == gap for row in everything(outbox))
    outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=gap.last))
    assert not any(row.said.gap for row in everything(outbox))


def test_a_growing_marker_gets_a_new_turn_so_that_a_sender_that_passed_it_meets_it_again(
    outbox, an_event
):
    outbox.put([an_event(number) for number in range(250)])
    turn = outbox.stats().next_turn
    outbox.put([an_event(1)])
    assert outbox.pending(Lane(rank=GAP_RANK, after=turn - 1, before=2**60), 10)


def test_the_last_to_go_is_the_gravest_and_then_it_is_declared_too(outbox, an_event):
    outbox.put([an_event(number, Severity.EXTREME) for number in range(300)])
    rows = everything(outbox)
    assert outbox.stats().bytes <= CAP
    assert total_lost(rows) == outbox.stats().lost > 0
    assert rows[-1].said.seq == 300


def test_an_event_whose_evidence_is_too_big_for_a_message_travels_without_it(outbox, an_event):
    event = an_event(1, Severity.SEVERE)
    boxes = tuple(
        Box(left=0.1, top=0.1, right=0.2, bottom=0.2, label="person", score=0.5, track=number)
        for number in range(4_000)
    )
    outbox.put([replace(event, evidence=Evidence(aspect=1.5, outline=(), boxes=boxes))])
    assert everything(outbox)[0].said.event == event


def test_an_event_too_big_for_any_message_is_declared(outbox, an_event):
    outbox.put([an_event(1, Severity.SEVERE, rule="big", pad=300 * 1024)])
    gap = everything(outbox)[0].said.gap
    assert (gap.first, gap.last, gap.reason) == (1, 1, "oversized")
    assert gap.losses == (LossCount(severity=Severity.SEVERE, rule="big", count=1),)


def test_a_loss_declared_by_its_maker_is_a_marker_of_one_number(outbox):
    losses = (LossCount(severity=Severity.MINOR, rule="r", count=7),)
    assert outbox.put([Lost(reason="disk_full", losses=losses)]) == (1,)
    gap = everything(outbox)[0].said.gap
    assert (gap.first, gap.last, gap.reason, gap.losses) == (1, 1, "disk_full", losses)


def test_a_cap_that_holds_nothing_is_refused(outboxes):
    with pytest.raises(ValueError, match="holds nothing"):
        outboxes.new(cap_bytes=1000)
