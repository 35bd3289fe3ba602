"""Liveness: what still has to happen in the calm, in words. Nothing left means that everything right has happened."""

from citybrain.stages import ENDED_ORDER_STAGES, OVER_INCIDENT_STAGES
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.street.box import Box
from citysim.sim.world import World
from district_node.cores.orders.roster import Order
from street_agent.link.uplink import HELLO_EVERY_S

HEARD_S = 15.0  # a tick of a resting agent, and the way there


def is_quiet(world: World) -> bool:
    """Whether nothing is left to do."""
    return not left_undone(world, most=1)


def left_undone(world: World, *, most: int = 20) -> list[str]:
    """What has not happened yet, at most so many."""
    found: list[str] = []
    for look in (_hellos, _processes, _links, _incidents, _orders, _letters, _outboxes, _scenes):
        found += look(world)
        if len(found) >= most:
            break
    return found[:most]


def _hellos(world: World) -> list[str]:
    """What a store that was put back has forgotten is declared when its agents have said hello again."""
    waits_until_s = world.scenario.storm_s + HELLO_EVERY_S + HEARD_S
    return (
        ["agents have not said hello to a store that was put back"]
        if world.restored and world.loop.time() < waits_until_s
        else []
    )


def _processes(world: World) -> list[str]:
    down = [name for name, computer in world.computers.items() if not computer.is_up]
    starting = [
        node.computer.name for node in world.nodes if not node.is_up and node.computer.is_up
    ]
    return [f"{name} is down" for name in down] + [f"{name} does not come up" for name in starting]


def _links(world: World) -> list[str]:
    away = [
        d
        for d, node in world.districts.items()
        if node.works is None or node.works.uplink is None or not node.works.uplink.is_up
    ]
    deaf = [
        box.plan.agent
        for box in world.boxes.values()
        if box.life is None or not box.life.uplink.is_connected
    ]
    lost = (
        [d.district for d in world.city.state.world.districts.values() if d.away]
        if world.city.state is not None
        else []
    )
    return (
        [f"district {d} has no link to the city" for d in away]
        + [f"agent {a} is not connected" for a in deaf]
        + [f"the city believes that {d} is away" for d in lost]
    )


def _incidents(world: World) -> list[str]:
    return [
        f"incident {incident.incident} of {d} is {incident.stage}"
        for d, node in world.districts.items()
        for incident in (node.state.incidents.values() if node.state is not None else ())
        if incident.stage not in OVER_INCIDENT_STAGES
    ]


def _orders(world: World) -> list[str]:
    held = [
        f"order {o.order} at {d} is {o.stage}"
        for d, node in world.districts.items()
        for o in _live_orders(node)
    ]
    drives = (
        [
            f"the city drives order {d.order}: {d.stage}"
            for d in world.city.state.drives.live.values()
        ]
        if world.city.state is not None
        else []
    )
    return held + drives


def _live_orders(node: DistrictProcess) -> list[Order]:
    return (
        [o for o in node.state.roster.orders.values() if o.stage not in ENDED_ORDER_STAGES]
        if node.state is not None
        else []
    )


def _letters(world: World) -> list[str]:
    nodes = [("city", world.city.store), *((d, node.store) for d, node in world.districts.items())]
    return [
        f"letters of {name} to {peer} are under way"
        for name, store in nodes
        for peer in store.peers()
    ]


def _outboxes(world: World) -> list[str]:
    return [
        f"{box.plan.agent} keeps {box.outbox.stats().rows} item(s) in its outbox"
        for box in world.boxes.values()
        if _rows(box)
    ]


def _rows(box: Box) -> int:
    return box.outbox.stats().rows if box.life is not None else 0


def _scenes(world: World) -> list[str]:
    now_s = world.loop.time()
    return [
        f"what {box.plan.agent} watches is still not in order, and nobody works on it"
        for box in world.boxes.values()
        if box.scene.is_present(now_s)
    ]
