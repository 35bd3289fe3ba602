"""`citybrain sim explore`: what it shows, and what its exit code says."""

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from citysim.demo.words import Words
from citysim.explore.cli import app, conclude, jobs_of, scientific
from citysim.explore.jobs import Job, Outcome, run_job
from citysim.explore.search import Break, Count
from citysim.explore.small.layout import WORLDS, Budget
from citysim.explore.words import WORDS

QUIET = [
    "--world",
    "race",
    "--crashes",
    "0",
    "--delays",
    "0",
    "--refusals",
    "0",
    "--verbs",
    "0",
    "--strays",
    "0",
    "--proofs",
    "2",
    "--workers",
    "1",
]


def asked(*options):
    return CliRunner().invoke(app, [*QUIET, *options], env={"COLUMNS": "120"})


def test_a_search_shows_its_numbers_and_says_that_nothing_broke(tmp_path):
    result = asked("--json", str(tmp_path / "numbers.json"))
    assert result.exit_code == 0, result.output
    assert "race" in result.stdout
    assert "no unit and no slot was promised twice" in result.stdout
    assert "states" in result.stderr or "0/1" in result.stderr, "a line of progress"
    (row,) = json.loads((tmp_path / "numbers.json").read_text())["searches"]
    assert int(row["interleavings"]) > 1_000_000
    assert row["is_whole"] and not row["broken"]
    assert row["proved"] == 2
    assert row["proved_records"] > 20


def test_fewer_interleavings_than_asked_for_are_no_success():
    result = asked(
        "--interleavings", "9999999999", "--losses", "0", "--repeats", "0", "--proofs", "0"
    )
    assert result.exit_code == 1
    assert "fewer interleavings" in result.stdout


def test_a_search_that_is_cut_short_is_no_success():
    result = asked("--states", "100", "--proofs", "0")
    assert result.exit_code == 1
    assert "not everything was looked at" in result.stdout


def test_it_speaks_chinese():
    result = asked("--lang", "zh", "--proofs", "0")
    assert result.exit_code == 0
    assert "小世界的全部交错" in result.stdout


def test_bad_use_is_told_with_the_cure():
    result = asked("--world", "atlantis")
    assert result.exit_code == 2
    assert "race" in result.stderr


def test_a_break_is_told_as_a_story_and_fails():
    found = Break(what="north-1 is promised twice", path=(("plan", "city"),))
    outcome = Outcome(
        job=Job(world="race", budget=Budget()),
        count=Count(found=found),
        story=("1. the planner's plan comes in",),
    )
    console = Console(record=True, width=120)
    assert conclude([outcome], Words("en", WORDS), console, jobs=1, wanted=0) == 1
    told = console.export_text()
    assert "north-1 is promised twice" in told
    assert "1. the planner's plan comes in" in told


def test_every_world_is_searched_as_production_meets_it_and_on_a_wild_network():
    jobs = jobs_of(Job(world="", budget=Budget(strays=1)), tuple(WORLDS), is_falling=True)
    assert sorted(job.world for job in jobs if job.is_counted) == sorted(WORLDS)
    assert sum(job.is_wild for job in jobs) == sum(job.is_falling for job in jobs) == len(WORLDS)


def test_a_jobs_progress_is_told_while_it_runs():
    told = []
    outcome = run_job(
        Job(world="torn", budget=Budget(strays=0, together=1), proofs=0),
        lambda count: told.append(count.states),
    )
    assert told[-1] == outcome.count.states
    assert len(told) > 3


def test_large_counts_stay_readable():
    assert scientific(12_345) == "12,345"
    assert scientific(148_639_506_623_987_981) == "1.48e17"


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_their_parent_however_it_ends(kill):
    """A search that nobody waits for any more would keep every core busy for minutes."""
    command = [
        sys.executable,
        "-m",
        "citybrain.cli.main",
        "sim",
        "explore",
        "--world",
        "cross",
        "--workers",
        "2",
        "--proofs",
        "0",
    ]
    parent = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    assert parent.stderr is not None
    parent.stderr.readline()  # the first line of progress: the workers run
    mates = [os.pidfd_open(pid) for pid in of_session(parent.pid) if pid != parent.pid]
    assert mates
    parent.send_signal(kill)
    parent.communicate(timeout=30)
    for mate in mates:
        ended, _, _ = select.select([mate], [], [], 20.0)
        os.close(mate)
        assert ended, "a worker outlived its parent"


def of_session(leader):
    """The processes of a session, by what the kernel says of each."""
    stats = [
        (path.parent.name, path.read_text().rpartition(")")[2].split())
        for path in Path("/proc").glob("[0-9]*/stat")
    ]
    return [int(pid) for pid, fields in stats if int(fields[3]) == leader and fields[0] != "Z"]
