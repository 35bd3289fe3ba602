"""Bugs of a case's end and its return: verification, closing, reopening."""

from typing import Any

from mutants.mutant import Mutant, put

from citybrain.domain.event import VerificationResult
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, VerificationVerdict
from district_node.cores.belief import correlate
from district_node.cores.belief.lifecycle import advance
from district_node.cores.flows import case, said


def _closed_unseen(_handle: Any) -> Any:
    def handle(work: Any, incident: Any, *, who: str, reason: str = "") -> Any:
        incident = advance(incident, IncidentTrigger.HANDLE, work.at, who=who, reason=reason)
        return case.close(work, incident, who=who, reason=reason)

    return handle


def _cannot_is_clear(verdict: Any) -> Any:
    def verdict_(work: Any, agent: Any, answer: VerificationResult) -> None:
        if answer.verdict is VerificationVerdict.CANNOT:
            answer = replace(answer, verdict=VerificationVerdict.CLEAR)
        verdict(work, agent, answer)

    return verdict_


def _any_answer(verdict: Any) -> Any:
    """The answer to any question about the incident is taken for that to the last one."""

    def verdict_(work: Any, agent: Any, answer: VerificationResult) -> None:
        incident = work.incidents.get(answer.incident)
        if incident is not None and incident.look is not None:
            answer, agent = replace(answer, request=incident.look.request), incident.look.agent
        verdict(work, agent, answer)

    return verdict_


def _one_is_enough(_cleared: Any) -> Any:
    def cleared(work: Any, incident: Any, who: str) -> None:
        case.close(work, incident, who=who, reason="clear")

    return cleared


def _never_back(_counts: Any) -> Any:
    return lambda _incident, _voice, _event: False


def _asked_once(counts: Any) -> Any:
    """As it was: only an episode's first event can reopen, and two clocks are compared."""

    def counts_(incident: Any, voice: Any, event: Any) -> bool:
        is_new = incident.events and voice.since == event.observed_at
        if incident.stage is IncidentStage.HANDLED:
            return (
                is_new
                and (incident.look is None or incident.look.late)
                and correlate.is_after(event, incident.handled_at)
            )
        return is_new and correlate.is_after(event, incident.changed_at)

    return counts_


MUTANTS = (
    Mutant(
        name="closed_unseen",
        bug="What is handled is closed at once; no camera is asked.",
        laws=("verified_closing",),
        plant=put(case, "handle", _closed_unseen),
    ),
    Mutant(
        name="cannot_is_clear",
        bug="A camera that answers that it cannot see is believed to have seen it clear.",
        laws=("verified_closing",),
        plant=put(said, "_verdict", _cannot_is_clear),
    ),
    Mutant(
        name="any_answer_counts",
        bug="An answer to an older question about an incident closes it.",
        laws=("verified_closing",),
        plant=put(said, "_verdict", _any_answer),
    ),
    Mutant(
        name="one_clear_is_enough",
        bug="One source's clear closes a case that another source still sees (found by simulation, fixed).",
        laws=("everything_right_happens", "verified_closing"),
        plant=put(said, "_cleared", _one_is_enough),
    ),
    Mutant(
        name="never_reopened",
        bug="What comes back within the guard time joins the closed incident, and nobody is sent.",
        laws=("everything_right_happens",),
        plant=put(said, "_counts_as_back", _never_back),
    ),
    Mutant(
        name="clocks_compared",
        bug="Whether an episode came after the closing is asked once, of two clocks that do not agree (found by simulation, fixed).",
        laws=("everything_right_happens",),
        plant=put(said, "_counts_as_back", _asked_once),
    ),
)
