"""Crash-point testing: the power fails before, during and after every write of every computer.

Each crash is one run to the end, judged by every law.
"""

from collections.abc import Iterator, Mapping
from random import Random  # noqa: TID251 - seeded

from citybrain.journal.memory import Boundary
from citybrain.structs import Struct, replace
from citysim.sim.oracle.liveness import is_looking, is_quiescent
from citysim.sim.oracle.verdict import Verdict
from citysim.sim.runs.scenario_runner import ScenarioRunner
from citysim.sim.runs.scenario_spec import TOWN, ScenarioSpec
from citysim.sim.scenario import Fault, Scenario
from citysim.sim.simulation import Simulation


class CrashPoint(Struct, frozen=True, kw_only=True):
    """A boundary of a write: the first write of a computer's disk has number 1."""

    computer: str
    write: int
    boundary: Boundary

    def __str__(self) -> str:
        return f"{self.computer}:{self.write}:{self.boundary}"

    def fault(self, duration_s: float) -> Fault:
        return Fault(
            number=1,
            at_s=0.0,
            kind=f"dies_{self.boundary}_commit",
            target=self.computer,
            duration_s=duration_s,
            magnitude=float(self.write),
        )


def parse_crash_point(text: str) -> CrashPoint:
    """The inverse of `str`: "district/north:17:during". Raises `ValueError`."""
    computer, _, rest = text.partition(":")
    write, _, boundary = rest.partition(":")
    if not computer or not write.isdecimal() or boundary not in tuple(Boundary):
        raise ValueError(
            f"{text!r} is no crash point. Write COMPUTER:WRITE:before, :during or :after, "
            "as district/north:17:during."
        )
    return CrashPoint(computer=computer, write=int(write), boundary=Boundary(boundary))


class FaultFreeRun(Struct, frozen=True, kw_only=True):
    """A seed's scenario without faults, and how often each computer writes in it.

    Its fault phase lasts to the end, so that a crash may be injected at any time.
    """

    scenario: Scenario
    writes: Mapping[str, int]

    def crash_points(self) -> list[CrashPoint]:
        return [
            CrashPoint(computer=c, write=n, boundary=b)
            for c, writes in self.writes.items()
            for n in range(1, writes + 1)
            for b in Boundary
        ]

    def with_crash(self, crash_point: CrashPoint) -> Scenario:
        return replace(self.scenario, faults=(crash_point.fault(self.scenario.fault_phase_s),))


def fault_free_run(runner: ScenarioRunner, seed: int, *, size: str = TOWN) -> FaultFreeRun:
    """Runs the seed without faults and counts the writes."""
    whole = runner.scenario(ScenarioSpec(seed=seed, size=size, faults=frozenset()))
    simulation = Simulation(whole)
    simulation.run_fault_phase()
    simulation.run_recovery_phase(is_quiescent, is_looking)
    writes = {name: computer.disk.writes for name, computer in simulation.world.computers.items()}
    prolonged = replace(whole, fault_phase_s=simulation.world.loop.time())
    simulation.close()
    return FaultFreeRun(scenario=prolonged, writes=writes)


class CrashTask(Struct, frozen=True, kw_only=True):
    """What is sent to a worker."""

    runner: ScenarioRunner
    crash_point: CrashPoint
    scenario: Scenario


class CrashResult(Struct, frozen=True, kw_only=True):
    """`crashed`: the disk came to that boundary (not every write has a middle)."""

    crash_point: CrashPoint
    crashed: bool
    verdict: Verdict


def crash_tasks(
    runner: ScenarioRunner, fault_free: FaultFreeRun, *, sample: int = 0
) -> Iterator[CrashTask]:
    """All crash points, or a random `sample` of them (the same for the same scenario)."""
    points = fault_free.crash_points()
    if 0 < sample < len(points):
        points = Random(fault_free.scenario.seed).sample(points, sample)
    return (
        CrashTask(runner=runner, crash_point=point, scenario=fault_free.with_crash(point))
        for point in points
    )


def run_crash(task: CrashTask) -> CrashResult:
    """What a worker does with one."""
    verdict = task.runner.run(task.scenario).verdict
    crashed = verdict.counts.restarts > 0
    return CrashResult(crash_point=task.crash_point, crashed=crashed, verdict=verdict)
