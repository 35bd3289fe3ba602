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
    if not uv.exists():
        raise NoEnvironmentError(f"{uv} is missing: run `make setup`")
    steps = (
        (uv, "venv", "--quiet", "--python", sys.executable, folder),
        (uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", LOCK),
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            end = done.stderr.strip().splitlines()[-1:]
            raise NoEnvironmentError(
                f"canaille cannot be installed from {LOCK.name} ({' '.join(end)}): give this"
                " machine a package index (UV_INDEX_URL), or the packages in uv's cache"
            )
    return python


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
