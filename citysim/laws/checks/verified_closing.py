"""Law 6: an incident closes only after verification.

The camera that was asked saw the scene clear for long enough, or a named person said so. A
verification counts from the handling on, once: not the answer to an older request, not one that
came before the work was done, none from before a reopening. What a person ends otherwise, by
rejecting it, a person must have rejected. Whoever ends it says what it turned out to be.

Only a camera or sensor that reported something of that kind, or of its family, near by can be
asked, or near a case that a person has merged with it or split it off: what nobody but
people or a foreign system reported closes by a named person. And what they reported is not over
because time passes and no source senses it.

A case of what is dark (a box that is away, a blind camera) closes when something came back since
it began, of a box that was dark then, or by a named person. Only so by a person what was another
case before somebody called it darkness, and what another case was merged into.
"""

from dataclasses import dataclass, field

from citybrain.decider.command import Post, Reply, TimerFired
from citybrain.domain.event import (
    Event,
    VerificationRequest,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.domain.incident import IncidentReport
from citybrain.geo import Point, distance_m
from citybrain.kinds import UNKNOWN_KIND
from citybrain.vocabulary import (
    Disposition,
    IncidentStage,
    OperatorVerb,
    VerificationVerdict,
    Visibility,
)
from citysim.laws.history import DistrictHistory, History
from citysim.laws.projections.letters import DistrictRecord
from citysim.laws.projections.received_items import received_items
from citysim.laws.report import Findings, LawReport
from district_node.inputs import (
    AgentEnrolled,
    AgentPresenceChanged,
    AgentRevoked,
    BatchReceived,
    NodeStarted,
    OperatorActed,
    PacksChanged,
    ReportReceived,
)
from district_node.playbook import Playbook, Watches

LAW = "verified_closing"
VERIFYING_VERBS = (OperatorVerb.VERIFY, OperatorVerb.CLOSE)
REGROUPING_VERBS = (OperatorVerb.MERGE, OperatorVerb.SPLIT, OperatorVerb.NOT_SAME)
VERIFIED_STAGES = (IncidentStage.VERIFIED, IncidentStage.CLOSED)
DISPOSED_STAGES = (IncidentStage.CLOSED, IncidentStage.REJECTED)
ROUNDING_S = 0.002  # seconds travel with three decimals

NEAR_M = 250.0  # no playbook joins what is further apart into one incident

AgentResult = tuple[str, VerificationResult]  # agent, its answer
AgentEvent = tuple[str, Event]
RuleName = tuple[str, str, str, str]  # agent, source, rule, kind of incident


def check(history: History) -> LawReport:
    findings = Findings()
    for district, node in history.districts:
        log = _VerificationLog(
            new_results=node.projection(_new_results), new_events=node.projection(_new_events)
        )
        for record in node.records:
            findings.violations += [f"{district}: {violation}" for violation in log.apply(record)]
        findings.checked += log.closings
    return findings.report(LAW)


@dataclass(slots=True)  # mutable: a state that records are applied to
class _VerificationLog:
    """Which agent was asked last about each incident, and who verified it since its handling.

    `new_results`, `new_events`: by record, what came for the first time. `seen`: where each rule
    saw something of a kind; `reported`: the incidents that people or foreign systems reported.
    """

    new_results: dict[int, list[AgentResult]]
    new_events: dict[int, list[AgentEvent]]
    seen: dict[RuleName, list[Point]] = field(default_factory=dict)
    reported: set[str] = field(default_factory=set)
    # what each incident was ever said to be, and where: a person may correct both
    known: dict[str, set[tuple[str, Point]]] = field(default_factory=dict)
    asked: dict[str, tuple[str, VerificationRequest]] = field(default_factory=dict)
    verified_by: dict[str, str] = field(default_factory=dict)
    stage: dict[str, IncidentStage] = field(default_factory=dict)
    # by incident: those that a person ever held for the same, itself among them
    same: dict[str, set[str]] = field(default_factory=dict)
    family: dict[str, str] = field(default_factory=dict)  # by kind, of all packs so far
    dark_kinds: dict[str, Watches] = field(default_factory=dict)  # that the district itself notices
    # by case that the district itself noticed, that something is dark: the record it began in, and
    # the boxes that were away, or had a blind source, then
    dark_since: dict[str, tuple[int, frozenset[str]]] = field(default_factory=dict)
    merged_into: dict[str, str] = field(default_factory=dict)  # by persons, and still is
    came: dict[str, int] = field(default_factory=dict)  # by box, the last record in which it came
    saw_again: dict[str, int] = field(default_factory=dict)  # … in which a source of it saw
    here: set[str] = field(default_factory=set)  # boxes that are connected
    were_blind: set[str] = field(default_factory=set)  # boxes of which a source ever said so
    closings: int = 0

    def apply(self, record: DistrictRecord) -> list[str]:
        acted_on, verb = self._note_verifications(record)
        self._note_families(record)
        if verb in REGROUPING_VERBS:
            self._note_regrouping(record, acted_on)
        violations = []
        for command in record.commands:
            if type(command) is not Post:
                continue
            letter = command.letter
            if isinstance(letter, IncidentReport):
                before = self.stage.get(letter.incident)
                if before is not letter.stage:
                    by = verb if letter.incident == acted_on else None
                    violations += self._stage_changed(record, letter, before, by)
                    self.stage[letter.incident] = letter.stage
                if letter.incident not in self.known and letter.kind in self.dark_kinds:
                    boxes = self._dark_boxes(self.dark_kinds[letter.kind])
                    self.dark_since[letter.incident] = record.seq, boxes
                self.known.setdefault(letter.incident, set()).add((letter.kind, letter.place))
            elif isinstance(letter, VerificationRequest):
                self.asked[letter.incident] = (command.to.removeprefix("agent/"), letter)
        return violations

    def _note_verifications(self, record: DistrictRecord) -> tuple[str, OperatorVerb | None]:
        """Note who verifies an incident in this record.

        Returns the incident that a named operator acted on, and the verb, where it was done.
        """
        given = record.input
        if isinstance(given, BatchReceived):
            self._note_events(record.seq)
            self._note_visibility(record.seq, given)
            for agent, result in self.new_results.get(record.seq, ()):
                if self._is_clear(agent, result):
                    self.verified_by[result.incident] = agent
        elif isinstance(given, AgentPresenceChanged):
            self.came.setdefault(given.agent, 0)
            if given.online:
                self.here.add(given.agent)
                self.came[given.agent] = record.seq
            else:
                self.here.discard(given.agent)
        elif isinstance(given, AgentEnrolled):
            self.came.setdefault(given.agent, 0)
        elif isinstance(given, AgentRevoked):  # its connection is nobody's any more
            self.here.discard(given.agent)
        elif isinstance(given, NodeStarted):
            self.here.clear()
        elif isinstance(given, OperatorActed) and any(
            type(command) is Reply and command.done for command in record.commands
        ):
            action = given.action
            is_named = bool(given.principal.name.strip())
            if action.verb in VERIFYING_VERBS and is_named:
                self.verified_by[action.incident] = given.principal.name
            return action.incident, action.verb if is_named else None
        elif isinstance(given, ReportReceived):
            self.reported.update(
                command.subject
                for command in record.commands
                if type(command) is Reply and command.done
            )
        return "", None

    def _note_visibility(self, seq: int, batch: BatchReceived) -> None:
        self.came.setdefault(batch.agent, 0)
        for item in batch.items:
            if not isinstance(item.content, VisibilityInterval):
                continue
            if item.content.visibility is Visibility.BLIND:
                self.were_blind.add(batch.agent)
            else:
                self.saw_again[batch.agent] = seq

    def _dark_boxes(self, watches: Watches) -> frozenset[str]:
        """Those that are away, or of which a source may be blind: in doubt one more."""
        away = self.came.keys() - self.here
        return frozenset(away if watches is Watches.BOX else away | self.were_blind)

    def _note_families(self, record: DistrictRecord) -> None:
        given = record.input
        known: tuple[Playbook, ...] = ()
        if isinstance(given, NodeStarted):
            known = given.setup.playbooks
        elif isinstance(given, PacksChanged):
            known = given.playbooks
        self.dark_kinds.update((one.kind, one.watches) for one in known if one.watches)
        self.family.update((one.kind, one.joins.family) for one in known if one.joins.family)

    def _note_regrouping(self, record: DistrictRecord, acted_on: str) -> None:
        """What the record reports anew was split off, and what it names was merged."""
        given = record.input
        named = {acted_on}
        if isinstance(given, OperatorActed) and given.action.other is not None:
            named.add(given.action.other)
        named |= {
            command.letter.incident
            for command in record.commands
            if type(command) is Post
            and isinstance(command.letter, IncidentReport)
            and command.letter.incident not in self.known
        }
        if isinstance(given, OperatorActed) and given.action.verb is OperatorVerb.MERGE:
            self.merged_into[acted_on] = given.action.other or ""
        together = set[str]().union(*(self.same.get(name, {name}) for name in named))
        self.same.update(dict.fromkeys(together, together))

    def _note_events(self, seq: int) -> None:
        for agent, event in self.new_events.get(seq, ()):
            rule = agent, event.source, event.rule, event.incident_kind
            places = self.seen.setdefault(rule, [])
            if event.place not in places:
                places.append(event.place)

    def _is_clear(self, agent: str, result: VerificationResult) -> bool:
        """Whether it answers the last request on its incident, from the agent that was asked and
        had reported it, with enough seconds without the condition.
        """
        asked = self.asked.get(result.incident)
        if asked is None or result.verdict is not VerificationVerdict.CLEAR:
            return False
        if not self._has_seen(*asked):
            return False
        asked_agent, request = asked
        quiet_s = result.measurements.get("quiet_s", result.observed_s)
        is_asked = (asked_agent, request.request) == (agent, result.request)
        return is_asked and quiet_s + ROUNDING_S >= request.quiet_s

    def _has_seen(self, agent: str, request: VerificationRequest) -> bool:
        """Whether the rule that is asked about ever saw something of the incident's kind there."""
        names = self.same.get(request.incident, {request.incident})
        asked = agent, request.source, request.rule
        return any(
            distance_m(place, there) <= NEAR_M
            for name in names
            for of_kind, there in self.known.get(name, ())
            for (*rule, kind), places in self.seen.items()
            if tuple(rule) == asked and self._is_of(of_kind, kind)
            for place in places
        )

    def _is_of(self, kind: str, seen: str) -> bool:
        """Whether a rule that has `seen` one kind can have seen a case of `kind`."""
        family = self.family.get(kind)
        return kind in (seen, UNKNOWN_KIND) or (
            family is not None and family == self.family.get(seen)
        )

    def _stage_changed(
        self,
        record: DistrictRecord,
        report: IncidentReport,
        before: IncidentStage | None,
        by: OperatorVerb | None,
    ) -> list[str]:
        name, stage, seq = report.incident, report.stage, record.seq
        if stage is not IncidentStage.MERGED:
            self.merged_into.pop(name, None)
        if stage in DISPOSED_STAGES and report.disposition is Disposition.UNKNOWN:
            return [f"{name} became {stage} at record {seq}, and nobody said what it was"]
        was_opened = before not in (None, IncidentStage.REPORTED)
        if stage is IncidentStage.REJECTED and was_opened and by is not OperatorVerb.REJECT:
            return [f"{name} was {before} and was rejected in record {seq}, and not by a person"]
        if stage not in VERIFIED_STAGES:
            # What was verified before this change of stage does not count for the next closing.
            self.verified_by.pop(name, None)
            by_itself = stage is IncidentStage.HANDLED and isinstance(record.input, TimerFired)
            if by_itself and name in self.reported:
                return [
                    f"{name} was reported by somebody, and became {stage} by itself in record {seq}"
                ]
            return []
        self.closings += stage is IncidentStage.CLOSED
        if name in self.verified_by or self._is_back(report, seq):
            return []
        return [
            f"{name} became {stage} at record {seq}, and neither a camera that had seen it and was "
            "asked nor a person had verified it"
        ]

    def _is_back(self, report: IncidentReport, seq: int) -> bool:
        """Whether it is a case of what is dark, and no more than that, and something came back of a
        box that was dark as it began."""
        is_dark = report.kind in self.dark_kinds and (
            report.incident not in self.merged_into.values()
        )
        if not is_dark:
            return False
        since, boxes = self.dark_since.get(report.incident, (seq, frozenset()))
        saw = self.saw_again if self.dark_kinds[report.kind] is Watches.SOURCE else {}
        return any(max(self.came.get(box, 0), saw.get(box, 0)) > since for box in boxes)


def _new_results(node: DistrictHistory) -> dict[int, list[AgentResult]]:
    """By record: the verification results that came for the first time, each with its agent."""
    found: dict[int, list[AgentResult]] = {}
    for received in node.projection(received_items).new():
        if isinstance(received.item.content, VerificationResult):
            results = found.setdefault(received.record.seq, [])
            results.append((received.agent, received.item.content))
    return found


def _new_events(node: DistrictHistory) -> dict[int, list[AgentEvent]]:
    """By record: the events that came for the first time, each with its agent."""
    found: dict[int, list[AgentEvent]] = {}
    for received in node.projection(received_items).new():
        if isinstance(received.item.content, Event):
            events = found.setdefault(received.record.seq, [])
            events.append((received.agent, received.item.content))
    return found
