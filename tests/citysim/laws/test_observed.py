"""Law 8 by ground truth: what a box calls observed it has seen, or it says that it has not."""

import law_histories as h
import law_values as v
import pytest

from citybrain.structs import replace
from citybrain.vocabulary import Visibility
from citysim.laws.ground_truth import observed
from citysim.laws.ground_truth_log import (
    ConditionInterval,
    GroundTruth,
    ReportedVisibility,
    SaidOfRule,
    SourceAccount,
)

NEEDED_S = 10.0


def reported(visibility, since, until=None):
    return ReportedVisibility(
        visibility=visibility, since=v.at(since), until=None if until is None else v.at(until)
    )


OBSERVED = reported(Visibility.OBSERVED, 0)


def said(at, *, is_end=False):
    return SaidOfRule(at=v.at(at), is_end=is_end)


def judged(*what, since=100, until=130, down=(), forgotten=(), now=200):
    account = SourceAccount(
        agent="box-a",
        source="cam",
        rule="crowd",
        needed_s=NEEDED_S,
        reported=tuple(one for one in what if isinstance(one, ReportedVisibility)),
        said=tuple(one for one in what if isinstance(one, SaidOfRule)),
        down=tuple((v.at(begin), v.at(end)) for begin, end in down),
        forgotten=tuple((v.at(begin), v.at(end)) for begin, end in forgotten),
    )
    condition = ConditionInterval(
        agent="box-a",
        source="cam",
        rule="crowd",
        since=v.at(since),
        until=None if until is None else v.at(until),
    )
    truth = GroundTruth(conditions=(condition,), accounts=(account,), now=v.at(now))
    return observed.check(replace(h.history(), ground_truth=truth))


def is_kept(report):
    assert report.checked, "near misses are judged too"
    return not report.violations


def test_what_was_observed_and_not_said_is_a_violation():
    report = judged(OBSERVED)
    assert "box-a/cam was called observed for 30.0 s" in report.violations[0]


def test_what_goes_on_is_judged_until_now():
    assert not is_kept(judged(OBSERVED, until=None))


@pytest.mark.parametrize(
    "what",
    [
        (OBSERVED, said(108)),
        (OBSERVED, said(100)),
        (OBSERVED, said(50)),  # an episode of before goes on
        (OBSERVED, said(50), said(60, is_end=True), said(111)),
    ],
)
def test_what_was_said_in_time_is_none(what):
    assert is_kept(judged(*what))


@pytest.mark.parametrize(
    "what",
    [
        (OBSERVED, said(115)),
        (OBSERVED, said(50), said(60, is_end=True)),
        (OBSERVED, reported(Visibility.DEGRADED, 112)),
        (reported(Visibility.DEGRADED, 0), reported(Visibility.OBSERVED, 105)),
        # a stretch that was blind is said to have been observed after all
        (OBSERVED, reported(Visibility.BLIND, 101), reported(Visibility.OBSERVED, 101)),
    ],
)
def test_what_was_said_too_late_or_of_another_time_is_a_violation(what):
    assert not is_kept(judged(*what))


@pytest.mark.parametrize("visibility", [Visibility.DEGRADED, Visibility.BLIND])
@pytest.mark.parametrize(
    "course",
    [
        lambda bad: (bad(0),),
        lambda bad: (OBSERVED, bad(100)),
        lambda bad: (OBSERVED, bad(108), reported(Visibility.OBSERVED, 122)),
        lambda bad: (OBSERVED, reported(Visibility.OBSERVED, 0, 104), bad(104)),
    ],
)
def test_what_was_not_called_observed_for_long_enough_is_none(visibility, course):
    assert not judged(*course(lambda since: reported(visibility, since))).violations


def test_what_was_never_reported_is_not_observed():
    assert not judged().violations


def test_a_condition_shorter_than_the_rule_needs_is_none():
    assert not judged(OBSERVED, until=110.5).violations
    assert judged(OBSERVED, until=111.5).violations


def test_of_a_box_that_was_down_nothing_is_expected():
    assert not judged(OBSERVED, down=[(95, 135)]).violations
    assert not judged(OBSERVED, down=[(105, 125)]).violations


def test_a_box_that_died_meanwhile_has_time_to_say_it_again():
    assert not judged(OBSERVED, down=[(105, 107)], until=140).violations
    assert judged(OBSERVED, down=[(105, 107)], until=170).violations


def test_what_may_have_been_lost_with_its_memory_is_not_judged():
    assert not judged(OBSERVED, forgotten=[(90, 150)]).violations


def test_without_the_truth_nothing_is_judged():
    assert observed.check(h.history()).checked == 0
