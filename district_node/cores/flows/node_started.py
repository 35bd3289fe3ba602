"""What a start sets in motion: the configuration in force, units that came or went, links that are
down until they are reported up.
"""

from citybrain.ids import StoreEpoch
from citybrain.structs import replace
from citybrain.vocabulary import UnitState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.agents.lost_time import note_start
from district_node.cores.flows.agents.watching import look_soon
from district_node.cores.flows.forgetting import forget_silent_senders
from district_node.cores.flows.packs import put_in_force
from district_node.cores.flows.paging.steps import pages_configured
from district_node.cores.numbering.case_numbers import after_restore
from district_node.cores.orders import roster as own
from district_node.inputs import NodeStarted


def node_started(draft: DecisionDraft, started: NodeStarted) -> None:
    """Every run begins with it: what the configuration changes is applied to the state."""
    setup = started.setup
    pages_configured(draft, setup.paging)
    draft.setup, draft.starts = setup, draft.starts + 1
    draft.enrolments = replace(draft.enrolments, proves=started.proves_boxes)
    put_in_force(draft, setup.playbooks)
    draft.city = replace(draft.city, up=False, since=draft.at)
    for agent, known in draft.agents.items():
        if known.online:
            gone = replace(known, online=False, changed_at=draft.at)
            draft.agents = draft.agents.put(agent, gone)
    for unit in setup.units:
        enrolled = own.Unit(
            unit=unit.unit,
            name=unit.name,
            capabilities=unit.capabilities,
            speed_mps=unit.speed_mps,
            state=UnitState.AVAILABLE,
            place=unit.place,
            at=draft.at,
        )
        draft.put_roster(own.enrol(draft.roster, enrolled), unit.unit)
    configured = {unit.unit for unit in setup.units}
    for name in draft.roster.units:
        if name not in configured:
            draft.put_roster(own.retire(draft.roster, name, draft.at), name)
    draft.case_numbers = replace(draft.case_numbers, utc_offset_s=started.utc_offset_s)
    if draft.epoch and started.epoch != draft.epoch:
        _store_restored(draft, started.epoch)
    _number_those_without(draft)
    draft.epoch = started.epoch or draft.epoch
    forget_silent_senders(draft)
    note_start(draft)
    if draft.agents or draft.incidents:
        look_soon(draft)
    draft.needs_dispatch = True


def _number_those_without(draft: DecisionDraft) -> None:
    """Incidents that a version began which gave no numbers."""
    for incident in draft.incidents.values():
        if not incident.number:
            draft.put_incident(replace(incident, number=draft.new_case_number()))


def _store_restored(draft: DecisionDraft, epoch: StoreEpoch) -> None:
    """This store went back in time, and what it forgot was named, numbered and reported: ids and
    assignment numbers go on from elsewhere, and everything is reported again.
    """
    draft.id_prefix = f"{draft.district}.{epoch[:8]}"
    draft.resend_all = True
    draft.case_numbers = after_restore(draft.case_numbers, draft.at)
    draft.city = replace(draft.city, discarded_before=None)
    for name in draft.roster.units:
        draft.put_roster(own.renumber(draft.roster, name, draft.at), name)
    draft.notice("restored", draft.district, epoch)
