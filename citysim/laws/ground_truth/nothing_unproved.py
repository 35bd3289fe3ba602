"""Nothing is believed of whom it was not proved, by the simulator's notes of who said what.

- Every item, hello and presence in a journal stands under an agent that said it over its own
  transport: a number that its outbox gave, an outbox that it had. A lying box may say anything
  under its own name, and nothing under another's.
- So does every button, every position and what a crew says of its duty under a unit.
- No incident is closed by an answer of whom the district did not ask: of another agent, source or
  request, or of an outbox that nobody knew when the request was made.
- No unit is believed to be where it could not have come, unless it has said so for minutes, a
  person of the district said so, or its crew arrived at a scene there.
- Of a box whose certificate is on the list of the revoked nothing is taken once its district has
  looked, and what is journaled of it has no effect, until it joins again.

What a liar causes under its own name (cases where nothing is, crews that go there, a clear of what
it had reported itself) is no violation of this law; the others still hold for everybody else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from citybrain.clock import Timestamp, seconds_between
from citybrain.decider.command import Post
from citybrain.domain.event import Gap, VerificationRequest, VerificationResult
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderRequest
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point, distance_m
from citybrain.structs import Struct, replace
from citybrain.vocabulary import CrewAction, IncidentStage, VerificationVerdict
from citysim.laws.ground_truth import revoked_boxes
from citysim.laws.ground_truth_log import GroundTruth
from citysim.laws.history import DistrictHistory, History
from citysim.laws.projections.letters import DistrictRecord
from citysim.laws.projections.rebases import Move, rebase_in
from citysim.laws.report import Findings, LawReport
from district_node.cores.orders.positions import vouches
from district_node.inputs import (
    AgentPresenceChanged,
    BatchReceived,
    CityLetterReceived,
    CrewAnswered,
    CrewPositionReported,
    HelloReceived,
    ItemQuarantined,
    UnitActed,
)
from district_node.limits import (
    POSITION_ERROR,
    POSITION_HELD,
    POSITION_HELD_REPORTS,
    POSITION_REACH_TIME,
    POSITION_TOP_SPEED,
)

LAW = "nothing_unproved"
VERIFIED_STAGES = (IncidentStage.VERIFIED, IncidentStage.CLOSED)
# further than that is out of reach whatever time passed, of every unit that a town has
REACH_M = POSITION_ERROR.value + POSITION_TOP_SPEED.value * POSITION_REACH_TIME.value


def check(history: History) -> LawReport:
    findings = Findings()
    if history.ground_truth is None:
        return findings.report(LAW)
    said = _said(history)
    for district, node in history.districts:
        answers = _AnswerLog()
        for record in node.records:
            for violation in (*said.violations(record), *answers.violations(record)):
                findings.add_violation(f"{district}: {violation} in record {record.seq}")
        findings.checked += said.checked + answers.closings
        said.checked = 0
        findings.violations += [f"{district}: {jump}" for jump in _jumps(node)]
        findings.violations += [f"{district}: {told}" for told in revoked_boxes.effects(node)]
    for revoked, node in revoked_boxes.of_history(history):
        findings.checked += 1
        stalls = tuple(stall for stall in history.stalls if stall.node == node.name)
        for violation in revoked_boxes.violations(node, revoked, stalls):
            findings.add_violation(f"{node.name}: {violation}")
    return findings.report(LAW)


# who said what


@dataclass(slots=True)  # mutable: counts what it has judged
class _Said:
    """`numbers`: by agent and outbox, those that were given; `outboxes`: that an honest box had;
    `by_crews`: unit and content, as text."""

    numbers: dict[tuple[str, int], set[int]]
    outboxes: dict[str, set[int]]
    liars: frozenset[str]
    by_crews: frozenset[tuple[str, object]]
    checked: int = 0

    def violations(self, record: DistrictRecord) -> Iterator[str]:
        match record.input:
            case BatchReceived() as batch:
                yield from self._batch(batch)
            case HelloReceived(hello=hello):
                self.checked += 1
                known = self.outboxes.get(hello.agent, ())
                if hello.agent not in self.liars and hello.incarnation not in known:
                    yield f"a hello of {hello.agent} names an outbox that it never had"
            case AgentPresenceChanged(agent=agent):
                self.checked += 1
                if agent not in self.liars and agent not in self.outboxes:
                    yield f"{agent} comes or goes, and no such box is there"
            case UnitActed(action=action) if action.operator:
                return  # a person's word, of whichever unit
            case (
                CrewAnswered(answer=content)
                | CrewPositionReported(position=content)
                | UnitActed(action=content)
            ):
                self.checked += 1
                if (content.unit, content) not in self.by_crews:
                    yield f"{content.unit} is believed to have said what its devices did not say"
            case _:
                return

    def _batch(self, batch: BatchReceived) -> Iterator[str]:
        given = self.numbers.get((batch.agent, batch.incarnation), set())
        for item in batch.items:
            self.checked += 1
            is_known = item.seq in given
            if isinstance(item.content, Gap) and batch.agent not in self.liars:
                # a gap stands for numbers that were given
                is_known = item.content.last <= max(given, default=0)
            if not is_known:
                yield f"{batch.agent} is believed to have said item {item.seq}, and did not say it"


def _said(history: History) -> _Said:
    truth = history.ground_truth or GroundTruth()
    numbers: dict[tuple[str, int], set[int]] = {}
    outboxes: dict[str, set[int]] = {}
    for stored in (*truth.items_stored, *truth.lies):
        numbers.setdefault((stored.agent, stored.incarnation), set()).update(stored.seqs)
    known = [(outbox.agent, outbox.incarnation) for _, outbox in history.outboxes]
    for agent, incarnation in (*known, *truth.outboxes_lost, *numbers):
        if agent not in history.liars:
            outboxes.setdefault(agent, set()).add(incarnation)
    return _Said(
        numbers=numbers,
        outboxes=outboxes,
        liars=history.liars,
        by_crews=frozenset((said.unit, said.said) for said in truth.sent_by_crews),
    )


# who was asked


class _Asked(Struct, frozen=True, kw_only=True):
    """A request, and the outboxes of its agent that were known when it was made."""

    agent: str
    request: VerificationRequest
    outboxes: frozenset[int]


@dataclass(slots=True)  # mutable: a state that records are applied to
class _AnswerLog:
    asked: dict[str, _Asked] = field(default_factory=dict)  # the last of each incident
    outboxes: dict[str, set[int]] = field(default_factory=dict)  # by agent, so far
    stage: dict[str, IncidentStage] = field(default_factory=dict)
    closings: int = 0

    def violations(self, record: DistrictRecord) -> list[str]:
        """Judges the closings of a record that came with answers."""
        batch, before = record.input, dict(self.asked)
        if isinstance(batch, BatchReceived | ItemQuarantined):
            self.outboxes.setdefault(batch.agent, set()).add(batch.incarnation)
        elif isinstance(batch, HelloReceived):
            self.outboxes.setdefault(batch.hello.agent, set()).add(batch.hello.incarnation)
        found = []
        for command in record.commands:
            if type(command) is not Post:
                continue
            letter = command.letter
            if isinstance(letter, VerificationRequest):
                agent = command.to.removeprefix("agent/")
                known = frozenset(self.outboxes.get(agent, ()))
                asked = _Asked(agent=agent, request=letter, outboxes=known)
                self.asked[letter.incident] = asked
            elif isinstance(letter, IncidentReport):
                was, self.stage[letter.incident] = self.stage.get(letter.incident), letter.stage
                is_closing = letter.stage in VERIFIED_STAGES and was not in VERIFIED_STAGES
                if is_closing and isinstance(batch, BatchReceived):
                    self.closings += 1
                    asks = [a for a in (before, self.asked) if letter.incident in a]
                    if not any(_is_answered(batch, ask[letter.incident]) for ask in asks):
                        found.append(
                            f"{letter.incident} is closed by a message of {batch.agent}, which was"
                            " not asked so"
                        )
        return found


def _is_answered(batch: BatchReceived, asked: _Asked) -> bool:
    return (batch.agent == asked.agent and batch.incarnation in asked.outboxes) and any(
        isinstance(item.content, VerificationResult)
        and item.content.verdict is VerificationVerdict.CLEAR
        and item.content.request == asked.request.request
        and item.content.source == asked.request.source
        for item in batch.items
    )


# where units are


class _Reported(Struct, frozen=True, kw_only=True):
    """A position, and when it was reported, by the district's present time."""

    at: Timestamp
    given: CrewPositionReported


def _jumps(node: DistrictHistory) -> Iterator[str]:
    """Places that a unit was reported at to the city, each far from the one before."""
    reports: dict[str, list[_Reported]] = {}
    places: dict[str, Point] = {}
    scenes: list[Point] = []
    for record in node.records:
        given = record.input
        if (moved := rebase_in(record)) is not None:
            reports = {unit: _in_new_time(made, moved) for unit, made in reports.items()}
        if isinstance(given, CrewPositionReported):
            reported = _Reported(at=record.at, given=given)
            reports.setdefault(given.position.unit, []).append(reported)
        elif isinstance(given, CityLetterReceived) and isinstance(given.letter, OrderRequest):
            scenes.append(given.letter.task.place)
        for command in record.commands:
            if type(command) is Post and isinstance(command.letter, IncidentReport):
                scenes.append(command.letter.place)
            if type(command) is not Post or not isinstance(command.letter, UnitReport):
                continue
            unit, place = command.letter.unit, command.letter.place
            before = places.setdefault(unit, place)
            places[unit] = place
            if distance_m(before, place) <= REACH_M or _has_held(reports.get(unit, []), place):
                continue
            if not _has_arrived(record, unit, place, scenes):
                km = distance_m(before, place) / 1_000
                yield f"{unit} is believed to have gone {km:.0f} km before record {record.seq}"


def _has_arrived(record: DistrictRecord, unit: str, place: Point, scenes: list[Point]) -> bool:
    """Whether the unit's crew says by this record that it is at a scene, and that is there."""
    given = record.input
    return (
        isinstance(given, CrewAnswered)
        and (given.answer.unit, given.answer.action) == (unit, CrewAction.ARRIVE)
        and any(distance_m(scene, place) <= POSITION_ERROR.value for scene in scenes)
    )


def _in_new_time(reports: list[_Reported], moved: Move) -> list[_Reported]:
    return [replace(reported, at=moved(reported.at)) for reported in reports]


def _has_held(reports: list[_Reported], place: Point) -> bool:
    """Whether the latest reports agree on `place` for long enough, or a person vouched for it."""
    there = [reported for reported in reports if reported.given.position.place == place]
    if not there:
        return False
    last = there[-1]
    if vouches(last.given.principal):
        return True
    agreeing = [last]
    for reported in reversed(reports[: reports.index(last)]):
        if distance_m(reported.given.position.place, agreeing[-1].given.position.place) > REACH_M:
            break
        agreeing.append(reported)
    held_s = seconds_between(agreeing[-1].at, last.at)
    return len(agreeing) >= POSITION_HELD_REPORTS.value and held_s >= POSITION_HELD.value
