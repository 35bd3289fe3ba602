"""Law 6: whoever ends a case that a source still sees has said that it is over all the same.

Judged where a history shows beyond doubt what a case rests on: the one event of a record that a
case began in. Its episode goes on until its end, or a clear answer of its source, is received; what
makes that doubtful (a merge or split by hand, another outbox of the box, an item that no core could
decide) ends the judging of that case, not the law.
"""

from dataclasses import dataclass, field

from citybrain.decider.command import Post, Reply
from citybrain.domain.event import Event, VerificationResult
from citybrain.domain.incident import IncidentReport
from citybrain.vocabulary import Disposition, OperatorVerb, Phase, VerificationVerdict
from citysim.laws.history import DistrictHistory, History
from citysim.laws.projections.letters import DistrictRecord
from citysim.laws.projections.received_items import received_items
from citysim.laws.report import Findings, LawReport
from district_node.inputs import (
    AgentActed,
    AgentRevoked,
    HelloReceived,
    ItemQuarantined,
    NodeStarted,
    OperatorActed,
)
from district_node.limits import CONTRIBUTIONS

LAW = "confirmed_closing"
REGROUPING_VERBS = (
    OperatorVerb.MERGE,
    OperatorVerb.SPLIT,
    OperatorVerb.NOT_SAME,
    OperatorVerb.UNDO,
)
ENDING_VERBS = (OperatorVerb.CLOSE, OperatorVerb.VERIFY)
# who says that it never was one, or is another one's, contradicts no source
NOT_SAID_TO_BE_OVER = (
    Disposition.FALSE_ALARM,
    Disposition.DUPLICATE,
    Disposition.NOT_OURS,
    Disposition.NOT_VERIFIABLE,
)

AgentContent = tuple[str, Event | VerificationResult]
EpisodeName = tuple[str, str, str, str]  # agent, source, rule, episode


def check(history: History) -> LawReport:
    findings = Findings()
    for district, node in history.districts:
        log = _Seen(liars=history.liars, came=node.projection(_new_contents))
        epoch = ""
        for record in node.records:
            if isinstance(record.input, NodeStarted):
                if record.input.epoch != epoch:
                    log.sees.clear()  # its store went back in time
                epoch = record.input.epoch
            log.note_agents(record)
            if isinstance(record.input, OperatorActed) and _is_done(record):
                _judge(findings, district, record.seq, record.input, log)
            log.note_begun(record)
    return findings.report(LAW)


@dataclass(slots=True)  # mutable: a state that records are applied to
class _Seen:
    """Which episode each case certainly rests on, as long as that certainly goes on."""

    liars: frozenset[str]
    came: dict[int, list[AgentContent]]  # by record, what came for the first time
    sees: dict[str, EpisodeName] = field(default_factory=dict)  # by case
    known: set[str] = field(default_factory=set)
    over: set[EpisodeName] = field(default_factory=set)  # an end may come before its beginning

    def note_agents(self, record: DistrictRecord) -> None:
        given = record.input
        if isinstance(given, AgentRevoked | ItemQuarantined):
            self._drop(given.agent)
        elif isinstance(given, HelloReceived):
            self._drop(given.hello.agent)
        elif isinstance(given, AgentActed):
            self._drop(given.action.agent)
        for agent, content in self.came.get(record.seq, ()):
            if isinstance(content, VerificationResult):
                if content.verdict is VerificationVerdict.CLEAR:
                    self._drop(agent, content.source)
            elif content.phase is Phase.END:
                name = _episode(agent, content)
                self.over.add(name)
                self._drop(*name)

    def note_begun(self, record: DistrictRecord) -> None:
        """The case that this record began, where one event alone can have begun it."""
        reports = [
            command.letter
            for command in record.commands
            if type(command) is Post and isinstance(command.letter, IncidentReport)
        ]
        begun = {one.incident: one for one in reports if one.incident not in self.known}
        self.known.update(begun)
        for one in reports:
            if one.events >= CONTRIBUTIONS.value:
                self.sees.pop(one.incident, None)  # the oldest it rested on may have left it
        came = self.came.get(record.seq, [])
        if len(begun) != 1 or len(came) != 1:
            return
        (report,), (agent, event) = begun.values(), came[0]
        if not isinstance(event, Event) or event.phase is not Phase.START or agent in self.liars:
            return
        name = _episode(agent, event)
        is_its = report.kind == event.incident_kind and report.place == event.place
        if is_its and report.events == 1 and name not in self.over:
            self.sees[report.incident] = name

    def forget(self, incident: str) -> None:
        self.sees.pop(incident, None)

    def _drop(self, *beginning: str) -> None:
        """The episodes whose names begin so are taken for over."""
        depth = len(beginning)
        for case in [case for case, one in self.sees.items() if one[:depth] == beginning]:
            del self.sees[case]


def _judge(findings: Findings, district: str, seq: int, acted: OperatorActed, log: _Seen) -> None:
    action = acted.action
    if action.verb in REGROUPING_VERBS:
        log.forget(action.incident)
        log.forget(action.other or "")
        return
    seen = log.sees.get(action.incident)
    is_gone = action.verb is OperatorVerb.REJECT and action.disposition is Disposition.GONE
    is_over = action.verb in ENDING_VERBS and action.disposition not in NOT_SAID_TO_BE_OVER
    if seen is None or not (is_gone or is_over):
        return
    findings.checked += 1
    if not action.confirmed:
        findings.add_violation(
            f"{district}: {action.incident} was ended by {acted.principal.name} in record {seq}"
            f" while {seen[0]}/{seen[1]} saw it, and that it is over all the same nobody had"
            " confirmed"
        )


def _is_done(record: DistrictRecord) -> bool:
    return any(type(command) is Reply and command.done for command in record.commands)


def _episode(agent: str, event: Event) -> EpisodeName:
    return agent, event.source, event.rule, event.episode


def _new_contents(node: DistrictHistory) -> dict[int, list[AgentContent]]:
    """By record: the events and answers that came for the first time, each with its agent."""
    found: dict[int, list[AgentContent]] = {}
    for received in node.projection(received_items).new():
        content = received.item.content
        if isinstance(content, Event | VerificationResult):
            found.setdefault(received.record.seq, []).append((received.agent, content))
    return found
