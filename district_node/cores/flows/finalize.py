"""How every decision ends: what was served is verified, open slots get own units or the city is
asked, clocks follow the stage, and changes are reported to the city.
"""

from citybrain.ids import UnitId
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import OrderStage
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.local_dispatch import dispatch_own_units
from district_node.cores.flows.order_progress import progress_report
from district_node.cores.incidents.lifecycle import can, with_clocks
from district_node.cores.orders.roster import is_free, retire
from district_node.cores.report import incident_report, is_reportable, unit_report


def finalize(draft: DecisionDraft) -> None:
    """The steps that end every decision, in their order."""
    for name, unit in draft.fully_served.items():
        if can(draft.incidents[name], IncidentTrigger.HANDLE):
            incident_steps.handle(draft, draft.incidents[name], actor=unit)
    _retire_unconfigured(draft)
    dispatch_own_units(draft)
    _update_clocks(draft)
    _report(draft)


def _retire_unconfigured(draft: DecisionDraft) -> None:
    """A unit that the configuration does not name any more went on with its order; now that it is
    free it leaves.
    """
    for name in draft.changed_units:
        if is_free(draft.roster.units[name]) and not any(
            unit.unit == name for unit in draft.setup.units
        ):
            draft.roster = retire(draft.roster, name, draft.at)


def _update_clocks(draft: DecisionDraft) -> None:
    for name in draft.changed_incidents:
        before, incident = draft.before.incidents.get(name), draft.incidents.get(name)
        if incident is None or (
            before is not None
            and before.stage == incident.stage
            and before.opened_at == incident.opened_at
        ):
            continue
        clocked = with_clocks(incident, draft.playbook(incident.kind))
        draft.update_clock_timers(name, before.clocks if before is not None else (), clocked.clocks)
        draft.incidents = draft.incidents.put(name, clocked)
        draft.notice("stage", name, clocked.stage.value)


def _report(draft: DecisionDraft) -> None:
    if draft.resend_all:
        for order in draft.roster.orders.values():
            if order.plan is not None and order.stage is not OrderStage.RESERVED:
                draft.post_to_city(progress_report(draft, order))
        draft.changed_incidents.update(dict.fromkeys(draft.incidents))
    if draft.resend_all or (draft.city.up and not draft.before.city.up):
        draft.changed_units.update(dict.fromkeys(draft.roster.units))
    for name in draft.changed_incidents:
        before, after = draft.before.incidents.get(name), draft.incidents.get(name)
        if after is not None and (draft.resend_all or is_reportable(before, after)):
            draft.post_to_city(incident_report(after, draft.district))
    for unit in draft.changed_units:
        if draft.resend_all or _is_unit_reportable(draft, unit):
            draft.post_to_city(unit_report(draft.roster.units[unit], draft.district))


def _is_unit_reportable(draft: DecisionDraft, name: UnitId) -> bool:
    """Whether a letter about the unit is due. While the link to the city is down, positions do not
    pile up for it: the last ones are reported when it is up again.
    """
    before, after = draft.before.roster.units.get(name), draft.roster.units[name]
    if before is None or draft.city.up:
        return before != after or not draft.before.city.up
    return replace(before, place=after.place, at=after.at) != after
