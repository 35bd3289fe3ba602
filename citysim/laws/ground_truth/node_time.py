"""Laws 5 and 9 by the simulator's clock: no node takes a wrong date for the time.

Whatever its wall clock showed meanwhile, node time is off by no more than what its clock's declared
errors, and one step that may be followed without a proof, explain. A person's word moves the node
that it was said to, by as much as its clock was wrong, and no other; in the end it is made good,
and then it excuses nothing.
"""

from citybrain.clock import seconds_between
from citybrain.node_time.limits import CLOCK_STEP
from citysim.laws.history import History
from citysim.laws.report import Findings, LawReport

LAW = "ground_truth_node_time"


def check(history: History) -> LawReport:
    findings = Findings()
    truth = history.ground_truth
    if truth is None or truth.now is None:
        return findings.report(LAW)
    for node in history.nodes():
        if node.live is None:
            continue
        findings.checked += 1
        off_s = seconds_between(truth.now, node.live.at)
        said_s = [word.off_s for word in truth.clock_words if word.node == node.name][-1:]
        if history.is_final:
            said_s = []
        slack_s = history.clock_error_s + CLOCK_STEP.value
        if all(abs(off_s - wanted_s) > slack_s for wanted_s in (0.0, *said_s)):
            findings.add_violation(f"{node.name}: node time is {off_s:.0f} s off")
    return findings.report(LAW)
