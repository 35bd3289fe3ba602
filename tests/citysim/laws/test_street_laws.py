"""Laws 8 and 10, of what agents say: every second accounted for, every loss declared, every bound kept."""

from dataclasses import replace

import citysim_story as s
import pytest

from citybrain.domain.event import Gap, LossCount, VerificationRequest, VisibilityInterval
from citybrain.ids import IncidentId, RequestId, RuleId, SourceId
from citybrain.vocabulary import Severity, Visibility
from citysim.laws.history import Sample
from citysim.laws.street import bounds_kept, losses_declared, no_blindness

# 8 no silent blindness


def visibility(
    what: Visibility, since: float, until: float | None = None, reason: str = ""
) -> VisibilityInterval:
    return VisibilityInterval(
        source=SourceId("cam"),
        visibility=what,
        reason=reason,
        since=s.at(since),
        until=None if until is None else s.at(until),
    )


def visibilities(*intervals: VisibilityInterval):
    return [s.step(s.says(n, visibility=interval)) for n, interval in enumerate(intervals, 1)]


def accounted(*intervals: VisibilityInterval, more=(), **facts):
    return no_blindness.check(s.history(s.node("a", *visibilities(*intervals), *more), **facts))


BEGUN = visibility(Visibility.BLIND, 0, reason="starting")
LOOKING = visibility(Visibility.OBSERVED, 1)
AGAIN = visibility(Visibility.BLIND, 60, reason="starting")


def test_a_camera_whose_every_second_is_accounted_for_is_kept():
    report = accounted(
        BEGUN,
        LOOKING,
        visibility(Visibility.OBSERVED, 1, 9),
        visibility(Visibility.BLIND, 9),
        visibility(Visibility.BLIND, 9, 20),
        visibility(Visibility.OBSERVED, 20),
    )
    assert report.kept and report.checked == 6


def test_a_camera_of_which_nothing_is_said_from_some_time_on_is_a_break():
    assert (
        "nothing is said of it from then on"
        in accounted(BEGUN, LOOKING, visibility(Visibility.OBSERVED, 1, 9)).broken[0]
    )


def test_a_restart_declares_the_time_in_which_nobody_looked():
    assert accounted(
        BEGUN, LOOKING, visibility(Visibility.BLIND, 30, 60, reason="agent_down"), AGAIN
    ).kept
    assert not accounted(BEGUN, LOOKING, AGAIN).kept
    assert not accounted(
        BEGUN, LOOKING, visibility(Visibility.BLIND, 30, 50, reason="agent_down"), AGAIN
    ).kept, "ten seconds are missing"


def test_after_a_clock_that_went_back_there_is_no_time_in_between():
    assert accounted(
        BEGUN,
        visibility(Visibility.OBSERVED, 90),
        visibility(Visibility.BLIND, 70, reason="starting"),
    ).kept


def test_items_that_come_in_another_order_are_put_in_theirs():
    down = visibility(Visibility.BLIND, 30, 60, reason="agent_down")
    said = [
        s.step(s.says(n, visibility=interval))
        for n, interval in ((4, AGAIN), (1, BEGUN), (3, down), (2, LOOKING))
    ]
    assert no_blindness.check(s.history(s.node("a", *said))).kept


def test_accounts_wait_for_what_is_in_the_outbox_and_for_what_a_gap_took():
    broken = (BEGUN, LOOKING, visibility(Visibility.OBSERVED, 1, 9))
    waiting = accounted(*broken, outboxes=s.outbox(5, 4))
    assert waiting.kept and waiting.unjudged == 3
    assert accounted(
        *broken,
        more=[s.step(s.says(4, gap=Gap(first=4, last=4, reason="outbox_full", losses=())))],
    ).kept
    assert not accounted(*broken, outboxes=s.outbox(4)).kept


def cleared(
    after_s: float,
    quiet_s: float,
    *intervals: VisibilityInterval,
    arrives_s: float | None = None,
    skew_s: float = 0.0,
    lost: int = 0,
):
    """RequestBatch at second 0, answered `after_s` later by an agent whose clock is `skew_s` ahead, journaled at `arrives_s`."""
    asked = VerificationRequest(
        request=RequestId("r"),
        incident=IncidentId("i-1"),
        source=SourceId("cam"),
        rule=RuleId("crowd"),
        quiet_s=5,
        deadline=s.at(60),
    )
    answer = replace(
        s.clear("i-1"), measurements={"quiet_s": quiet_s}, answered_at=s.at(after_s + skew_s)
    )
    arrival = after_s if arrives_s is None else arrives_s
    gaps = [
        s.step(s.says(n, gap=Gap(first=n, last=n, reason="outbox_full", losses=())))
        for n in range(80, 80 + lost)
    ]
    answered = s.step(s.says(90, verification=answer), second=arrival)
    return no_blindness.check(
        s.history(
            s.node(
                "a",
                *visibilities(*intervals),
                *gaps,
                s.step(None, asked, to="agent/box-a"),
                answered,
            )
        )
    )


def test_clear_is_believed_of_seconds_that_somebody_looked_at():
    seen = (visibility(Visibility.OBSERVED, -5),)
    assert cleared(10, 8, *seen).kept
    assert not cleared(10, 30, *seen).kept, "longer than it was asked for"
    blind = (
        visibility(Visibility.OBSERVED, -5),
        visibility(Visibility.OBSERVED, -5, 1),
        visibility(Visibility.BLIND, 1),
    )
    assert not cleared(10, 8, *blind).kept, "it was blind"
    assert cleared(10, 8, *blind, lost=1).kept, (
        "that it could see again may be what was declared lost"
    )


@pytest.mark.parametrize("skew_s", [-30.0, -5.0, 5.0, 30.0])
def test_an_agents_clock_may_be_off(skew_s):
    seen = (visibility(Visibility.OBSERVED, -100),)
    assert cleared(10, 9.5, *seen, skew_s=skew_s).kept
    assert not cleared(10, 30, *seen, skew_s=skew_s).kept
    blind = (
        visibility(Visibility.OBSERVED, -100),
        visibility(Visibility.OBSERVED, -100, skew_s),
        visibility(Visibility.BLIND, skew_s),
    )
    assert not cleared(10, 9, *blind, skew_s=skew_s).kept


def test_an_answer_that_comes_late_is_no_lie():
    blind_before = (
        visibility(Visibility.BLIND, -50, reason="starting"),
        visibility(Visibility.OBSERVED, 0),
    )
    assert cleared(10, 9.5, *blind_before, arrives_s=100).kept


# 10 every loss is declared


def loss(severity: Severity, count: int) -> LossCount:
    return LossCount(severity=severity, rule=RuleId("crowd"), count=count)


def gap(first: int, last: int, *losses: LossCount):
    return s.step(
        s.says(first, gap=Gap(first=first, last=last, reason="outbox_full", losses=losses))
    )


def declared(*steps):
    return losses_declared.check(s.history(s.node("a", *steps)))


def test_a_gap_that_counts_what_it_stands_for_is_kept():
    report = declared(gap(3, 9, loss(Severity.MINOR, 7)))
    assert report.kept and report.checked == 1


def test_a_gap_that_counts_less_than_it_took_is_a_break():
    assert not declared(gap(3, 9, loss(Severity.MINOR, 2))).kept
    assert declared(gap(3, 9, loss(Severity.MINOR, 2), loss(Severity.SEVERE, 5))).kept


def test_the_lowest_severity_goes_first():
    severe = gap(5, 5, loss(Severity.SEVERE, 1))
    older, later = s.step(s.says(2)), s.step(s.says(7))
    assert declared(severe, later).kept, "a later one may have come when there was room again"
    assert declared(older, severe, older).kept, "it was with the district already"
    assert "kept its older item 2" in declared(severe, older).broken[0]


def test_every_gap_is_remembered_that_can_still_accuse():
    minor_late, severe_early = (
        gap(20, 20, loss(Severity.MINOR, 1)),
        gap(5, 5, loss(Severity.SEVERE, 1)),
    )
    assert not declared(severe_early, minor_late, s.step(s.says(2))).kept
    assert not declared(minor_late, severe_early, s.step(s.says(2))).kept
    assert declared(minor_late, severe_early, s.step(s.says(8))).kept, (
        "moderate, between a severe loss before it and a minor one behind"
    )


# bounds


def bounded(**facts):
    return bounds_kept.check(s.history(s.node("a", s.step(s.says(1, 3, 5))), **facts))


def test_an_outbox_within_its_cap_is_kept():
    assert bounded(outboxes=s.outbox(9, 8, bytes=900, cap_bytes=1000)).kept
    assert (
        "its cap is 1000" in bounded(outboxes=s.outbox(9, 8, bytes=1001, cap_bytes=1000)).broken[0]
    )
    assert bounded(
        outboxes=s.outbox(9, 8, bytes=1001, cap_bytes=1000, holds_only_gaps=True)
    ).kept, "what declares losses is never given up"
    assert bounded(outboxes=s.outbox(9, 8, bytes=1001)).kept, "its cap is not known"


def test_whatever_was_measured_is_within_its_limit():
    assert bounded(samples=(Sample(name="commit_queue", most=20_000, limit=20_000),)).kept
    report = bounded(
        samples=(Sample(name="commit_queue", most=20_001, limit=20_000, fate="QueueFullError"),)
    )
    assert report.broken == ("commit_queue came to 20001, and its limit is 20000 (QueueFullError)",)


def test_more_spans_of_a_sender_than_its_window_are_a_break(monkeypatch):
    monkeypatch.setattr(bounds_kept, "SENDER_WINDOW", replace(bounds_kept.SENDER_WINDOW, value=1))
    assert "2 spans" in bounded().broken[0]
