"""`citybrain sim explore`: what it shows, and its exit codes."""

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

from citysim.demo.messages import Translator
from citysim.explore.cli import app, jobs_of
from citysim.explore.jobs import SearchJob, SearchOutcome, run_job
from citysim.explore.messages import MESSAGES
from citysim.explore.model.budget import Budget
from citysim.explore.model.worlds import WORLDS
from citysim.explore.report import print_verdict, scientific
from citysim.explore.search import Counterexample, SearchStats

FEW_FAULTS = [
    *("--world", "race", "--crashes", "0", "--delays", "0", "--refusals", "0"),
    *("--operator-actions", "0", "--reorderings", "0", "--conformance-runs", "2"),
    *("--workers", "1"),
]


def call(*options):
    return CliRunner().invoke(app, [*FEW_FAULTS, *options], env={"COLUMNS": "120"})


def test_a_search_shows_its_numbers_and_that_no_law_is_broken(tmp_path):
    result = call("--json", str(tmp_path / "numbers.json"))
    assert result.exit_code == 0, result.output
    assert "race" in result.stdout
    assert "no unit and no slot was promised twice" in result.stdout
    assert "states" in result.stderr or "/1" in result.stderr, "a line of progress"
    (search,) = json.loads((tmp_path / "numbers.json").read_text())["searches"]
    assert int(search["interleavings"]) > 1_000_000
    assert search["is_complete"] and not search["violation"]
    assert search["conforming_runs"] == 2
    assert search["conforming_records"] > 20


def test_fewer_interleavings_than_required_are_no_success():
    result = call(
        *("--interleavings", "9999999999", "--losses", "0", "--duplicates", "0"),
        *("--conformance-runs", "0"),
    )
    assert result.exit_code == 1
    assert "fewer interleavings" in result.stdout


def test_a_search_that_is_cut_short_is_no_success():
    result = call("--states", "100", "--conformance-runs", "0")
    assert result.exit_code == 1
    assert "not everything was explored" in result.stdout


def test_the_table_is_in_chinese_on_request():
    result = call("--lang", "zh", "--conformance-runs", "0")
    assert result.exit_code == 0
    assert "小世界的全部交错" in result.stdout


def test_bad_use_is_refused_with_the_choices():
    result = call("--world", "atlantis")
    assert result.exit_code == 2
    assert "race" in result.stderr


def test_a_counterexample_is_shown_and_fails():
    found = Counterexample(violation="north-1 is promised twice", path=(("deliver_plan", "city"),))
    outcome = SearchOutcome(
        job=SearchJob(world="race", budget=Budget()),
        stats=SearchStats(counterexample=found),
        steps=("1. the planner's plan arrives",),
    )
    console = Console(record=True, width=120)
    assert print_verdict([outcome], Translator("en", MESSAGES), console, jobs=1, required=0) == 1
    shown = console.export_text()
    assert "north-1 is promised twice" in shown
    assert "1. the planner's plan arrives" in shown


def test_every_world_is_searched_as_production_meets_it_and_on_an_unordered_network():
    options = SearchJob(world="", budget=Budget(reorderings=1))
    jobs = jobs_of(options, tuple(WORLDS), is_descending=True)
    assert sorted(job.world for job in jobs if job.is_counted) == sorted(WORLDS)
    unordered, descending = (
        sum(job.is_unordered for job in jobs),
        sum(job.is_descending for job in jobs),
    )
    assert unordered == descending == len(WORLDS)


@pytest.mark.timeout(600)  # a whole search, beside whatever else runs
def test_a_job_reports_its_progress_while_it_runs():
    reported = []
    outcome = run_job(
        SearchJob(world="torn", budget=Budget(reorderings=0, total=1)),
        lambda stats: reported.append(stats.states),
    )
    assert reported[-1] == outcome.stats.states
    assert len(reported) > 3


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
        "--conformance-runs",
        "0",
    ]
    parent = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    assert parent.stderr is not None
    parent.stderr.readline()  # the first line of progress: the workers run
    workers = [os.pidfd_open(pid) for pid in of_session(parent.pid) if pid != parent.pid]
    assert workers
    parent.send_signal(kill)
    parent.communicate(timeout=120)
    for worker in workers:
        ended, _, _ = select.select([worker], [], [], 20.0)
        os.close(worker)
        assert ended, "a worker outlived its parent"


def of_session(leader):
    """The pids of a session's processes, from /proc."""
    stats = [
        (path.parent.name, path.read_text().rpartition(")")[2].split())
        for path in Path("/proc").glob("[0-9]*/stat")
    ]
    return [int(pid) for pid, fields in stats if int(fields[3]) == leader and fields[0] != "Z"]
