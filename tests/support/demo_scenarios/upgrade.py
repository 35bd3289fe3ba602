"""Two districts and the city are replaced by the next version while their crews are under way: one
by an orderly stop, the others by `kill -9`, which the next version refuses until the old one wrote
a checkpoint. A release is installed in place: the processes run from a copy of the packages.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from citybrain.vocabulary import CrewAction, OrderStage, UnitState
from citysim.demo.run import DemoRun
from citysim.people.device_log import read
from demo_scenarios.running import (
    demo_in,
    flood_is_closed,
    is_back,
    is_recovered,
    note,
    report,
    running,
    until,
)

ROOT = Path(__file__).parents[3]
PACKAGES = ("citybrain", "coordinator", "district_node", "models", "street_agent")
UNDER_WAY = {UnitState.EN_ROUTE, UnitState.ON_SCENE, OrderStage.EN_ROUTE, OrderStage.ON_SCENE}
CORES = {"riverside": "district_node", "oldtown": "district_node", "city": "coordinator"}
UPGRADES = (
    ("riverside", signal.SIGTERM),
    ("oldtown", signal.SIGKILL),
    ("city", signal.SIGKILL),
)
CURE = "start and stop the old version once"


class Releases:
    """The installed version, which new processes import, and a copy of every one so far."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._installed = folder, folder / "installed"
        self._number = 0
        self._running: dict[str, int] = {}  # node: its version, where that is not the first
        for package in PACKAGES:
            _copy(ROOT / package, self._installed / package)
        self._keep()
        # what the supervisor starts, and all that those start, is the installed version
        os.environ["PYTHONPATH"] = str(self._installed)
        os.chdir(self._installed)

    def install_next(self, package: str) -> None:
        """Another deciding core of this package."""
        decide = self._installed / package / "cores" / "decide.py"
        decide.write_text(decide.read_text() + "\n# the next version\n")
        self._number += 1
        self._keep()

    def checkpoint(self, name: str, journal: Path) -> None:
        """With the version that the node of that name ran."""
        version = self._folder / str(self._running.get(name, 0))
        subprocess.run(
            [sys.executable, "-m", "citybrain.cli.main", "journal", "checkpoint", str(journal)],
            cwd=version,
            env={**os.environ, "PYTHONPATH": str(version)},
            check=True,
            stdout=sys.stderr,
        )

    def note_started(self, name: str) -> None:
        self._running[name] = self._number

    def _keep(self) -> None:
        _copy(self._installed, self._folder / str(self._number))


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))


def under_way(demo: DemoRun, name: str) -> tuple[str, str] | None:
    """A unit, and the order of this node that its crew is driving for or working at."""
    if name == "city":
        city = demo.monitor.city
        orders = city.orders if city is not None else ()
        found = ((order.unit, order.order) for order in orders if order.crew_stage in UNDER_WAY)
    else:
        district = demo.monitor.districts[name]
        units = district.units if district is not None else ()
        found = ((unit.unit, unit.order) for unit in units if unit.state in UNDER_WAY)
    return next(((unit, order) for unit, order in found if order), None)


def is_finished(folder: Path, unit: str, order: str) -> bool:
    """Whether the crew's device said so, and its district took it."""
    finish = (order, CrewAction.FINISH, "done")
    entries = read(folder / "devices" / f"{unit}.jsonl")
    return any((entry.order, entry.action, entry.outcome) == finish for entry in entries)


async def upgrade(
    demo: DemoRun, releases: Releases, folder: Path, name: str, number: signal.Signals
) -> tuple[str, str]:
    """Replace the node of that name; returns the unit and order that were under way meanwhile."""
    unit, order = await until(lambda: under_way(demo, name), f"a crew of {name} under way", 180)
    releases.install_next(CORES[name])
    old = demo.pids()[name]
    note(f"{number.name} to {name} while {unit} is under way for {order}")
    os.kill(old, number)
    if number is signal.SIGKILL:
        log = folder / "logs" / f"{name}.log"
        await until(lambda: CURE in log.read_text(errors="replace"), "the refusal", 60)
        await until(lambda: name not in demo.pids(), "the end of the refused start", 30)
        releases.checkpoint(name, folder / "data" / name / "journal.db")
    await until(is_back(demo, name, old), f"the return of {name}", 90)
    releases.note_started(name)
    note(name, "is back")
    return unit, order


async def main(folder: Path) -> dict[str, Any]:
    releases = Releases(folder.parent / "releases")
    demo = demo_in(folder)
    orders = {}
    async with running(demo):
        for name, number in UPGRADES:
            unit, order = await upgrade(demo, releases, folder, name, number)
            orders[name] = order
            await until(partial(is_finished, folder, unit, order), f"the end of {order}", 180)
        await until(lambda: is_recovered(demo), "the recovery", 60)
        await until(lambda: flood_is_closed(demo), "the closing of the flood", 180)
    return {"orders": orders, **await report(demo)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1])))))
