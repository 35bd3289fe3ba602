"""Runs one short system command and says what went wrong. For `ip`, `mount` and their like."""

import subprocess

from citysim.errors import ChaosUnavailableError


def said(*words: str) -> str:
    """What the command printed; raises `ChaosUnavailableError` with its complaint."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ChaosUnavailableError(f"`{' '.join(words)}` cannot be run: {error}") from error
    if done.returncode != 0:
        raise ChaosUnavailableError(
            f"`{' '.join(words)}` failed: {(done.stderr or done.stdout).strip() or f'status {done.returncode}'}"
        )
    return done.stdout
