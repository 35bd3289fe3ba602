"""Law 8: no silent blindness.

Every second of a source is accounted for by what its agent reported, and what was called clear had
been observed. An agent's clock is its own: it may be seconds off its district's, and go back over
a restart. So only lengths of time are compared, each by one clock.
"""

from collections.abc import Iterator

from citybrain.clock import SECOND_US, Timestamp, later, seconds_between
from citybrain.decider.command import ClockSet, Post
from citybrain.domain.clock import ClockVerb
from citybrain.domain.event import (
    Gap,
    VerificationRequest,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.structs import Struct
from citybrain.vocabulary import VerificationVerdict, Visibility
from citysim.laws.history import DistrictHistory, History
from citysim.laws.projections.letters import DistrictRecord
from citysim.laws.projections.received_items import Sender, received_items
from citysim.laws.report import Findings, LawReport
from district_node.inputs import NodeStarted

LAW = "no_silent_blindness"
STARTING = "starting"  # the reason of the first interval of every run of an agent
# A frozen or silent source is noticed up to two seconds late; a result in between is believed.
NOTICED_S = 3.0
# Node time runs a hundredth slower while it waits for a wall clock that was put back; clocks drift
# less.
DRIFT_SHARE = 0.02

SourceKey = tuple[str, int, str]  # agent, incarnation, source


class SourceVisibility(Struct, frozen=True, kw_only=True):
    """What was reported of one source, in the order of the numbers.

    `changes`: from when on which visibility was known, by the agent's clock.
    """

    intervals: list[VisibilityInterval]
    changes: list[tuple[Timestamp, Visibility]]


def check(history: History) -> LawReport:
    """Accounts are judged of agents whose outbox is empty and that declared no loss.

    Of the others something may be under way, or lost.
    """
    busy = {(o.agent, o.incarnation) for _, o in history.outboxes if o.unacknowledged_seqs}
    findings = Findings()
    for district, node in history.districts:
        incomplete = busy | node.projection(_senders_with_losses)
        for key, source in node.projection(_sources).items():
            if key[0] in history.liars:
                continue
            if key[:2] in incomplete:
                findings.inconclusive += len(source.intervals)
                continue
            findings.checked += len(source.intervals)
            violations = _unaccounted(key, source.intervals)
            findings.violations += [f"{district}: {violation}" for violation in violations]
        slack_s = NOTICED_S + history.clock_error_s
        for violation in _clear_results(node, slack_s, history.liars):
            findings.checked += 1
            if violation:
                findings.add_violation(f"{district}: {violation}")
    return findings.report(LAW)


def _unaccounted(key: SourceKey, intervals: list[VisibilityInterval]) -> Iterator[str]:
    """Every closed interval ends where another begins.

    And every run begins where the one before is declared to have ended.
    """
    name = f"{key[0]}/{key[2]}"
    begins = {interval.since for interval in intervals if interval.until is None}
    ends = {interval.until for interval in intervals if interval.until is not None}
    known_until: Timestamp | None = None  # by the agent's clock of then
    for interval in intervals:
        since, until = interval.since, interval.until
        if until is not None and until not in begins:
            yield (
                f"{name} was {interval.visibility} until {_clock(until)}, and nothing is reported "
                "of it from then on"
            )
        is_start = until is None and interval.reason == STARTING
        if is_start and known_until is not None and since > known_until and since not in ends:
            yield f"{name} started at {_clock(since)}, and nothing is reported of the time before"
        known_until = max(known_until or since, since if until is None else until)


def _clear_results(node: DistrictHistory, slack_s: float, liars: frozenset[str]) -> Iterator[str]:
    """For every "clear" what is wrong with it ("": nothing).

    It must not claim more observed seconds than there were between request and result. Where the
    district started in between, its time may have missed those in which it was down: not judged.
    """
    results = node.projection(_results_by_record)
    lossy = node.projection(_senders_with_losses)
    sources = node.projection(_sources)
    asked_at: dict[str, Timestamp] = {}
    for record in node.records:
        if isinstance(record.input, NodeStarted):
            asked_at.clear()
        if isinstance(record.input, ClockSet) and record.input.action.verb is ClockVerb.REBASE:
            # the clock alone was wrong: what has passed since stays what it is
            micros = record.input.micros
            asked_at = {name: Timestamp(at + micros) for name, at in asked_at.items()}
        for sender, result in results.get(record.seq, ()):
            if sender[0] in liars:
                continue
            if result.verdict is VerificationVerdict.CLEAR and result.request in asked_at:
                source = None if sender in lossy else sources.get((*sender, result.source))
                passed_s = seconds_between(asked_at[result.request], record.at)
                yield _overclaimed(sender[0], result, source, passed_s, slack_s)
        asked_at.update({request.request: record.at for request in _requests_in(record)})


def _results_by_record(
    node: DistrictHistory,
) -> dict[int, list[tuple[Sender, VerificationResult]]]:
    """By record: the verification results that were new, each with its sender."""
    found: dict[int, list[tuple[Sender, VerificationResult]]] = {}
    for received in node.projection(received_items).new():
        if isinstance(received.item.content, VerificationResult):
            results = found.setdefault(received.record.seq, [])
            results.append((received.sender, received.item.content))
    return found


def _requests_in(record: DistrictRecord) -> list[VerificationRequest]:
    return [
        command.letter
        for command in record.commands
        if type(command) is Post and type(command.letter) is VerificationRequest
    ]


def _overclaimed(
    agent: str,
    result: VerificationResult,
    source: SourceVisibility | None,
    passed_s: float,
    slack_s: float,
) -> str:
    """`passed_s`: from the request to the result's arrival, by the district's clock.

    The agent was asked at most so long before the result, by its own clock.
    """
    claimed_s = result.measurements.get("quiet_s", result.observed_s)
    passed_s *= 1 + DRIFT_SHARE
    blind_s = 0.0
    if source is not None:
        asked_at = later(result.answered_at, -passed_s)
        blind_s = _blind_s(source.changes, asked_at, result.answered_at)
    if claimed_s <= passed_s - blind_s + slack_s:
        return ""
    return (
        f"{agent}/{result.source} called {result.incident} clear after {claimed_s:.1f} s without "
        f"it, and it could see for {passed_s - blind_s:.1f} s"
    )


def _blind_s(
    changes: list[tuple[Timestamp, Visibility]], start: Timestamp, end: Timestamp
) -> float:
    """Seconds of `start`..`end` in which the source was declared blind."""
    total = 0
    for number, (since, visibility) in enumerate(changes):
        if visibility is Visibility.BLIND:
            until = changes[number + 1][0] if number + 1 < len(changes) else end
            total += max(0, min(until, end) - max(since, start))
    return total / SECOND_US


def _sources(node: DistrictHistory) -> dict[SourceKey, SourceVisibility]:
    numbered: dict[SourceKey, list[tuple[int, VisibilityInterval]]] = {}
    for received in node.projection(received_items).new():
        content = received.item.content
        if isinstance(content, VisibilityInterval):
            key: SourceKey = (received.agent, received.incarnation, content.source)
            numbered.setdefault(key, []).append((received.item.seq, content))
    found: dict[SourceKey, SourceVisibility] = {}
    for key, pairs in sorted(numbered.items()):
        intervals = [interval for _, interval in sorted(pairs, key=lambda pair: pair[0])]
        changes = sorted((i.since, i.visibility) for i in intervals if i.until is None)
        found[key] = SourceVisibility(intervals=intervals, changes=changes)
    return found


def _senders_with_losses(node: DistrictHistory) -> set[Sender]:
    """Senders that may have lost visibility intervals: in a gap, or in a restored store."""
    received = node.projection(received_items)
    by_gap = {item.sender for item in received.new() if isinstance(item.item.content, Gap)}
    return by_gap | {(gap.agent, gap.incarnation) for gap in received.hello_gaps if gap.missing}


def _clock(at: Timestamp) -> str:
    return f"{at / SECOND_US:.3f}"
