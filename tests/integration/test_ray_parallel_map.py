"""A parallel map over a real Ray: an own one, a cluster at an address, and none at all. Always in
processes of their own; never `ray stop`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from citybrain.random_ids import RandomIds
from coordinator.ray_plane import session

pytestmark = pytest.mark.timeout(300)

CLUSTER = """
import sys
import ray
from coordinator.ray_plane.compute import connect, disconnect
connect("local", sys.argv[1], 2)
print(ray.get_runtime_context().gcs_address, flush=True)
sys.stdin.read()
disconnect()
"""
NEGATED = """
import operator, sys
from coordinator.ray_plane.parallel_map import parallel_map
print(sorted(parallel_map(operator.neg, range(30), address=sys.argv[1], cpus=2)))
"""
FAILING = NEGATED.replace("operator.neg, range(30)", "int, ['1', 'x']")


def python(program, *arguments, env=None):
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


@pytest.fixture(scope="module")
def cluster():
    """Its address, and the environment of whoever may join it."""
    ray_session = session.create(RandomIds().token())
    env = session.environment(ray_session)
    head = subprocess.Popen(
        [sys.executable, "-c", CLUSTER, str(ray_session.ray)],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert head.stdin is not None and head.stdout is not None
    try:
        yield head.stdout.readline().strip(), env
    finally:
        head.stdin.close()
        head.wait(60)
        head.stdout.close()
        session.reap(ray_session)


def test_every_item_is_done_once_on_a_cluster_at_an_address(cluster):
    address, env = cluster
    done = python(NEGATED, address, env=env)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [-n for n in reversed(range(30))]


def test_an_error_of_the_work_is_raised_to_the_reader(cluster):
    address, env = cluster
    done = python(FAILING, address, env=env)
    assert done.returncode != 0
    assert "ValueError" in done.stderr and "invalid literal" in done.stderr


def test_no_ray_at_the_address_is_an_error_at_once():
    done = python(NEGATED, "127.0.0.1:1")
    assert "the cluster at 127.0.0.1:1 is not joined: no Ray head answers" in done.stderr


def test_seeds_run_on_an_own_ray_as_they_run_here_and_no_process_stays(tmp_path):
    prints, short = [], Path(tempfile.mkdtemp(prefix="cb"))  # short: Ray's sockets live below it
    for where in ([], ["--ray", "local"]):
        report = tmp_path / f"report{len(where)}.json"
        command = [
            sys.executable,
            "-m",
            "citybrain.cli.main",
            "sim",
            "run",
            "--seeds",
            "1..6",
            "--workers",
            "2",
            "--report",
            str(report),
            *where,
        ]
        env = {**os.environ, "TMPDIR": str(short)}
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=250, check=False
        )
        assert done.returncode in (0, 1), done.stderr
        prints.append(json.loads(report.read_text())["fingerprint"])
    assert prints[0] == prints[1]
    assert not list(short.glob("cbray-*")), "a session's folder stayed behind"
    shutil.rmtree(short)
