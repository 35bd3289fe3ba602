"""Liveness: what still has to happen in the recovery phase, in sentences."""

from citybrain.stages import ENDED_INCIDENT_STAGES, ENDED_ORDER_STAGES
from citybrain.vocabulary import IncidentStage
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.world import SimulatedWorld
from district_node.cores.incidents.incident import AgentVerification
from district_node.cores.orders.roster import Order
from street_agent.district_link import HELLO_EVERY_S

HELLO_DELAY_S = 15.0  # a resting agent's tick, and the way to the district


def is_quiescent(world: SimulatedWorld) -> bool:
    """Whether nothing is left to do."""
    return not unfinished_work(world, limit=1)


def is_looking(world: SimulatedWorld) -> bool:
    """Whether a source has time left to say whether a case is over. That it is not is said at the
    end of that time, which the playbook of the case names, and nobody need be sent before."""
    return any(
        incident.stage is IncidentStage.HANDLED
        and isinstance(asked := incident.verification, AgentVerification)
        and asked.deadline > node.clock.now()
        for node in world.districts.values()
        for incident in (node.state.incidents.values() if node.state is not None else ())
    )


def unfinished_work(world: SimulatedWorld, *, limit: int = 20) -> list[str]:
    """What has not happened yet, at most `limit` sentences."""
    found: list[str] = []
    for check in CHECKS:
        found += check(world)
        if len(found) >= limit:
            break
    return found[:limit]


def _hellos(world: SimulatedWorld) -> list[str]:
    """What a restored store has lost is declared when its agents have sent their hello again."""
    until_s = world.scenario.fault_phase_s + HELLO_EVERY_S + HELLO_DELAY_S
    if world.restored and world.loop.time() < until_s:
        return ["agents have not sent a hello to a restored store"]
    return []


def _processes(world: SimulatedWorld) -> list[str]:
    down = [name for name, computer in world.computers.items() if not computer.is_up]
    starting = [
        node.computer.name for node in world.nodes if not node.is_up and node.computer.is_up
    ]
    return [f"{name} is down" for name in down] + [f"{name} does not come up" for name in starting]


def _links(world: SimulatedWorld) -> list[str]:
    unlinked = [
        d
        for d, node in world.districts.items()
        if node.runtime is None or node.runtime.uplink is None or not node.runtime.uplink.is_up
    ]
    disconnected = [
        box.spec.agent
        for box in world.edge_boxes.values()
        if box.agent_run is None or not box.agent_run.link.is_connected
    ]
    city = world.city.state
    offline = [d.district for d in city.world.districts.values() if d.offline] if city else []
    return (
        [f"district {d} has no link to the city" for d in unlinked]
        + [f"agent {a} is not connected" for a in disconnected]
        + [f"the city takes {d} for offline" for d in offline]
    )


def _incidents(world: SimulatedWorld) -> list[str]:
    return [
        f"incident {incident.incident} of {d} is {incident.stage}"
        for d, node in world.districts.items()
        for incident in (node.state.incidents.values() if node.state is not None else ())
        if incident.stage not in ENDED_INCIDENT_STAGES
    ]


def _orders(world: SimulatedWorld) -> list[str]:
    live = [
        f"order {o.order} at {d} is {o.stage}"
        for d, node in world.districts.items()
        for o in _live_orders(node)
    ]
    city = world.city.state
    sagas = city.sagas.live.values() if city is not None else ()
    return live + [f"the city's saga of order {saga.order} is {saga.stage}" for saga in sagas]


def _live_orders(node: DistrictProcess) -> list[Order]:
    if node.state is None:
        return []
    return [o for o in node.state.roster.orders.values() if o.stage not in ENDED_ORDER_STAGES]


def _letters(world: SimulatedWorld) -> list[str]:
    nodes = [("city", world.city.store), *((d, node.store) for d, node in world.districts.items())]
    return [
        f"letters of {name} to {peer} are not acknowledged"
        for name, store in nodes
        for peer in store.peers()
        if peer.removeprefix("agent/") not in world.liars.names  # it acknowledges what it likes
    ]


def _outboxes(world: SimulatedWorld) -> list[str]:
    return [
        f"{box.spec.agent} has {box.outbox.stats().rows} item(s) in its outbox"
        for box in world.edge_boxes.values()
        if box.agent_run is not None and box.outbox.stats().rows
    ]


def _scenes(world: SimulatedWorld) -> list[str]:
    now_s = world.loop.time()
    return [
        f"a condition in front of {box.spec.agent} is present, and nobody works on it"
        for box in world.edge_boxes.values()
        if box.scene.is_present(now_s)
    ]


def _clocks(world: SimulatedWorld) -> list[str]:
    return [f"the time of {name} is not set right" for name in world.clock_keepers.unfinished]


def _callers(world: SimulatedWorld) -> list[str]:
    return [f"report {name} has no answer yet" for name in world.people.callers.pending]


CHECKS = (
    _hellos,
    _processes,
    _links,
    _incidents,
    _orders,
    _letters,
    _outboxes,
    _scenes,
    _callers,
    _clocks,
)
