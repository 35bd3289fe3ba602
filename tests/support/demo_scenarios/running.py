"""One demonstration under a script's control: its start, what a script waits for, its report."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from citybrain.clock import SECOND_US
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citysim.demo.city_layout import demo_city
from citysim.demo.data.wave import csv_path
from citysim.demo.messages import Translator
from citysim.demo.prepare.configs import RunFolder, choose_ports, write_all
from citysim.demo.prepare.downloads import ensure_clips, ensure_model
from citysim.demo.prepare.identities import join_all
from citysim.demo.run import DemoOptions, DemoRun

CLOCK = SystemClock()
SUPPORT = Path(__file__).parents[1]


async def until(is_true: Callable[[], object], what: str, within_s: float) -> Any:
    """What `is_true` returns, once that is true."""
    deadline = CLOCK.instant() + within_s * SECOND_US
    while not (found := is_true()):
        if CLOCK.instant() > deadline:
            raise TimeoutError(f"{what} did not happen within {within_s} s")
        await asyncio.sleep(0.05)
    return found


@asynccontextmanager
async def running(demo: DemoRun) -> AsyncIterator[DemoRun]:
    """The city is up, and its first frame was seen."""
    async with demo.running(lambda step: note("step", step)):
        await until(demo.monitor.frames.total, "the first frame", 60)
        yield demo


def demo_in(folder: Path) -> DemoRun:
    console = Console(stderr=True)
    clips, model = ensure_clips(console), ensure_model("", console)
    city = demo_city(wave=csv_path(), model=model)
    run = RunFolder(root=folder)
    ports = join_all(run, city, choose_ports(city), RandomIds())
    write_all(run, city, ports, clips)
    options = DemoOptions(duration_s=0, seed=13, you_issue=False, has_operators=True)
    return DemoRun(
        run=run,
        city=city,
        ports=ports,
        options=options,
        clock=CLOCK,
        ids=RandomIds(),
        translate=Translator("en"),
    )


def is_back(demo: DemoRun, name: str, old: int) -> Callable[[], bool]:
    return lambda: demo.pids().get(name) not in (None, old) and demo.is_ready(name)


def is_recovered(demo: DemoRun) -> bool:
    """Every console answers, and nothing waits to arrive."""
    snapshots = (*demo.monitor.districts.values(), demo.monitor.city)
    return all(snapshot is not None for snapshot in snapshots) and demo.monitor.backlog() == 0


def flood_is_closed(demo: DemoRun) -> bool:
    """The flood in riverside, that another district's pump is sent to, is seen to be over."""
    snapshot = demo.monitor.districts["riverside"]
    reports = [entry.report for entry in snapshot.queue] if snapshot is not None else []
    return any(r.kind == "waterlogging" and r.stage == "closed" for r in reports)


async def report(demo: DemoRun) -> dict[str, Any]:
    """What is left of it, after `running` was left."""
    outcome = await demo.outcome()
    return {
        "deaths": dict(outcome.deaths),
        "laws": {
            law.law: {"checked": law.checked, "violations": list(law.violations)}
            for law in outcome.laws
        },
        "frames": {name: counts.unaccounted for name, counts in outcome.frames.items()},
        "helped": list(outcome.statistics.cross_district_completed),
        "log": list(demo.monitor.log_lines),
    }


def note(*texts: object) -> None:
    print(*texts, file=sys.stderr, flush=True)


def run_scenario(name: str, folder: Path, *, within_s: float) -> dict[str, Any]:
    """The report of the scenario of that name, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", f"demo_scenarios.{name}", str(folder)],
        env={**os.environ, "PYTHONPATH": str(SUPPORT)},
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr[-4000:]}\n{_logs(folder)}"
    reported: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return reported


def _logs(folder: Path) -> str:
    return "\n".join(
        f"== {path.name}\n{path.read_text(errors='replace')[-1500:]}"
        for path in sorted(folder.glob("**/logs/*.log"))
    )


def left_behind(folder: Path) -> list[str]:
    """Command lines of living processes that name the run's folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            command = line.replace(b"\0", b" ").decode(errors="replace")
            if str(folder) in command:
                found.append(command)
    return found
