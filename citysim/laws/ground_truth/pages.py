"""Laws 1 and 9 by the simulator's notes: whoever must be called is called.

A page that a journal says was sent has reached somebody. Once all faults are over, no page waits
that was never tried. That its steps are due in time is judged with all other timers.
"""

from citybrain.clock import seconds_between
from citybrain.domain.page import PageState
from citysim.laws.history import DistrictHistory, History
from citysim.laws.report import Findings, LawReport
from district_node.inputs import PageDelivered

LAW = "ground_truth_pages"
TRIED_WITHIN_S = 60.0


def check(history: History) -> LawReport:
    findings = Findings()
    if history.ground_truth is None:
        return findings.report(LAW)
    taken = frozenset(history.ground_truth.pages_taken)
    for _, node in history.districts:
        for record in node.records_of(PageDelivered):
            findings.checked += 1
            if record.input.page not in taken:
                findings.add_violation(
                    f"{node.name}: page {record.input.page} was noted as sent, and nobody got it"
                )
        if history.is_recovered:
            _check_tried(node, findings)
    return findings.report(LAW)


def _check_tried(node: DistrictHistory, findings: Findings) -> None:
    if node.state is None or node.live is None:
        return
    for incident in node.state.incidents.values():
        pages = incident.paging.pages if incident.paging is not None else ()
        for page in pages:
            waited_s = seconds_between(page.at, node.live.at)
            if page.state is PageState.WAITING and waited_s > TRIED_WITHIN_S:
                findings.add_violation(
                    f"{node.name}: page {page.page} of {incident.incident} waited {waited_s:.0f} s"
                    " and was never tried"
                )
