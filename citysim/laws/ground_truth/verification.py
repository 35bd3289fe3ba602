"""Law 6 by the simulator's notes: a "clear" that closed an incident was true.

The condition did not hold in the camera's view all the while that it claims to have watched.
A condition that came back after the last frame is no violation.
"""

from citybrain.clock import Timestamp, later
from citybrain.decider.command import Post
from citybrain.domain.event import VerificationRequest, VerificationResult
from citybrain.domain.incident import IncidentReport
from citybrain.vocabulary import IncidentStage, VerificationVerdict
from citysim.laws.ground_truth_log import ConditionInterval, GroundTruth
from citysim.laws.history import DistrictHistory, History
from citysim.laws.projections.received_items import ReceivedItem, received_items
from citysim.laws.report import Findings, LawReport

LAW = "ground_truth_verification"
FRAME_S = 1.0  # between two frames, and from a frame to its answer


def check(history: History) -> LawReport:
    findings = Findings()
    if history.ground_truth is None:
        return findings.report(LAW)
    stored_at = _stored_at(history.ground_truth)
    conditions = _conditions(history.ground_truth)
    for district, node in history.districts:
        rules = node.projection(_requested_rules)
        for received, result in node.projection(_closing_results):
            at = stored_at.get((received.agent, received.incarnation, received.item.seq))
            if at is None or result.request not in rules:
                findings.inconclusive += 1
                continue
            findings.checked += 1
            quiet_s = result.measurements.get("quiet_s", result.observed_s)
            key = (received.agent, result.source, rules[result.request])
            since = later(at, -quiet_s)
            if any(_covers(interval, since, at) for interval in conditions.get(key, [])):
                findings.add_violation(
                    f"{district}: {received.agent}/{result.source} reported {result.incident} "
                    f"clear after {quiet_s:.1f} s, and the condition held all the while"
                )
    return findings.report(LAW)


def _covers(interval: ConditionInterval, since: Timestamp, until: Timestamp) -> bool:
    """Whether the condition held from `since` to `until`, less one frame at both ends."""
    begin, end = later(since, FRAME_S), later(until, -FRAME_S)
    lasted = interval.until is None or interval.until >= end
    return begin < end and interval.since <= begin and lasted


def _stored_at(truth: GroundTruth) -> dict[tuple[str, int, int], Timestamp]:
    """(agent, incarnation, number) → when the outbox gave it."""
    return {
        (stored.agent, stored.incarnation, seq): stored.at
        for stored in truth.items_stored
        for seq in stored.seqs
    }


def _conditions(truth: GroundTruth) -> dict[tuple[str, str, str], list[ConditionInterval]]:
    """(agent, source, rule) → when its condition held."""
    found: dict[tuple[str, str, str], list[ConditionInterval]] = {}
    for interval in truth.conditions:
        key = (interval.agent, interval.source, interval.rule)
        found.setdefault(key, []).append(interval)
    return found


def _requested_rules(node: DistrictHistory) -> dict[str, str]:
    """By verification request: the rule that it asks about."""
    letters = [
        command.letter
        for record in node.records
        for command in record.commands
        if type(command) is Post and type(command.letter) is VerificationRequest
    ]
    return {letter.request: letter.rule for letter in letters}


def _closing_results(node: DistrictHistory) -> list[tuple[ReceivedItem, VerificationResult]]:
    """The results by which an incident was closed in the record in which they came."""
    found = []
    for received in node.projection(received_items).new():
        result = received.item.content
        if not isinstance(result, VerificationResult):
            continue
        closed = {
            command.letter.incident
            for command in received.record.commands
            if type(command) is Post
            and isinstance(command.letter, IncidentReport)
            and command.letter.stage is IncidentStage.CLOSED
        }
        if result.verdict is VerificationVerdict.CLEAR and result.incident in closed:
            found.append((received, result))
    return found
