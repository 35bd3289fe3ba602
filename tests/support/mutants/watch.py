"""Bugs of what nobody sees, of what changes too often, and of the numbers of cases."""

from typing import Any

from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citysim.sim.faults.kind import FaultKind, TargetType
from citysim.sim.faults.table import KINDS
from district_node.cores import decision_draft
from district_node.cores.flows import incident_steps, node_started
from district_node.cores.flows.agents import flapping, watching
from district_node.cores.flows.verbs import endings
from district_node.cores.incidents.lifecycle import advance, can
from mutants.mutant import Mutant, all_of, patch_attribute, patch_item
from street_agent.core import decide


def _back_at_once(begin: Any) -> Any:
    def begin_(draft: Any, kind: Any, one: Any) -> Any:
        name = begin(draft, kind, one)
        incident = draft.incidents[name]
        watched = tuple(replace(each, is_back=True) for each in incident.watched)
        draft.put_incident(replace(incident, watched=watched, live_count=0))
        incident_steps.handle(draft, draft.incidents[name], actor=draft.district)
        return name

    return begin_


def _nothing(_function: Any) -> Any:
    return lambda *_args, **_named: None


def _closed(_hold: Any) -> Any:
    def hold(draft: Any, incident: Any, _source: Any) -> None:
        if can(incident, IncidentTrigger.HANDLE):
            incident = advance(incident, IncidentTrigger.HANDLE, draft.at, actor=draft.district)
            incident_steps.close(draft, incident, actor=draft.district, reason="unstable")

    return hold


def _as_they_were(_after_restore: Any) -> Any:
    return lambda numbers, _at: numbers


def _not_kept(next_number: Any) -> Any:
    def next_number_(numbers: Any, setup: Any, at: Any) -> Any:
        _, number = next_number(numbers, setup, at)
        return numbers, number

    return next_number_


def _lasts(kind: FaultKind) -> FaultKind:
    return replace(
        kind,
        target_type=TargetType.EDGE_BOX,
        weight=12.0,
        duration_s=LASTING,
        magnitude=LASTING,
    )


def _no_time_is_waited_for(_waits: Any) -> Any:
    return lambda _draft, _one: []


def _never_back(_seen_again: Any) -> Any:
    return lambda _draft, one: one


def _not_said_again(_known_visibilities: Any) -> Any:
    return lambda _setup, _state: ()


def _often(kind: FaultKind) -> FaultKind:
    return replace(kind, weight=12.0)


LASTING = (40.0, 150.0)
# boxes without power and blind sources, for longer than the policy of the districts says
DARK = all_of(
    patch_item(KINDS, "power_out", _lasts),
    patch_item(KINDS, "source_blind", _lasts),
)

MUTANTS = (
    Mutant(
        name="dark_taken_for_back",
        bug="A box that is away, or a blind camera, counts as back once its case is open.",
        laws=("verified_closing",),
        plant=patch_attribute(watching, "_begin", _back_at_once),
    ),
    Mutant(
        name="unstable_closed",
        bug="A case whose source changes too often is closed, as if nothing were there.",
        laws=("verified_closing",),
        plant=patch_attribute(flapping, "hold", _closed),
    ),
    Mutant(
        name="numbers_not_counted",
        bug="A case number is given, and that it was is forgotten.",
        laws=("unique_numbers",),
        plant=patch_attribute(decision_draft, "next_number", _not_kept),
    ),
    Mutant(
        name="numbers_given_again",
        bug="A store that was restored goes on counting where its backup stood.",
        laws=("unique_numbers",),
        plant=patch_attribute(node_started, "after_restore", _as_they_were),
    ),
    Mutant(
        name="closed_though_seen",
        bug="Whoever ends a case that a source still sees is not asked again.",
        laws=("confirmed_closing",),
        plant=patch_attribute(endings, "_still_seen", _nothing),
    ),
    Mutant(
        name="darkness_not_waited_for",
        bug="What is dark is looked at when something changes, and not when its time is over.",
        laws=("ground_truth_darkness",),
        plant=patch_attribute(watching, "_waits", _no_time_is_waited_for),
        setting=DARK,
    ),
    Mutant(
        name="never_back",
        bug="What was dark and sees again stays dark in its case.",
        laws=("ground_truth_darkness",),
        plant=patch_attribute(watching, "_seen_again", _never_back),
        setting=DARK,
    ),
    Mutant(
        name="not_said_again",
        bug="To a district that was restored a box does not say again what its sources see.",
        laws=("ground_truth_darkness",),
        plant=patch_attribute(decide, "known_visibilities", _not_said_again),
        setting=all_of(DARK, patch_item(KINDS, "store_restored", _often)),
    ),
)
