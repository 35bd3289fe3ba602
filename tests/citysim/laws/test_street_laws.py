"""Laws 8 and 10, of what agents report: seconds accounted for, losses declared, bounds kept."""

import law_histories as h
import law_values as v
import pytest

from citybrain.domain.event import Gap, LossCount, VerificationRequest, VisibilityInterval
from citybrain.ids import IncidentId, RequestId, RuleId, SourceId
from citybrain.structs import replace
from citybrain.vocabulary import Severity, Visibility
from citysim.laws.history import LimitSample
from citysim.laws.street import bounds_kept, losses_declared, no_silent_blindness

# 8 no silent blindness


def visibility(
    what: Visibility, since: float, until: float | None = None, reason: str = ""
) -> VisibilityInterval:
    return VisibilityInterval(
        source=SourceId("cam"),
        visibility=what,
        reason=reason,
        since=v.at(since),
        until=None if until is None else v.at(until),
    )


def visibilities(*intervals: VisibilityInterval):
    return [h.record(h.batch(n, content=interval)) for n, interval in enumerate(intervals, 1)]


def accounted(*intervals: VisibilityInterval, more=(), **facts):
    return no_silent_blindness.check(
        h.history(h.node("a", *visibilities(*intervals), *more), **facts)
    )


BEGUN = visibility(Visibility.BLIND, 0, reason="starting")
LOOKING = visibility(Visibility.OBSERVED, 1)
AGAIN = visibility(Visibility.BLIND, 60, reason="starting")


def test_a_camera_may_account_for_every_second():
    report = accounted(
        BEGUN,
        LOOKING,
        visibility(Visibility.OBSERVED, 1, 9),
        visibility(Visibility.BLIND, 9),
        visibility(Visibility.BLIND, 9, 20),
        visibility(Visibility.OBSERVED, 20),
    )
    assert report.holds and report.checked == 6


def test_a_camera_of_which_nothing_is_reported_from_some_time_on_is_a_violation():
    assert (
        "nothing is reported of it from then on"
        in accounted(BEGUN, LOOKING, visibility(Visibility.OBSERVED, 1, 9)).violations[0]
    )


def test_a_restart_declares_the_time_in_which_nothing_was_observed():
    assert accounted(
        BEGUN, LOOKING, visibility(Visibility.BLIND, 30, 60, reason="agent_down"), AGAIN
    ).holds
    assert not accounted(BEGUN, LOOKING, AGAIN).holds
    assert not accounted(
        BEGUN, LOOKING, visibility(Visibility.BLIND, 30, 50, reason="agent_down"), AGAIN
    ).holds, "ten seconds are missing"


def test_after_a_clock_that_went_back_there_is_no_time_in_between():
    assert accounted(
        BEGUN,
        visibility(Visibility.OBSERVED, 90),
        visibility(Visibility.BLIND, 70, reason="starting"),
    ).holds


def test_items_that_arrive_out_of_order_are_sorted():
    down = visibility(Visibility.BLIND, 30, 60, reason="agent_down")
    intervals = [
        h.record(h.batch(n, content=interval))
        for n, interval in ((4, AGAIN), (1, BEGUN), (3, down), (2, LOOKING))
    ]
    assert no_silent_blindness.check(h.history(h.node("a", *intervals))).holds


def test_accounts_wait_for_what_is_in_the_outbox_and_for_what_a_gap_took():
    violations = (BEGUN, LOOKING, visibility(Visibility.OBSERVED, 1, 9))
    waiting = accounted(*violations, outboxes=h.outbox(5, 4))
    assert waiting.holds and waiting.inconclusive == 3
    assert accounted(
        *violations,
        more=[
            h.greeting(),
            h.record(h.batch(4, content=Gap(first=4, last=4, reason="outbox_full", losses=()))),
        ],
    ).holds
    assert not accounted(*violations, outboxes=h.outbox(4)).holds


def cleared(
    after_s: float,
    quiet_s: float,
    *intervals: VisibilityInterval,
    arrives_s: float | None = None,
    skew_s: float = 0.0,
    lost: int = 0,
):
    """Asked at second 0, answered `after_s` later, journaled at `arrives_s`.

    The agent's clock is `skew_s` ahead.
    """
    asked = VerificationRequest(
        request=RequestId("r"),
        incident=IncidentId("i-1"),
        source=SourceId("cam"),
        rule=RuleId("crowd"),
        quiet_s=5,
        deadline=v.at(60),
    )
    answer = replace(
        v.verification_result("i-1"),
        measurements={"quiet_s": quiet_s},
        answered_at=v.at(after_s + skew_s),
    )
    arrival = after_s if arrives_s is None else arrives_s
    gaps = [
        h.record(h.batch(n, content=Gap(first=n, last=n, reason="outbox_full", losses=())))
        for n in range(80, 80 + lost)
    ]
    answered = h.record(h.batch(90, content=answer), second=arrival)
    return no_silent_blindness.check(
        h.history(
            h.node(
                "a",
                *visibilities(*intervals),
                h.greeting(),
                *gaps,
                h.record(None, asked, to="agent/box-a"),
                answered,
            )
        )
    )


def test_clear_is_believed_for_observed_seconds():
    seen = (visibility(Visibility.OBSERVED, -5),)
    assert cleared(10, 8, *seen).holds
    assert not cleared(10, 30, *seen).holds, "longer than it was asked for"
    blind = (
        visibility(Visibility.OBSERVED, -5),
        visibility(Visibility.OBSERVED, -5, 1),
        visibility(Visibility.BLIND, 1),
    )
    assert not cleared(10, 8, *blind).holds, "it was blind"
    assert cleared(10, 8, *blind, lost=1).holds, (
        "that it could see again may be what was declared lost"
    )


@pytest.mark.parametrize("skew_s", [-30.0, -5.0, 5.0, 30.0])
def test_an_agents_clock_may_be_off(skew_s):
    seen = (visibility(Visibility.OBSERVED, -100),)
    assert cleared(10, 9.5, *seen, skew_s=skew_s).holds
    assert not cleared(10, 30, *seen, skew_s=skew_s).holds
    blind = (
        visibility(Visibility.OBSERVED, -100),
        visibility(Visibility.OBSERVED, -100, skew_s),
        visibility(Visibility.BLIND, skew_s),
    )
    assert not cleared(10, 9, *blind, skew_s=skew_s).holds


def test_a_result_that_arrives_late_is_no_violation():
    blind_before = (
        visibility(Visibility.BLIND, -50, reason="starting"),
        visibility(Visibility.OBSERVED, 0),
    )
    assert cleared(10, 9.5, *blind_before, arrives_s=100).holds


# 10 every loss is declared


def loss(severity: Severity, count: int) -> LossCount:
    return LossCount(severity=severity, rule=RuleId("crowd"), count=count)


def gap(first: int, last: int, *losses: LossCount):
    return h.record(
        h.batch(first, content=Gap(first=first, last=last, reason="outbox_full", losses=losses))
    )


def declared(*records):
    return losses_declared.check(h.history(h.node("a", h.greeting(), *records)))


def test_a_gap_may_count_what_it_stands_for():
    report = declared(gap(3, 9, loss(Severity.MINOR, 7)))
    assert report.holds and report.checked == 1


def test_a_gap_that_counts_less_than_its_numbers_is_a_violation():
    assert not declared(gap(3, 9, loss(Severity.MINOR, 2))).holds
    assert declared(gap(3, 9, loss(Severity.MINOR, 2), loss(Severity.SEVERE, 5))).holds


def test_the_lowest_priority_is_lost_first():
    severe = gap(5, 5, loss(Severity.SEVERE, 1))
    older, later = h.record(h.batch(2)), h.record(h.batch(7))
    assert declared(severe, later).holds, "a later one may have come when there was room again"
    assert declared(older, severe, older).holds, "it was with the district already"
    assert "kept its older item 2" in declared(severe, older).violations[0]


def test_every_gap_is_noted_that_can_still_show_a_violation():
    minor_late, severe_early = (
        gap(20, 20, loss(Severity.MINOR, 1)),
        gap(5, 5, loss(Severity.SEVERE, 1)),
    )
    assert not declared(severe_early, minor_late, h.record(h.batch(2))).holds
    assert not declared(minor_late, severe_early, h.record(h.batch(2))).holds
    assert declared(minor_late, severe_early, h.record(h.batch(8))).holds, (
        "moderate, between a severe loss before it and a minor one behind"
    )


# bounds


def bounded(**facts):
    return bounds_kept.check(h.history(h.node("a", h.record(h.batch(1, 3, 5))), **facts))


def test_an_outbox_stays_within_its_cap():
    assert bounded(outboxes=h.outbox(9, 8, bytes=900, cap_bytes=1000)).holds
    assert (
        "its cap is 1000"
        in bounded(outboxes=h.outbox(9, 8, bytes=1001, cap_bytes=1000)).violations[0]
    )
    assert bounded(
        outboxes=h.outbox(9, 8, bytes=1001, cap_bytes=1000, holds_only_gaps=True)
    ).holds, "what declares losses is never given up"
    assert bounded(outboxes=h.outbox(9, 8, bytes=1001)).holds, "its cap is not known"


def test_whatever_was_measured_is_within_its_limit():
    assert bounded(samples=(LimitSample(name="commit_queue", peak=20_000, limit=20_000),)).holds
    report = bounded(
        samples=(
            LimitSample(name="commit_queue", peak=20_001, limit=20_000, fate="QueueFullError"),
        )
    )
    assert report.violations == (
        "commit_queue came to 20001, and its limit is 20000 (QueueFullError)",
    )


def test_more_ranges_of_a_sender_than_its_window_are_a_violation(monkeypatch):
    monkeypatch.setattr(bounds_kept, "SENDER_WINDOW", replace(bounds_kept.SENDER_WINDOW, value=1))
    assert "2 ranges" in bounded().violations[0]
