"""An example's distribution as a user would get it: its wheel, built without a network and unpacked
into a folder that stands for an environment."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

BUILD = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"


def unpacked_wheel(project: Path, folder: Path) -> Path:
    """Build `project` in a copy of it and unpack the wheel; the folder to put on a path."""
    copy, site = folder / "source", folder / "site"
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns("build", "*.egg-info"))
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr[-4000:]
    with zipfile.ZipFile(folder / built.stdout.splitlines()[-1]) as wheel:
        wheel.extractall(site)
    return site
