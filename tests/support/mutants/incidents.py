"""Bugs of an incident's end: verification, closing, reopening."""

from typing import Any

from citybrain.domain.event import VerificationResult
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, VerificationVerdict
from citysim.sim.faults.kind import FaultKind
from citysim.sim.faults.table import KINDS
from citysim.sim.people import operators
from district_node.cores.flows import incident_steps
from district_node.cores.flows.agents import agent_batch
from district_node.cores.incidents.incident import AgentVerification
from district_node.cores.incidents.lifecycle import advance
from mutants.mutant import Mutant, patch_attribute, patch_item


def _closes_unverified(_handle: Any) -> Any:
    def handle(draft: Any, incident: Any, *, actor: str, reason: str = "") -> Any:
        incident = advance(incident, IncidentTrigger.HANDLE, draft.at, actor=actor, reason=reason)
        return incident_steps.close(draft, incident, actor=actor, reason=reason)

    return handle


def _cannot_counts_as_clear(result: Any) -> Any:
    def result_(draft: Any, batch: Any, received: VerificationResult) -> None:
        if received.verdict is VerificationVerdict.CANNOT:
            seen = {"observed_s": 1e6, "measurements": {"quiet_s": 1e6}}
            received = replace(received, verdict=VerificationVerdict.CLEAR, **seen)
        result(draft, batch, received)

    return result_


def _nobody_goes_soon(delay_s: Any) -> Any:
    """So that a camera that sees nothing comes to the end of the time that it has to look."""

    def delay_s_(operator: Any, row: Any) -> float:
        return 220.0 if operators.awaits_verification(row) else delay_s(operator, row)

    return delay_s_


def _any_result(result: Any) -> Any:
    """The result of any request about the incident counts as that of the last one."""

    def result_(draft: Any, batch: Any, received: VerificationResult) -> None:
        incident = draft.incidents.get(received.incident)
        asked = incident.verification if incident is not None else None
        if isinstance(asked, AgentVerification):
            received = replace(received, request=asked.request, source=asked.source)
            batch = replace(batch, agent=asked.agent, incarnation=asked.incarnation)
        result(draft, batch, received)

    return result_


def _one_clear_is_enough(_source_cleared: Any) -> Any:
    def cleared(draft: Any, incident: Any, actor: str) -> None:
        incident_steps.close(draft, incident, actor=actor, reason="clear")

    return cleared


def _never_recurs(_is_recurrence: Any) -> Any:
    return lambda _incident, _episode, _event, _times: False


def _compares_clocks(_is_recurrence: Any) -> Any:
    """The code of an earlier version: only an episode's first event can reopen, and two clocks are
    compared."""

    def is_recurrence(incident: Any, contribution: Any, event: Any, _times: Any) -> bool:
        is_new = incident.events and contribution.since == event.observed_at
        if incident.stage is IncidentStage.HANDLED:
            return (
                is_new
                and (incident.verification is None or incident.verification.late)
                and (incident.handled_at is None or event.observed_at > incident.handled_at)
            )
        return is_new and event.observed_at > incident.changed_at

    return is_recurrence


def _fails_over_cleared(result: Any) -> Any:
    def result_(draft: Any, batch: Any, received: VerificationResult) -> None:
        if received.verdict is VerificationVerdict.CLEAR:
            raise KeyError(received.incident)
        result(draft, batch, received)

    return result_


def _drawn_often(kind: FaultKind) -> FaultKind:
    return replace(kind, weight=20.0)


MUTANTS = (
    Mutant(
        name="closed_unverified",
        bug="A handled incident is closed at once; no camera verifies it.",
        laws=("verified_closing",),
        plant=patch_attribute(incident_steps, "handle", _closes_unverified),
    ),
    Mutant(
        name="cannot_is_clear",
        bug="The result of a camera that cannot see counts as clear.",
        laws=("verified_closing",),
        plant=patch_attribute(agent_batch, "_verification_result", _cannot_counts_as_clear),
        setting=patch_attribute(operators, "_delay_s", _nobody_goes_soon),
    ),
    Mutant(
        name="any_result_counts",
        bug="The result of an older request about an incident closes it.",
        laws=("verified_closing",),
        plant=patch_attribute(agent_batch, "_verification_result", _any_result),
    ),
    Mutant(
        name="clear_undecidable",
        bug="The district fails over every result that is clear; the item is quarantined.",
        laws=("no_unexpected_errors",),
        plant=patch_attribute(agent_batch, "_verification_result", _fails_over_cleared),
    ),
    Mutant(
        name="one_clear_is_enough",
        bug="One source's clear closes an incident that another source still sees (found by"
        " simulation, fixed).",
        laws=("liveness", "verified_closing"),
        plant=patch_attribute(agent_batch, "_source_cleared", _one_clear_is_enough),
    ),
    Mutant(
        name="never_reopened",
        bug="What recurs within the guard time joins the closed incident, and nobody is sent.",
        laws=("liveness",),
        plant=patch_attribute(agent_batch, "_is_recurrence", _never_recurs),
    ),
    Mutant(
        name="clocks_compared",
        bug="Whether an episode began after the closing is decided once, by two clocks that do not"
        " agree (found by simulation, fixed).",
        laws=("liveness",),
        plant=patch_attribute(agent_batch, "_is_recurrence", _compares_clocks),
        setting=patch_item(KINDS, "clock_drifts", _drawn_often),
    ),
)
