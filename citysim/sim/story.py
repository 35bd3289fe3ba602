"""One seed, one story: drawn, told, judged. The same seed gives the same verdict and the same trace, byte for byte."""

from dataclasses import dataclass

from citybrain.vocabulary import IncidentStage
from citysim.laws.table import check_all
from citysim.sim.judge.history import history_of
from citysim.sim.judge.rest import is_quiet, left_undone
from citysim.sim.judge.verdict import Break, Tally, Verdict
from citysim.sim.scenario import Scenario
from citysim.sim.stage import Stage
from citysim.sim.trace import Line
from citysim.sim.world import World

ENDS_WITH = "ends with"  # the last lines of a trace: where every journal stands
LIVENESS, NO_BUG = "everything_right_happens", "nothing_unforeseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`lines` only where the trace was kept."""

    verdict: Verdict
    lines: tuple[Line, ...] = ()


def tell(
    scenario: Scenario,
    *,
    keep_trace: bool = False,
    until_s: float | None = None,
    verbose: bool = False,
) -> Told:
    """Tell the story and judge it; with `until_s` only up to there, and then only what must never happen is judged.

    `verbose`: every record of every journal gets a line too; the digest is the same.
    """
    stage = Stage(scenario, keep_trace=keep_trace, verbose=verbose)
    if until_s is not None:
        stage.until(until_s)
    else:
        stage.storm()
        stage.calm(is_quiet)
    world, ended_s = stage.world, stage.world.loop.time()
    broken, checked = judge(world, is_final=until_s is None)
    verdict = Verdict(
        seed=scenario.seed,
        broken=broken,
        checked=checked,
        ended_s=ended_s,
        quiet_after_s=stage.quiet_after_s,
        digest=_digest(world),
        tally=_tally(world),
    )
    lines = tuple(world.trace.lines)
    stage.close()
    return Told(verdict=verdict, lines=lines)


def judge(world: World, *, is_final: bool) -> tuple[tuple[Break, ...], tuple[tuple[str, int], ...]]:
    """(what was broken, how much was looked at by law). `is_final`: the calm is over."""
    reports = check_all(history_of(world, is_final=is_final))
    broken = [Break(law=report.law, what=what) for report in reports for what in report.broken]
    unforeseen = [
        *world.bugs,
        *(str(fault.get("exception") or fault.get("message")) for fault in world.loop.faults),
    ]
    broken += [Break(law=NO_BUG, what=what) for what in unforeseen]
    undone = left_undone(world) if is_final else []
    broken += [Break(law=LIVENESS, what=what) for what in undone]
    checked = [(report.law, report.checked) for report in reports]
    return tuple(broken), (*checked, (NO_BUG, world.loop.turns), (LIVENESS, 1 if is_final else 0))


def _digest(world: World) -> str:
    for node in world.nodes:
        world.trace.add(world.loop.time(), node.computer.name, ENDS_WITH, node.store.head().hash)
    return world.trace.digest()


def _tally(world: World) -> Tally:
    districts = [node.state for node in world.districts.values() if node.state is not None]
    incidents = [incident for state in districts for incident in state.incidents.values()]
    orders = [
        (state.setup.district, order)
        for state in districts
        for order in state.roster.orders.values()
        if order.assignment
    ]
    return Tally(
        faults=len(world.scenario.faults),
        happenings=len(world.scenario.happenings),
        incidents=len(incidents),
        closed=sum(incident.stage is IncidentStage.CLOSED for incident in incidents),
        orders=len(orders),
        foreign=sum(order.task.incident_district != district for district, order in orders),
        records=sum(node.store.head().seq for node in world.nodes),
        starts=sum(max(0, computer.boots - 1) for computer in world.computers.values()),
        turns=world.loop.turns,
    )
