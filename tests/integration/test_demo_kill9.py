"""`kill -9` of every process of the city in turn, during one run on real video: all laws are kept after it restarts. In a process of its own, because a
supervisor becomes the reaper of its whole process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

STORY = """
import asyncio, json, os, signal, sys
from pathlib import Path
from rich.console import Console
from citybrain.bus.broker import found
from citybrain.clock import SECOND_US, SystemClock
from citybrain.ids import RandomIds
from citysim.demo.city import demo_city
from citysim.demo.data.wave import csv_path
from citysim.demo.outcome.account import account
from citysim.demo.prepare.configs import RunFolder, choose_ports, write_all
from citysim.demo.prepare.setup import have_footage, have_model
from citysim.demo.run import DemoRun, Wishes
from citysim.demo.words import Words

CLOCK = SystemClock()
console = Console(stderr=True)

async def until(is_so, what, within_s):
    deadline = CLOCK.instant() + within_s * SECOND_US
    while not is_so():
        if CLOCK.instant() > deadline:
            raise TimeoutError(f"{what} did not happen within {within_s} s")
        await asyncio.sleep(0.05)

def is_back(demo, name, old):
    return lambda: demo.pids().get(name) not in (None, old) and demo.is_ready(name)

def is_calm(demo):
    return all(desk is not None for desk in demo.board.districts.values()) and demo.board.city is not None and demo.board.backlog() == 0

def flood_is_closed(demo):
    desk = demo.board.districts["riverside"]
    return desk is not None and any(row.report.kind == "waterlogging" and row.report.stage == "closed" for row in desk.rows)

async def main():
    footage, model = have_footage(console), have_model("", console)
    city = demo_city(wave=csv_path(), model=model)
    run, ports = RunFolder(root=Path(sys.argv[1])), choose_ports(city)
    write_all(run, city, ports, footage)
    wishes = Wishes(duration_s=0, seed=13, you_issue=False, has_operators=True, broker=found())
    demo = DemoRun(run=run, city=city, ports=ports, wishes=wishes, clock=CLOCK, ids=RandomIds(), words=Words("en"))
    async with demo.running(lambda what: print("step", what, file=sys.stderr)):
        await until(lambda: demo.board.frames.total(), "the first frame", 60)
        names = sorted(demo.pids())
        for name in names:
            old = demo.pids()[name]
            os.kill(old, signal.SIGKILL)
            print("killed", name, file=sys.stderr)
            await until(is_back(demo, name, old), f"the return of {name}", 90)
        await until(lambda: is_calm(demo), "calm", 60)
        await until(lambda: flood_is_closed(demo), "the closing of the flooded street that another district's pump was sent to", 180)
    outcome = await demo.outcome()
    return {
        "names": names,
        "deaths": dict(outcome.deaths),
        "laws": {r.law: {"checked": r.checked, "broken": list(r.broken)} for r in outcome.laws},
        "frames": {name: tally.unaccounted for name, tally in outcome.frames.items()},
        "helped": list(outcome.account.cross_district_done),
        "happenings": list(demo.board.happenings),
    }

print(json.dumps(asyncio.run(main())))
"""


@pytest.mark.timeout(480)
def test_the_laws_hold_after_every_process_was_killed_in_turn(tmp_path):
    script = tmp_path / "story.py"
    script.write_text(STORY)
    run = tmp_path / "run"
    done = subprocess.run(
        [sys.executable, str(script), str(run)],
        capture_output=True,
        text=True,
        timeout=450,
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr[-4000:]}\n{_logs(run)}"
    told = json.loads(done.stdout.splitlines()[-1])
    assert len(told["names"]) == 9, "broker, city, three districts, four agents"
    assert told["deaths"] == dict.fromkeys(told["names"], 1), told["happenings"]
    assert {law: facts["broken"] for law, facts in told["laws"].items()} == {
        law: [] for law in told["laws"]
    }, told["happenings"]
    assert told["helped"], told["happenings"]
    assert (
        told["laws"]["nothing_lost"]["checked"] > 20 and told["laws"]["same_state"]["checked"] > 50
    )
    assert not any(told["frames"].values())
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
