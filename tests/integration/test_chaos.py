"""Short chaos runs on real processes: every kind of fault once, and a few through proxies."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from citysim.chaos.environment import leftovers
from citysim.chaos.fault.kinds import FAULT_SPECS, FaultKind

COMMAND = (sys.executable, "-m", "citybrain.cli.main", "chaos")


def chaos(tmp_path, *options, timeout=400):
    """The command's report, and what it printed."""
    report, keep = tmp_path / "report.json", tmp_path / "run"
    done = subprocess.run(
        (*COMMAND, *options, "--report", str(report), "--keep", str(keep)),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert report.exists(), f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}\n{logs(keep)}"
    return json.loads(report.read_text()), done


def logs(run):
    return "\n".join(
        f"== {path.name}\n{path.read_text(errors='replace')[-1500:]}"
        for path in sorted(run.glob("logs/*.log"))
    )


def assert_survived(result, done):
    assert result["exit_code"] == done.returncode == 0, (
        f"{done.stdout[-6000:]}\n{done.stderr[-2000:]}"
    )
    assert (result["lost"], result["duplicated"], result["failures"]) == (0, 0, [])
    assert not any(law["violations"] for law in result["laws"].values())
    assert (
        result["laws"]["nothing_lost"]["checked"] > 100
        and result["laws"]["same_state"]["checked"] > 100
        and result["laws"]["timers_fire"]["checked"] > 20
    )
    assert all(fault["skipped"] or fault["recovered_s"] is not None for fault in result["faults"])


def assert_nothing_is_left(tmp_path):
    assert not [
        pid
        for pid in Path("/proc").iterdir()
        if pid.name.isdigit() and int(pid.name) != os.getpid() and str(tmp_path) in command_of(pid)
    ]
    assert not str(leftovers.find())
    assert str(tmp_path) not in Path("/proc/mounts").read_text()


def command_of(process):
    try:
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


@pytest.mark.timeout(420)
def test_the_city_recovers_from_every_kind_of_fault_and_no_law_is_violated(tmp_path):
    result, done = chaos(
        tmp_path,
        "--faults",
        str(len(FAULT_SPECS)),
        "--seed",
        "11",
        "--scale",
        "0.25",
        "--cameras",
        "0",
    )
    assert_survived(result, done)
    assert {name for name, row in result["kinds"].items() if row["done"] or row["skipped"]} == set(
        FaultKind
    )
    assert {name for name, row in result["kinds"].items() if row["skipped"]} == set(
        result["not_possible"]
    )
    for reason in result["not_possible"].values():
        assert reason in done.stdout, "what is impossible is printed, never left out in silence"
    assert_nothing_is_left(tmp_path)


@pytest.mark.timeout(420)
def test_faults_of_links_need_no_privilege(tmp_path):
    result, done = chaos(
        tmp_path,
        "--faults",
        "4",
        "--seed",
        "12",
        "--scale",
        "0.25",
        "--cameras",
        "0",
        "--net",
        "proxy",
        "--only",
        "cut,one_way,delay",
    )
    assert_survived(result, done)
    assert (
        result["net"] == "proxy"
        and len([fault for fault in result["faults"] if fault["fault"]]) == 4
    )
    assert_nothing_is_left(tmp_path)


@pytest.mark.timeout(180)
def test_a_run_that_is_interrupted_leaves_nothing_behind(tmp_path):
    command = (
        *COMMAND,
        "--faults",
        "50",
        "--seed",
        "13",
        "--cameras",
        "0",
        "--only",
        "freeze,disk_full,one_way",
        "--scale",
        "20",
        "--keep",
        str(tmp_path / "run"),
    )
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        seen = ""
        while "Ray" not in seen.rpartition("\n• ")[2]:  # the whole city is up
            line = process.stdout.readline()
            assert line, seen
            seen += line
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=120)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert process.returncode == 1, rest
    assert "Traceback" not in rest
    assert_nothing_is_left(tmp_path)
