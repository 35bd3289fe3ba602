"""Laws 1 and 2 by the simulator's notes: a crew's answer that was confirmed counts once.

It is in its district's journal, and was done there once.
"""

from collections import Counter

from citybrain.clock import later
from citybrain.decider.command import Reply
from citysim.laws.history import DistrictHistory, History
from citysim.laws.projections.letters import district_letters
from citysim.laws.report import Findings, LawReport
from district_node.inputs import CrewAnswered

LAW = "ground_truth_crew_answers"
# So long after the journaling a confirmation may arrive, by the slowest of the simulator's calls:
# the store may be restored by then.
CONFIRMATION_S = 13.0


def check(history: History) -> LawReport:
    findings = Findings()
    truth = history.ground_truth
    if truth is None:
        return findings.report(LAW)
    owner = {
        unit: node
        for _, node in history.districts
        for unit in node.projection(district_letters).units
    }
    for answer in truth.accepted_answers:
        node = owner.get(answer.unit)
        if node is None:
            findings.add_violation(
                f"{answer.unit}'s {answer.action} was confirmed, and no district owns that unit"
            )
            continue
        findings.checked += 1
        times = node.projection(_times_done)[answer.request]
        is_forgotten = any(
            restore.node == node.name
            and restore.back_to <= answer.at <= later(restore.at, CONFIRMATION_S)
            for restore in truth.restored
        )
        if times == 1 or (times == 0 and is_forgotten):
            continue
        findings.add_violation(
            f"{answer.unit}'s {answer.action} of {answer.order} was confirmed, and {node.name} "
            f"journaled it {times} times"
        )
    return findings.report(LAW)


def _times_done(node: DistrictHistory) -> Counter[str]:
    """By request: how often it was done. A repeat that only got the same reply does not count."""
    counted: Counter[str] = Counter()
    for record in node.records_of(CrewAnswered):
        request = record.input.answer.request
        is_done = any(isinstance(command, Reply) and command.done for command in record.commands)
        has_effect = any(not isinstance(command, Reply) for command in record.commands)
        if is_done and (has_effect or not counted[request]):
            counted[request] += 1
    return counted
