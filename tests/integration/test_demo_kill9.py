"""`kill -9` of every process of the city in turn, during one run on real video: the laws hold.

In a process of its own, because a supervisor becomes the subreaper of its process.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCENARIO = """
import asyncio, json, os, signal, sys
from pathlib import Path
from rich.console import Console
from citysim.supervise.mqtt_broker import find_broker
from citybrain.clock import SECOND_US
from citybrain.system_clock import SystemClock
from citybrain.random_ids import RandomIds
from citysim.demo.city_layout import demo_city
from citysim.demo.data.wave import csv_path
from citysim.demo.messages import Translator
from citysim.demo.prepare.configs import RunFolder, choose_ports, write_all
from citysim.demo.prepare.downloads import ensure_clips, ensure_model
from citysim.demo.run import DemoOptions, DemoRun

CLOCK = SystemClock()
console = Console(stderr=True)

async def until(is_true, what, within_s):
    deadline = CLOCK.instant() + within_s * SECOND_US
    while not is_true():
        if CLOCK.instant() > deadline:
            raise TimeoutError(f"{what} did not happen within {within_s} s")
        await asyncio.sleep(0.05)

def is_back(demo, name, old):
    return lambda: demo.pids().get(name) not in (None, old) and demo.is_ready(name)

def is_recovered(demo):
    monitor = demo.monitor
    snapshots = (*monitor.districts.values(), monitor.city)
    return all(snapshot is not None for snapshot in snapshots) and monitor.backlog() == 0

def flood_is_closed(demo):
    snapshot = demo.monitor.districts["riverside"]
    reports = [entry.report for entry in snapshot.queue] if snapshot is not None else []
    return any(r.kind == "waterlogging" and r.stage == "closed" for r in reports)

async def main():
    clips, model = ensure_clips(console), ensure_model("", console)
    city = demo_city(wave=csv_path(), model=model)
    run, ports = RunFolder(root=Path(sys.argv[1])), choose_ports(city)
    write_all(run, city, ports, clips)
    options = DemoOptions(
        duration_s=0, seed=13, you_issue=False, has_operators=True, broker=find_broker()
    )
    demo = DemoRun(
        run=run,
        city=city,
        ports=ports,
        options=options,
        clock=CLOCK,
        ids=RandomIds(),
        translate=Translator("en"),
    )
    async with demo.running(lambda step: print("step", step, file=sys.stderr)):
        await until(lambda: demo.monitor.frames.total(), "the first frame", 60)
        names = sorted(demo.pids())
        for name in names:
            old = demo.pids()[name]
            os.kill(old, signal.SIGKILL)
            print("killed", name, file=sys.stderr)
            await until(is_back(demo, name, old), f"the return of {name}", 90)
        await until(lambda: is_recovered(demo), "the recovery", 60)
        what = "the closing of the flood that another district's pump was sent to"
        await until(lambda: flood_is_closed(demo), what, 180)
    outcome = await demo.outcome()
    return {
        "names": names,
        "deaths": dict(outcome.deaths),
        "laws": {
            law.law: {"checked": law.checked, "violations": list(law.violations)}
            for law in outcome.laws
        },
        "frames": {name: counts.unaccounted for name, counts in outcome.frames.items()},
        "helped": list(outcome.statistics.cross_district_completed),
        "log": list(demo.monitor.log_lines),
    }

print(json.dumps(asyncio.run(main())))
"""


@pytest.mark.timeout(480)
def test_the_laws_hold_after_every_process_was_killed_in_turn(tmp_path):
    script = tmp_path / "scenario.py"
    script.write_text(SCENARIO)
    run = tmp_path / "run"
    done = subprocess.run(
        [sys.executable, str(script), str(run)],
        capture_output=True,
        text=True,
        timeout=450,
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr[-4000:]}\n{_logs(run)}"
    result = json.loads(done.stdout.splitlines()[-1])
    assert len(result["names"]) == 9, "broker, city, three districts, four agents"
    assert result["deaths"] == dict.fromkeys(result["names"], 1), result["log"]
    assert {law: report["violations"] for law, report in result["laws"].items()} == {
        law: [] for law in result["laws"]
    }, result["log"]
    assert result["helped"], result["log"]
    assert (
        result["laws"]["nothing_lost"]["checked"] > 20
        and result["laws"]["same_state"]["checked"] > 50
    )
    assert not any(result["frames"].values())
    assert not _left_behind(run)


def _logs(run: Path) -> str:
    return "\n".join(
        f"== {path.name}\n{path.read_text(errors='replace')[-1500:]}"
        for path in sorted(run.glob("logs/*.log"))
    )


def _left_behind(run: Path) -> list[str]:
    """Command lines of living processes that name the run's folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
            except OSError:
                continue
            if str(run) in command:
                found.append(command)
    return found
