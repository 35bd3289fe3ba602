"""Small disks, run tags and leftovers: a dead run's are found by its tag, and nothing else is."""

import os
import subprocess
import sys

import pytest

from citysim.chaos.city import GAUGES, GAUGES_PER_BOX, HIGH_S, PERIOD_S, chaos_city, write_series
from citysim.chaos.environment import leftovers, run_tag, small_disks
from citysim.chaos.environment.small_disks import SmallDisks
from citysim.chaos.net.system_command import run_command
from citysim.errors import ChaosUnavailableError
from citysim.laws.street import no_silent_blindness
from citysim.supervise.process_tree import TAG_VARIABLE
from street_agent.sensor import series


@pytest.fixture
def dead():
    """The tag of a run whose process is gone."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return run_tag.RunTag(pid=process.pid, started=1)


@pytest.fixture
def may_mount():
    reason = small_disks.unavailable_reason()
    if reason:
        pytest.skip(f"privilege: {reason}")


def test_a_tag_is_parsed_from_any_name_that_holds_it():
    assert run_tag.parse_tag(f"/tmp/{run_tag.own_tag()}-abc") == run_tag.own_tag()
    assert run_tag.parse_tag("cbchaos-none") is None
    assert run_tag.own_tag().is_alive


def test_a_run_whose_pid_was_reused_is_dead(dead):
    assert not dead.is_alive
    assert not run_tag.RunTag(pid=os.getpid(), started=1).is_alive


@pytest.mark.usefixtures("may_mount")
def test_a_small_disk_is_full_to_the_last_byte_and_free_again(tmp_path):
    folder = tmp_path / "oldtown"
    disk = SmallDisks({"oldtown": folder}, mib=2, tag=run_tag.own_tag())
    disk.open()
    try:
        (folder / "journal").write_bytes(b"x" * 5000)
        disk.fill("oldtown")
        with pytest.raises(OSError, match="No space"):
            (folder / "more").write_bytes(b"x")
        (folder / "journal").unlink()
        disk.fill("oldtown")
        with pytest.raises(OSError, match="No space"):
            (folder / "more").write_bytes(b"x" * 4097)
        disk.free("oldtown")
        (folder / "journal").write_bytes(b"y" * 5000)
    finally:
        disk.close()
    assert (folder / "journal").read_bytes() == b"y" * 5000, "what was on it is kept"
    assert [path.name for path in folder.iterdir() if path.name != "more"] == ["journal"], (
        "but for the filler"
    )
    assert str(folder) not in run_command("mount")


@pytest.mark.usefixtures("may_mount")
def test_a_dead_runs_disks_are_found_and_removed_and_a_living_ones_are_not(tmp_path, dead):
    ours, theirs = (
        SmallDisks({"ours": tmp_path / "ours"}, mib=1, tag=run_tag.own_tag()),
        SmallDisks({"theirs": tmp_path / "theirs"}, mib=1, tag=dead),
    )
    ours.open()
    theirs.open()
    try:
        left = leftovers.find()
        assert str(tmp_path / "theirs") in left.mounts and str(tmp_path / "ours") not in left.mounts
        leftovers.remove(leftovers.Leftovers(mounts=(str(tmp_path / "theirs"),)))
        assert str(tmp_path / "theirs") not in leftovers.find().mounts
    finally:
        ours.close()


def test_a_dead_runs_processes_are_found_even_frozen_ones(dead):
    environment = {**os.environ, TAG_VARIABLE: f"{dead}/box-1/"}
    process = subprocess.Popen(
        [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"],
        env=environment,
    )
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    left = leftovers.find()
    assert process.pid in left.processes and "process" in str(left)
    leftovers.remove(leftovers.Leftovers(processes=(process.pid,)))
    assert process.wait(10) < 0


def test_a_command_that_fails_is_reported_with_its_error_output():
    with pytest.raises(ChaosUnavailableError, match="No such file"):
        run_command("ls", "/no/such/file")
    with pytest.raises(ChaosUnavailableError, match="cannot be run"):
        run_command("no-such-command-here")


def test_every_gauge_floods_its_street_once_per_wave_long_enough_to_be_noticed(tmp_path):
    write_series(tmp_path)
    city = chaos_city(tmp_path, cameras=0, model="")
    gauges = [sensor for box in city.boxes for sensor in box.sensors]
    assert (
        len(gauges)
        == len(GAUGES) * GAUGES_PER_BOX
        == len({gauge.place for gauge in gauges})
        == len({gauge.id for gauge in gauges})
    )
    for gauge in gauges:
        read = series.read(gauge.series)
        assert read.period_s == PERIOD_S
        assert (
            sum(value > gauge.rule["above"] for value in read.values)
            == HIGH_S
            > gauge.rule["hold_s"] + no_silent_blindness.NOTICED_S / 2
        )
