"""Law 8 by the simulator's notes: what is called observed was seen.

Where a condition was in a source's view for as long as its rule needs, all of it called observed by
the box itself, the box said so by then. Whoever looks too rarely, or is given damaged pictures or
numbers that are none, has seen nothing, and must not call that observed.
"""

from itertools import pairwise

from citybrain.clock import Timestamp, later, seconds_between
from citybrain.vocabulary import Visibility
from citysim.laws.ground_truth_log import ConditionInterval, SourceAccount
from citysim.laws.history import History
from citysim.laws.report import Findings, LawReport

LAW = "ground_truth_observed"
CLOCK_S = 1.0  # that a box's clock may have moved between an observation and its report
# A box that died as it said something goes on with the episode, and says it again by then.
REPEATED_S = 35.0

Stretch = tuple[Timestamp, Timestamp]


def check(history: History) -> LawReport:
    findings = Findings()
    truth = history.ground_truth
    if truth is None or truth.now is None:
        return findings.report(LAW)
    accounts = {(one.agent, one.source, one.rule): one for one in truth.accounts}
    for condition in truth.conditions:
        account = accounts.get((condition.agent, condition.source, condition.rule))
        if account is None or account.agent in history.liars:
            continue
        until = truth.now if condition.until is None else min(condition.until, truth.now)
        for since, to in _observed(account, condition.since, until):
            due = later(since, _needed_s(account, condition, since))
            if due > to:
                continue
            findings.checked += 1
            if not _has_said(account, condition, due):
                findings.add_violation(
                    f"{account.agent}/{account.source} was called observed for"
                    f" {seconds_between(since, to):.1f} s from {since} on, all the while with a"
                    f" condition in view, and nothing was said of it by {due}"
                )
    return findings.report(LAW)


def _needed_s(account: SourceAccount, condition: ConditionInterval, since: Timestamp) -> float:
    """By when something must have been said of what is observed from `since` on."""
    has_died = any(condition.since < up_at <= since for _, up_at in account.down)
    return account.needed_s + CLOCK_S + (REPEATED_S if has_died else 0.0)


def _has_said(account: SourceAccount, condition: ConditionInterval, due: Timestamp) -> bool:
    """Whether anything was said of it by then, or an episode of before went on."""
    begin = later(condition.since, -CLOCK_S)
    if any(begin <= one.at <= due for one in account.said):
        return True
    before = [one for one in account.said if one.at < begin]
    return bool(before) and not before[-1].is_end


def _observed(account: SourceAccount, since: Timestamp, until: Timestamp) -> list[Stretch]:
    """The stretches of this time that the box called observed: of each moment counts what was said
    of it last."""
    edges = {since, until}
    for reported in account.reported:
        edges.update(edge for edge in (reported.since, reported.until) if edge is not None)
    for stretch in (*account.down, *account.forgotten):
        edges.update(stretch)
    found: list[Stretch] = []
    for begin, end in pairwise(sorted(edge for edge in edges if since <= edge <= until)):
        if not _is_observed(account, begin):
            continue
        if found and found[-1][1] == begin:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found


def _is_observed(account: SourceAccount, at: Timestamp) -> bool:
    if any(begin <= at < end for begin, end in (*account.down, *account.forgotten)):
        return False
    reported = [
        one for one in account.reported if one.since <= at and (one.until is None or at < one.until)
    ]
    return bool(reported) and reported[-1].visibility is Visibility.OBSERVED
