"""A scenario run once and judged by every law.

The same scenario gives the same verdict and the same trace, byte for byte.
"""

from citybrain.structs import Struct
from citybrain.vocabulary import IncidentStage
from citysim.laws.table import check_all
from citysim.sim.oracle.history import history_of
from citysim.sim.oracle.liveness import is_looking, is_quiescent, unfinished_work
from citysim.sim.oracle.quarantine import quarantined
from citysim.sim.oracle.stages import stages_reached
from citysim.sim.oracle.verdict import RunCounts, Verdict, Violation
from citysim.sim.scenario import Scenario
from citysim.sim.simulation import Simulation
from citysim.sim.trace import TraceLine
from citysim.sim.world import SimulatedWorld

FINAL_HEAD = "ends with"  # the last lines of a trace: the head of every journal
LIVENESS, NO_UNEXPECTED_ERRORS = "liveness", "no_unexpected_errors"  # the harness's own laws


class RunResult(Struct, frozen=True, kw_only=True):
    """`lines` is empty unless the trace was kept."""

    verdict: Verdict
    lines: tuple[TraceLine, ...] = ()


def run_scenario(
    scenario: Scenario,
    *,
    keep_trace: bool = False,
    until_s: float | None = None,
    verbose: bool = False,
) -> RunResult:
    """Run and judge. With `until_s` it stops there, and only safety laws are judged.

    `verbose`: every record of every journal gets a trace line; the digest stays the same.
    """
    simulation = Simulation(scenario, keep_trace=keep_trace, verbose=verbose)
    if until_s is not None:
        simulation.run_until(until_s)
    else:
        simulation.run_fault_phase()
        simulation.run_recovery_phase(is_quiescent, is_looking)
    world, ended_s = simulation.world, simulation.world.loop.time()
    violations, checked = check_laws(world, is_final=until_s is None)
    verdict = Verdict(
        seed=scenario.seed,
        violations=violations,
        checked=checked,
        ended_s=ended_s,
        recovered_after_s=simulation.recovered_after_s,
        digest=_digest(world),
        counts=_run_counts(world),
        reached=stages_reached(world),
    )
    lines = tuple(world.trace.lines)
    simulation.close()
    return RunResult(verdict=verdict, lines=lines)


def check_laws(
    world: SimulatedWorld, *, is_final: bool
) -> tuple[tuple[Violation, ...], tuple[tuple[str, int], ...]]:
    """(the violations, how much each law had to judge). `is_final`: the recovery phase is over."""
    history = history_of(world, is_final=is_final)
    reports = check_all(history)
    violations = [
        Violation(law=report.law, what=what) for report in reports for what in report.violations
    ]
    unexpected = [
        *world.unexpected_errors,
        *quarantined(history),
        *(str(error.get("exception") or error.get("message")) for error in world.loop.unhandled),
    ]
    violations += [Violation(law=NO_UNEXPECTED_ERRORS, what=what) for what in unexpected]
    unfinished = unfinished_work(world) if is_final else []
    violations += [Violation(law=LIVENESS, what=what) for what in unfinished]
    checked = (
        *((report.law, report.checked) for report in reports),
        (NO_UNEXPECTED_ERRORS, world.loop.steps),
        (LIVENESS, 1 if is_final else 0),
    )
    return tuple(violations), checked


def _digest(world: SimulatedWorld) -> str:
    for node in world.nodes:
        world.trace.add(world.loop.time(), node.computer.name, FINAL_HEAD, node.store.head().hash)
    return world.trace.digest()


def _run_counts(world: SimulatedWorld) -> RunCounts:
    districts = [node.state for node in world.districts.values() if node.state is not None]
    incidents = [incident for state in districts for incident in state.incidents.values()]
    orders = [
        (state.setup.district, order)
        for state in districts
        for order in state.roster.orders.values()
        if order.assignment_number
    ]
    return RunCounts(
        faults=len(world.scenario.faults),
        street_events=len(world.scenario.street_events),
        incidents=len(incidents),
        closed=sum(incident.stage is IncidentStage.CLOSED for incident in incidents),
        orders=len(orders),
        cross_district_orders=sum(
            order.task.incident_district != district for district, order in orders
        ),
        records=sum(node.store.head().seq for node in world.nodes),
        restarts=sum(max(0, computer.boots - 1) for computer in world.computers.values()),
        steps=world.loop.steps,
    )
