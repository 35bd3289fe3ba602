"""What a start sets in motion: the configuration in force, units that came or went, links that are down until they say otherwise."""

from citybrain.ids import StoreEpoch
from citybrain.structs import replace
from citybrain.vocabulary import UnitState
from district_node.cores.orders import roster as own
from district_node.cores.work import Work
from district_node.inputs import NodeStarted


def node_started(work: Work, started: NodeStarted) -> None:
    setup = started.setup
    work.setup, work.starts = setup, work.starts + 1
    work.city = replace(work.city, up=False, since=work.at)
    for agent, known in work.agents.items():
        work.agents = work.agents.put(agent, replace(known, online=False))
    for unit in setup.units:
        enrolled = own.Unit(
            unit=unit.unit,
            name=unit.name,
            capabilities=unit.capabilities,
            speed_mps=unit.speed_mps,
            state=UnitState.AVAILABLE,
            place=unit.place,
            at=work.at,
        )
        work.put_roster(own.enrol(work.roster, enrolled), unit.unit)
    configured = {unit.unit for unit in setup.units}
    for name in work.roster.units.keys():  # noqa: SIM118 - a Table's keys are sorted
        if name not in configured:
            work.put_roster(own.retire(work.roster, name, work.at), name)
    if work.epoch and started.epoch != work.epoch:
        _restored(work, started.epoch)
    work.epoch = started.epoch or work.epoch
    work.wants_dispatch = True


def _restored(work: Work, epoch: StoreEpoch) -> None:
    """This store went back in time. What it forgot was named, numbered and told: names and assignment numbers go on from elsewhere, all is told again."""
    work.names = f"{work.district}.{epoch[:8]}"
    work.tells_all = True
    for name in work.roster.units:
        work.put_roster(own.renumbered(work.roster, name), name)
    work.notice("restored", work.district, epoch)
