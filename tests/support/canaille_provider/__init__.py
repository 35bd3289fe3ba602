"""A real OpenID Connect provider, canaille, as a process in an environment of its own: none of its
packages is one of ours.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
LOCK, PROGRAM = HERE / "requirements.lock", HERE / "program.py"
CLIENT, SECRET, GROUP = "citybrain-riverside", "a secret of the client", "queue"
NAME, PASSWORD = "li.na", "correct horse battery staple"


class NoEnvironmentError(LookupError):
    """The provider cannot be installed here; its text says how to get it."""


def install(folder: Path) -> Path:
    """The Python of an environment in `folder` that has the provider. Raises
    `NoEnvironmentError`."""
    uv, python = Path(sys.executable).with_name("uv"), folder / "bin" / "python"
    ways = (
        (
            (uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, folder),
            (uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", LOCK),
        ),
        (  # slower, and reads a machine's other settings: one of the two made our own environment
            (sys.executable, "-m", "venv", folder),
            (python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK),
        ),
    )
    said = ""
    for steps in ways:
        for step in steps:
            said = _error_of(step)
            if said:
                break
        else:
            return python
    raise NoEnvironmentError(
        f"canaille cannot be installed from {LOCK.name} ({said}): give this machine a package"
        " index (uv's UV_INDEX_URL or pip's PIP_INDEX_URL)"
    )


def _error_of(step: tuple[str | Path, ...]) -> str:
    """The last line of what a command said that failed; "": it did not."""
    try:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        return str(error)
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]


class CanailleProvider:
    """A provider with one person in one group. `issuer` is another site than 127.0.0.1 to a
    browser."""

    def __init__(self, python: Path) -> None:
        self._process = subprocess.Popen(
            [python, PROGRAM, CLIENT, SECRET, GROUP, NAME, PASSWORD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1", "PYTHONPATH": ""},
        )
        self.issuer = self._process.stdout.readline().strip()

    def register(self, redirect_uri: str) -> None:
        """Let the client's people be sent back there; it serves from then on."""
        self._process.stdin.write(redirect_uri + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "serving\n"

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()
