"""Law 2: a case number is given once.

People call a case by its short number, so two cases of a district must not have one, as long as a
number may be of the same year; and a case keeps the number that it got. The city is asked too: what
a district reported before its store was restored is in the city's journal alone.
"""

from collections.abc import Iterator

from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.command import Post
from citybrain.domain.incident import IncidentReport
from citysim.laws.history import CityHistory, DistrictHistory, History
from citysim.laws.report import Findings, LawReport
from coordinator.inputs import DistrictLetterReceived

LAW = "unique_numbers"
APART_US = 300 * 86_400 * SECOND_US  # it may come again after a year


def check(history: History) -> LawReport:
    findings = Findings()
    for district, node in history.districts:
        known = _Numbers(findings)
        for report in (*_posted(node), *_received(history.city, district)):
            known.note(report)
    return findings.report(LAW)


class _Numbers:
    """Of one district: which cases have each number, and which number each case has."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._cases: dict[str, dict[str, Timestamp]] = {}
        self._number: dict[str, str] = {}

    def note(self, report: IncidentReport) -> None:
        name, number = report.incident, report.number
        if not number:
            return  # of a version that gave none
        before = self._number.setdefault(name, number)
        if before != number:
            self._findings.add_violation(
                f"{report.district}: {name} was called {before}, and is {number} now"
            )
            self._number[name] = number
        others = self._cases.setdefault(number, {})
        if name in others:
            return
        self._findings.checked += 1
        for other, begun in others.items():
            if abs(begun - report.opened_at) < APART_US:
                self._findings.add_violation(
                    f"{report.district}: {other} and {name} are both called {number}"
                )
        others[name] = report.opened_at


def _posted(node: DistrictHistory) -> Iterator[IncidentReport]:
    for record in node.records:
        for command in record.commands:
            if type(command) is Post and isinstance(command.letter, IncidentReport):
                yield command.letter


def _received(city: CityHistory | None, district: str) -> Iterator[IncidentReport]:
    for record in city.records_of(DistrictLetterReceived) if city is not None else ():
        letter = record.input.letter
        if record.input.district == district and isinstance(letter, IncidentReport):
            yield letter
