"""Ways to come by a file, one module per way; this is their table. A new way is one function and one line here."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.artifact import (
    Artifact,
    BuildSource,
    DebSource,
    FileSource,
    NpmSource,
    PipSource,
    Source,
    UrlSource,
)
from models.progress import Progress
from models.sources import local, packages, url

BRING: Mapping[type, Callable[[Any, Artifact, Path, Progress], Path]] = MappingProxyType(
    {
        UrlSource: url.bring,
        NpmSource: packages.bring_npm,
        PipSource: packages.bring_pip,
        DebSource: packages.bring_deb,
        FileSource: local.bring_file,
        BuildSource: local.bring_build,
    }
)


def bring(source: Source, artifact: Artifact, scratch: Path, progress: Progress) -> Path:
    """The artifact as `source` delivers it, somewhere in `scratch`, its own hash not yet checked. Raises `DownloadError` or `ArtifactAlteredError`."""
    return BRING[type(source)](source, artifact, scratch, progress)


def describe(source: Source) -> str:
    """A source in one line, for people."""
    match source:
        case UrlSource(url=address):
            return address
        case NpmSource(package=package):
            return f"npm package {package}"
        case PipSource(package=package):
            return f"Python package {package}"
        case DebSource(package=package):
            return f"Debian package {package}"
        case FileSource(path=path):
            return f"file {path}" if path else "a file that you bring (--file PATH)"
        case BuildSource(builder=builder):
            return f"built here by {builder.split(':')[0]}"
