"""Ways to come by a file, one module per way; this is their table. A new way is one function and
one line here.
"""

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

FETCHERS: Mapping[type, Callable[[Any, Artifact, Path, Progress], Path]] = MappingProxyType(
    {
        UrlSource: url.download,
        NpmSource: packages.fetch_npm,
        PipSource: packages.fetch_pip,
        DebSource: packages.fetch_deb,
        FileSource: local.copy_file,
        BuildSource: local.run_build,
    }
)


def fetch_source(source: Source, artifact: Artifact, scratch: Path, progress: Progress) -> Path:
    """The artifact as `source` delivers it, somewhere in `scratch`, its own hash not yet checked.
    Raises `DownloadError` or `ArtifactAlteredError`."""
    return FETCHERS[type(source)](source, artifact, scratch, progress)


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
