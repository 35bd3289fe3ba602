"""The simulator's commands: what they print where, and their exit codes."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citysim.demo.messages import Translator
from citysim.sim.cli import app
from citysim.sim.commands import run as run_command
from citysim.sim.runs.report.messages import MESSAGES
from citysim.sim.runs.seeds import parse_seeds


def call(*arguments):
    return CliRunner().invoke(app, arguments)


def run_fake(simulator, tmp_path, *, seeds="1..6", language="en"):
    words, report = Translator(language, MESSAGES), tmp_path / "report.json"
    code = run_command.run_seeds(
        parse_seeds(seeds),
        words,
        size="town",
        workers=1,
        ray="",
        report=report,
        stop_after=0,
        shrink_s=60.0,
        runner=simulator.runner(),
    )
    return code, json.loads(report.read_text(encoding="utf-8"))


def test_seeds_that_keep_every_law_exit_with_0_and_are_counted(fake, tmp_path, capsys):
    code, report = run_fake(fake(faults=frozenset({99})), tmp_path)
    assert (code, report["seeds_run"], report["broken_seeds"], report["failures"]) == (0, 6, 0, [])
    assert report["laws"]["nothing_lost"] == {"checked": 60, "broken": 0}
    shown = capsys.readouterr()
    assert "No law was broken." in shown.out
    assert "6/6 seeds" in shown.err


def test_a_broken_law_exits_with_1_and_shows_command_schedule_and_last_lines(
    fake, tmp_path, capsys
):
    code, report = run_fake(fake(faults=frozenset({3, 7})), tmp_path)
    assert (code, report["broken_seeds"], len(report["failures"])) == (1, 6, 6)
    assert report["shrunk"][0]["command"] == (
        "citybrain sim replay --seed 1 --until 52.3 --faults 3,7 --street-events none"
    )
    out = capsys.readouterr().out
    for part in (
        "nothing_lost",
        "citybrain sim replay --seed 1 --until 52.3 --faults 3,7",
        "citybrain sim shrink --seed 2",
        "49.000  fault",
        "faults that are needed: 2",
    ):
        assert part in out


def test_the_summary_is_in_chinese_on_request(fake, tmp_path, capsys):
    run_fake(fake(faults=frozenset({99})), tmp_path, language="zh")
    assert "各项定律全部成立" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--seeds", "5..1"),
        ("run", "--seeds", "1..2", "--size", "huge"),
        ("run", "--lang", "fr"),
        ("replay", "--seed", "3", "--faults", "x"),
        ("replay", "--seed", "3", "--faults", "99"),
        ("crash-points", "--at", "city"),
    ],
)
def test_bad_use_exits_with_2(arguments):
    assert call(*arguments).exit_code == 2


def test_a_replay_prints_the_trace_on_standard_output_and_nothing_else():
    result = call("replay", "--seed", "3", "--until", "30")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines and all(0.0 <= float(line.split()[0]) <= 30.0 for line in lines)
    assert "seed 3" in result.stderr and "seed 3" not in result.stdout


def test_a_verbose_replay_has_the_records_of_the_journals_between_its_lines():
    brief, verbose = (
        call("replay", "--seed", "3", "--until", "30"),
        call("replay", "--seed", "3", "--until", "30", "--verbose"),
    )
    records = [line for line in verbose.stdout.splitlines() if " record " in line]
    assert records and "started" in records[0]
    assert [
        line for line in verbose.stdout.splitlines() if " record " not in line
    ] == brief.stdout.splitlines()
    assert brief.stderr == verbose.stderr  # the same fingerprint


def test_a_replay_can_be_limited_to_some_parts_and_from_a_time_on():
    lines = call(
        "replay", "--seed", "3", "--until", "30", "--from", "10", "--who", "city", "--verbose"
    ).stdout.splitlines()
    assert lines and {line.split()[1] for line in lines} <= {"city", "fault"}
    assert all(float(line.split()[0]) >= 10.0 for line in lines)


def test_the_faults_are_listed_in_both_languages():
    assert "SIGKILL" not in call("faults").stdout
    assert "killed" in call("faults").stdout
    assert "进程被杀" in call("faults", "--lang", "zh").stdout


def test_a_missing_list_is_reported(tmp_path):
    result = call("regress", "--list", str(tmp_path / "none.toml"))
    assert result.exit_code == 1 and "--list" in str(result.exception)


def test_a_terminated_run_shows_its_results_so_far_and_leaves_no_process():
    command = [
        sys.executable,
        "-m",
        "citybrain.cli.main",
        "sim",
        "run",
        "--seeds",
        "1..100000",
        "--workers",
        "2",
    ]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.stderr is not None
    assert "/100000 seeds" in run.stderr.readline()
    workers = [
        int(pid) for pid in Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    ]
    handles = [os.pidfd_open(pid) for pid in workers]
    run.terminate()
    out, _ = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "Result of the seeds" in out and "stopped early" in out
    assert len(handles) >= 2
    for handle in handles:
        assert select.select([handle], [], [], 20.0)[0], "a process is left over"
        os.close(handle)
