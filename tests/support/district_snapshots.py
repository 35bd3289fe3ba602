"""What an operator's screen shows of a district scenario."""

from citybrain.domain.console import DistrictSnapshot, LinkStatus
from district_node.cores import view
from district_node.cores.report import unit_report


def a_snapshot(scenario):
    at = scenario.clock.now()
    state = scenario.state
    links = (
        LinkStatus(name="city", up=False, since=at, backlog=12),
        LinkStatus(name="broker", up=False, since=at, backlog=0, problem="silenced"),
    )
    return DistrictSnapshot(
        district="riverside",
        name="Riverside 滨江",
        centre=state.setup.centre,
        at=at,
        queue=tuple(view.queue_entry(one, "riverside", at) for one in state.incidents.values()),
        units=tuple(unit_report(unit, "riverside") for unit in state.roster.units.values()),
        agents=(),
        links=links,
        counts=view.intake_counts(state.intake.counters),
    )
