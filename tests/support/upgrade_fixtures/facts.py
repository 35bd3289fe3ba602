"""What must be found again in a set's files, by every later version: as plain JSON, so that it does
not depend on how a version names its fields. These functions say where this version keeps it."""

from typing import Any

from citybrain.clock import Timestamp
from citybrain.journal.port import Store
from citybrain.stages import LIVE_ORDER_STAGES
from coordinator.cores.state import CityState
from district_node.cores.incidents.contribution import Episode, source_label
from district_node.cores.incidents.incident import AgentVerification
from district_node.cores.state import DistrictState
from street_agent.checkpoint.port import CheckpointStore
from street_agent.outbox.sqlite import SqliteOutbox

Facts = dict[str, Any]
FAR = Timestamp(2**62)
ALL = 2**31


def district_facts(state: DistrictState, store: Store) -> Facts:
    roster, incidents = state.roster, state.incidents
    return {
        **_rows(store),
        "live orders": {
            o.order: [o.unit, str(o.stage), o.assignment_number]
            for o in roster.orders.values()
            if o.stage in LIVE_ORDER_STAGES
        },
        "units": {
            u.unit: [str(u.state), u.order, u.assignment_number] for u in roster.units.values()
        },
        "incidents": {i.incident: str(i.stage) for i in incidents.values()},
        "open verifications": {
            i.incident: i.verification.request
            if isinstance(i.verification, AgentVerification)
            else str(i.verification.method)
            for i in incidents.values()
            if i.verification is not None
        },
        **_reports(state),
        "received": {
            f"{agent}/{incarnation}": ranges.contiguous
            for (agent, incarnation), ranges in state.intake.ack_ranges.items()
        },
    }


def _reports(state: DistrictState) -> Facts:
    """What people and foreign systems reported; nothing where a version knew no reports."""
    found = {
        incident.incident: [source_label(known), known.text]
        for incident in state.incidents.values()
        for known in incident.contributions.values()
        if not isinstance(known, Episode)
    }
    return {"reports": found} if found else {}


def city_facts(state: CityState, store: Store) -> Facts:
    return {
        **_rows(store),
        "live sagas": {
            s.order: [s.unit, str(s.stage), str(s.unit_owner_stage), str(s.incident_owner_stage)]
            for s in state.sagas.live.values()
        },
        "plans": {plan.plan: str(plan.stage) for plan in state.plans},
        "received": {d.district: d.up_acked for d in state.world.districts.values()},
    }


def agent_facts(outbox: SqliteOutbox, checkpoints: CheckpointStore) -> Facts:
    stats = outbox.stats()
    rows = outbox.rows_of(range(1, stats.next_seq))
    previous = checkpoints.load(stats.next_seq)
    return {
        "incarnation": outbox.incarnation,
        "next_seq": stats.next_seq,
        "rows": {str(row.item.seq): row.priority for row in rows},
        "open requests": [request.request for request in outbox.open_requests()],
        "request positions": {ack.epoch: ack.contiguous for ack in outbox.request_acks()},
        "open episodes": sorted(e.rule for e in previous.episodes) if previous else [],
    }


def _rows(store: Store) -> Facts:
    timers = store.timers_due(at=FAR, limit=ALL)
    return {
        "epoch": store.epoch(),
        "timers": {timer.timer: timer.due for timer in timers},
        "letters": {
            peer: [one.position for one in store.letters(to=peer, after=0, limit=ALL)]
            for peer in store.peers()
        },
    }
