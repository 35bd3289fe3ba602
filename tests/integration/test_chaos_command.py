"""What `citybrain chaos` says without starting a city: bad use, and the plan of a run."""

import subprocess
import sys

from citysim.chaos.fault.kinds import FaultKind

COMMAND = (sys.executable, "-m", "citybrain.cli.main", "chaos")


def test_bad_use_is_reported_with_exit_code_2(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "journal.db").touch()
    for options, expected in (
        (("--net", "pigeon"), "netns, proxy"),
        (("--only", "kill,earthquake"), "earthquake"),
        (("--keep", str(tmp_path / "old")), "judged from their beginning"),
        (("--faults", "0"), "--faults"),
    ):
        done = subprocess.run(
            (*COMMAND, *options), capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 2, (options, done.stdout, done.stderr)
        assert expected in " ".join(done.stderr.replace("│", " ").split()), done.stderr


def test_a_plan_is_printed_without_starting_anything_and_is_the_same_again():
    plans = [
        subprocess.run(
            (*COMMAND, "--plan", "--faults", "30", "--seed", "9"),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        for _ in "ab"
    ]
    assert plans[0] == plans[1]
    assert len([line for line in plans[0].splitlines() if line.strip()[:1].isdigit()]) == 30
    assert all(f"({kind})" in plans[0] for kind in FaultKind)
