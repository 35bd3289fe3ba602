"""Law 6: an incident closes only after verification: the camera saw the scene clear, or a named person said so."""

from citybrain.domain.incident import IncidentReport
from citybrain.vocabulary import IncidentStage, OperatorVerb, ReobserveVerdict
from citysim.laws.history import History, NodeHistory, Step
from citysim.laws.report import LawReport
from district_node.inputs import AgentSaid, OperatorActed

LAW = "verified_closing"
BY_PERSON = (OperatorVerb.VERIFY, OperatorVerb.CLOSE)


def check(history: History) -> LawReport:
    checked, broken = 0, list[str]()
    for district, node in history.districts:
        closings, faults = _closings(node)
        checked += closings
        broken += [f"{district}: {fault}" for fault in faults]
    return LawReport(law=LAW, checked=checked, broken=tuple(broken))


def _closings(node: NodeHistory) -> tuple[int, list[str]]:
    """(how many incidents closed, those that nobody had verified since they were last opened or reopened)."""
    verified_by: dict[str, str] = {}
    stage: dict[str, IncidentStage] = {}
    closings, faults = 0, list[str]()
    for step in node.steps:
        verified_by.update(_verifications(step))
        for command in step.commands:
            report = getattr(command, "letter", None)
            if not isinstance(report, IncidentReport) or stage.get(report.incident) is report.stage:
                continue
            stage[report.incident] = report.stage
            if report.stage is IncidentStage.REOPENED:
                verified_by.pop(report.incident, None)
            if report.stage in (IncidentStage.VERIFIED, IncidentStage.CLOSED):
                closings += report.stage is IncidentStage.CLOSED
                if report.incident not in verified_by:
                    faults.append(f"{report.incident} became {report.stage} at record {step.seq}, and neither a camera nor a person had verified it")
    return closings, faults


def _verifications(step: Step) -> dict[str, str]:
    """incident → who says in this record that it is over."""
    match step.input:
        case AgentSaid(agent=agent, items=items):
            answers = [item.reobserved for item in items if item.reobserved is not None]
            return {answer.incident: agent for answer in answers if answer.verdict is ReobserveVerdict.CLEAR}
        case OperatorActed(action=action) if action.verb in BY_PERSON and action.operator:
            return {action.incident: action.operator}
    return {}
