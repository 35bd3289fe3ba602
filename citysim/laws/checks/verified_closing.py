"""Law 6: an incident closes only after verification: the camera that was asked saw the scene clear for long enough, or a named person said so.

A verification counts from the handling on, once: not the answer to an older question, not one that came before the work was done, none from before a reopening.
What a person closes otherwise, by rejecting it, a person must have rejected.
"""

from dataclasses import dataclass, field

from citybrain.decider.command import Post, Reply
from citybrain.domain.event import VerificationRequest
from citybrain.domain.incident import IncidentReport
from citybrain.vocabulary import IncidentStage, OperatorVerb, VerificationVerdict
from citysim.laws.history import History, NodeHistory, Step
from citysim.laws.report import Findings, LawReport
from citysim.laws.views.items import Hearing, items
from district_node.inputs import BatchReceived, OperatorActed

LAW = "verified_closing"
BY_PERSON = (OperatorVerb.VERIFY, OperatorVerb.CLOSE)
OVER = (IncidentStage.VERIFIED, IncidentStage.CLOSED)
ROUNDED_S = 0.002  # seconds are said to the millisecond


def check(history: History) -> LawReport:
    found = Findings()
    for district, node in history.districts:
        book = _Book(new=node.view(_answers))
        for step in node.steps:
            found.broken += [f"{district}: {fault}" for fault in book.see(step)]
        found.checked += book.closings
    return found.report(LAW)


@dataclass(slots=True)
class _Book:
    """Who was asked last about each incident, and who has verified it since it was handled. `new`: by record, the answers that came for the first time."""

    new: dict[int, list[Hearing]]
    asked: dict[str, tuple[str, VerificationRequest]] = field(default_factory=dict)
    verified_by: dict[str, str] = field(default_factory=dict)
    stage: dict[str, IncidentStage] = field(default_factory=dict)
    closings: int = 0

    def see(self, step: Step) -> list[str]:
        acted_on, verb = self._verify(step)
        faults = []
        for command in step.commands:
            letter = command.letter if type(command) is Post else None
            if (
                isinstance(letter, IncidentReport)
                and self.stage.get(letter.incident) is not letter.stage
            ):
                by = verb if letter.incident == acted_on else None
                faults += self._moved(step, letter, self.stage.get(letter.incident), by)
                self.stage[letter.incident] = letter.stage
            elif isinstance(letter, VerificationRequest) and type(command) is Post:
                self.asked[letter.incident] = (command.to.removeprefix("agent/"), letter)
        return faults

    def _verify(self, step: Step) -> tuple[str, OperatorVerb | None]:
        """Note who says in this record that something is over; (what an operator acted on, and how, where it was done)."""
        if type(step.input) is BatchReceived:
            for hearing in self.new.get(step.seq, ()):
                if hearing.item.verification is not None and self._is_clear(hearing):
                    self.verified_by[hearing.item.verification.incident] = hearing.agent
        elif type(step.input) is OperatorActed and any(
            type(c) is Reply and c.done for c in step.commands
        ):
            action = step.input.action
            if action.verb in BY_PERSON and action.operator.strip():
                self.verified_by[action.incident] = action.operator
            return action.incident, action.verb if action.operator.strip() else None
        return "", None

    def _is_clear(self, hearing: Hearing) -> bool:
        """Whether it answers the last question about its incident, from whom was asked, with enough seconds without the condition."""
        answer = hearing.item.verification
        if (
            answer is None
            or answer.incident not in self.asked
            or answer.verdict is not VerificationVerdict.CLEAR
        ):
            return False
        agent, request = self.asked[answer.incident]
        quiet_s = answer.measurements.get("quiet_s", answer.observed_s)
        return (agent, request.request) == (
            hearing.agent,
            answer.request,
        ) and quiet_s + ROUNDED_S >= request.quiet_s

    def _moved(
        self,
        step: Step,
        report: IncidentReport,
        before: IncidentStage | None,
        by: OperatorVerb | None,
    ) -> list[str]:
        name, stage = report.incident, report.stage
        if (
            stage is IncidentStage.REJECTED
            and before not in (None, IncidentStage.REPORTED)
            and by is not OperatorVerb.REJECT
        ):
            return [
                f"{name} was {before} and was rejected in record {step.seq}, and no person had said so"
            ]
        if stage not in OVER:
            self.verified_by.pop(
                name, None
            )  # whatever was said before this turn does not count for the next closing
            return []
        self.closings += stage is IncidentStage.CLOSED
        if name not in self.verified_by:
            return [
                f"{name} became {stage} at record {step.seq}, and neither the camera that was asked nor a person had verified it"
            ]
        return []


def _answers(node: NodeHistory) -> dict[int, list[Hearing]]:
    """By record: the verdicts that came for the first time."""
    found: dict[int, list[Hearing]] = {}
    for hearing in node.view(items).new():
        if hearing.item.verification is not None:
            found.setdefault(hearing.step.seq, []).append(hearing)
    return found
