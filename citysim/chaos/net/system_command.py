"""Runs one short system command (`ip`, `mount`, …) and reports what went wrong."""

import subprocess

from citysim.errors import ChaosUnavailableError

TIMEOUT_S = 20


def run_command(*argv: str) -> str:
    """What the command printed; raises `ChaosUnavailableError` with its error output."""
    line = " ".join(argv)
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ChaosUnavailableError(f"`{line}` cannot be run: {error}") from error
    if done.returncode != 0:
        output = (done.stderr or done.stdout).strip() or f"status {done.returncode}"
        raise ChaosUnavailableError(f"`{line}` failed: {output}")
    return done.stdout
