"""Law 6: an incident closes only after verification.

The camera that was asked saw the scene clear for long enough, or a named person said so. A
verification counts from the handling on, once: not the answer to an older request, not one that
came before the work was done, none from before a reopening. What a person ends otherwise, by
rejecting it, a person must have rejected.
"""

from dataclasses import dataclass, field

from citybrain.decider.command import Post, Reply
from citybrain.domain.event import VerificationRequest, VerificationResult
from citybrain.domain.incident import IncidentReport
from citybrain.vocabulary import IncidentStage, OperatorVerb, VerificationVerdict
from citysim.laws.history import DistrictHistory, History
from citysim.laws.projections.letters import DistrictRecord
from citysim.laws.projections.received_items import received_items
from citysim.laws.report import Findings, LawReport
from district_node.inputs import BatchReceived, OperatorActed

LAW = "verified_closing"
VERIFYING_VERBS = (OperatorVerb.VERIFY, OperatorVerb.CLOSE)
VERIFIED_STAGES = (IncidentStage.VERIFIED, IncidentStage.CLOSED)
ROUNDING_S = 0.002  # seconds travel with three decimals

AgentResult = tuple[str, VerificationResult]  # agent, its answer


def check(history: History) -> LawReport:
    findings = Findings()
    for district, node in history.districts:
        log = _VerificationLog(new_results=node.projection(_new_results))
        for record in node.records:
            findings.violations += [f"{district}: {violation}" for violation in log.apply(record)]
        findings.checked += log.closings
    return findings.report(LAW)


@dataclass(slots=True)  # mutable: a state that records are applied to
class _VerificationLog:
    """Which agent was asked last about each incident, and who verified it since its handling.

    `new_results`: by record, the results that came for the first time.
    """

    new_results: dict[int, list[AgentResult]]
    asked: dict[str, tuple[str, VerificationRequest]] = field(default_factory=dict)
    verified_by: dict[str, str] = field(default_factory=dict)
    stage: dict[str, IncidentStage] = field(default_factory=dict)
    closings: int = 0

    def apply(self, record: DistrictRecord) -> list[str]:
        acted_on, verb = self._note_verifications(record)
        violations = []
        for command in record.commands:
            if type(command) is not Post:
                continue
            letter = command.letter
            if isinstance(letter, IncidentReport):
                before = self.stage.get(letter.incident)
                if before is not letter.stage:
                    by = verb if letter.incident == acted_on else None
                    violations += self._stage_changed(record.seq, letter, before, by)
                    self.stage[letter.incident] = letter.stage
            elif isinstance(letter, VerificationRequest):
                self.asked[letter.incident] = (command.to.removeprefix("agent/"), letter)
        return violations

    def _note_verifications(self, record: DistrictRecord) -> tuple[str, OperatorVerb | None]:
        """Note who verifies an incident in this record.

        Returns the incident that a named operator acted on, and the verb, where it was done.
        """
        given = record.input
        if isinstance(given, BatchReceived):
            for agent, result in self.new_results.get(record.seq, ()):
                if self._is_clear(agent, result):
                    self.verified_by[result.incident] = agent
        elif isinstance(given, OperatorActed) and any(
            type(command) is Reply and command.done for command in record.commands
        ):
            action = given.action
            is_named = bool(given.principal.name.strip())
            if action.verb in VERIFYING_VERBS and is_named:
                self.verified_by[action.incident] = given.principal.name
            return action.incident, action.verb if is_named else None
        return "", None

    def _is_clear(self, agent: str, result: VerificationResult) -> bool:
        """Whether it answers the last request on its incident, from the agent that was asked, with
        enough seconds without the condition.
        """
        asked = self.asked.get(result.incident)
        if asked is None or result.verdict is not VerificationVerdict.CLEAR:
            return False
        asked_agent, request = asked
        quiet_s = result.measurements.get("quiet_s", result.observed_s)
        is_asked = (asked_agent, request.request) == (agent, result.request)
        return is_asked and quiet_s + ROUNDING_S >= request.quiet_s

    def _stage_changed(
        self,
        seq: int,
        report: IncidentReport,
        before: IncidentStage | None,
        by: OperatorVerb | None,
    ) -> list[str]:
        name, stage = report.incident, report.stage
        was_opened = before not in (None, IncidentStage.REPORTED)
        if stage is IncidentStage.REJECTED and was_opened and by is not OperatorVerb.REJECT:
            return [f"{name} was {before} and was rejected in record {seq}, and not by a person"]
        if stage not in VERIFIED_STAGES:
            # What was verified before this change of stage does not count for the next closing.
            self.verified_by.pop(name, None)
            return []
        self.closings += stage is IncidentStage.CLOSED
        if name in self.verified_by:
            return []
        return [
            f"{name} became {stage} at record {seq}, and neither the camera that was asked nor a "
            "person had verified it"
        ]


def _new_results(node: DistrictHistory) -> dict[int, list[AgentResult]]:
    """By record: the verification results that came for the first time, each with its agent."""
    found: dict[int, list[AgentResult]] = {}
    for received in node.projection(received_items).new():
        if isinstance(received.item.content, VerificationResult):
            results = found.setdefault(received.record.seq, [])
            results.append((received.agent, received.item.content))
    return found
