"""Laws 1 and 9 by the simulator's notes: whoever must be called is called.

A page that a journal says was sent has reached somebody. Once all faults are over, no page waits
that was never tried. That its steps are due in time is judged with all other timers. After an
acknowledgement nobody is called about the same thing, unless nothing followed it, or nobody comes
for a place that is open.
"""

from collections.abc import Iterator

from citybrain.clock import seconds_between
from citybrain.decider.command import Post, Reply
from citybrain.domain.console import OperatorAction
from citybrain.domain.incident import IncidentReport
from citybrain.domain.page import PageLetter, PageState
from citybrain.vocabulary import SEVERITY_RANK, IncidentStage, OperatorVerb, Severity
from citysim.laws.history import DistrictHistory, History
from citysim.laws.projections.letters import DistrictRecord
from citysim.laws.report import Findings, LawReport
from district_node.cores.flows.paging.steps import WANTS_SOMEBODY
from district_node.inputs import OperatorActed, PageDelivered

LAW = "ground_truth_pages"
TRIED_WITHIN_S = 60.0
SOMETHING_NEW = frozenset({"forgotten", "nobody_comes"})  # than what was acknowledged
REGROUPING = frozenset(
    {OperatorVerb.MERGE, OperatorVerb.SPLIT, OperatorVerb.NOT_SAME, OperatorVerb.UNDO}
)


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
        for unwanted in _called_all_the_same(node):
            findings.add_violation(f"{node.name}: {unwanted}")
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


def _called_all_the_same(node: DistrictHistory) -> Iterator[str]:
    """Pages after an acknowledgement: of an incident that neither rested nor was opened again, that
    is no graver, and that nobody forgot."""
    acknowledged, called_at = dict[str, int](), dict[str, Severity]()
    requests = set[str]()
    for record in node.records:
        if _regroups(record):
            acknowledged.clear()
        for letter in (command.letter for command in record.commands if type(command) is Post):
            if isinstance(letter, IncidentReport) and _begins_anew(letter.stage):
                acknowledged.pop(letter.incident, None)
            elif isinstance(letter, PageLetter):
                seq, before = acknowledged.get(letter.incident), called_at.get(letter.incident)
                called_at[letter.incident] = letter.severity
                if seq is None:
                    continue
                if letter.reason in SOMETHING_NEW or (
                    before is not None and SEVERITY_RANK[letter.severity] > SEVERITY_RANK[before]
                ):
                    del acknowledged[letter.incident]
                else:
                    yield (
                        f"record {record.seq} calls {letter.person} about {letter.incident}, which"
                        f" record {seq} acknowledged"
                    )
        action = _acknowledgement_in(record)
        if action is not None and action.request not in requests:  # a repeat changes nothing
            requests.add(action.request)
            acknowledged[action.incident] = record.seq


def _begins_anew(stage: IncidentStage) -> bool:
    return stage not in WANTS_SOMEBODY or stage is IncidentStage.REOPENED


def _regroups(record: DistrictRecord) -> bool:
    """Whether cases may have left an area case, or come to one: which of them, no letter says."""
    acted = record.input
    return (isinstance(acted, OperatorActed) and acted.action.verb in REGROUPING) or any(
        type(command) is Post
        and isinstance(command.letter, IncidentReport)
        and command.letter.stage is IncidentStage.REJECTED
        for command in record.commands
    )


def _acknowledgement_in(record: DistrictRecord) -> OperatorAction | None:
    """None: the record's input acknowledged nothing."""
    acted = record.input
    if not isinstance(acted, OperatorActed) or acted.action.verb is not OperatorVerb.ACKNOWLEDGE:
        return None
    is_done = any(isinstance(command, Reply) and command.done for command in record.commands)
    return acted.action if is_done else None
