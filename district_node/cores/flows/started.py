"""What a start sets in motion: the configuration in force, units that came or went, links that are down until they say otherwise."""

from citybrain.value import replace
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
    work.wants_dispatch = True
