"""What names the code that decides: tier, release and a fingerprint of sources and libraries. Every
record says which code decided it, so that a start knows what it may replay."""

import hashlib
import importlib.util
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

from citybrain.distribution import installed_version
from citybrain.structs import Struct

DIGITS_SHOWN = 10  # of a fingerprint, to a person
UNKNOWN = "unknown"


class CodeIdentity(Struct, frozen=True, kw_only=True):
    """The parts of a record's `code`. Its text is `tier/release/fingerprint`."""

    tier: str  # "district", "city"
    release: str  # of the software, for people: two builds may share one
    fingerprint: str

    @property
    def text(self) -> str:
        return f"{self.tier}/{self.release}/{self.fingerprint}"

    @property
    def shown(self) -> str:
        """For people: `district 0.1.0 (3f2a9c01d4)`."""
        return f"{self.tier} {self.release} ({self.fingerprint[:DIGITS_SHOWN]})"


def parse_code(text: str) -> CodeIdentity:
    """The parts of `text`; any other text comes back as a fingerprint without a tier."""
    parts = text.split("/")
    if len(parts) != 3:
        return CodeIdentity(tier=UNKNOWN, release=UNKNOWN, fingerprint=text)
    return CodeIdentity(tier=parts[0], release=parts[1], fingerprint=parts[2])


@cache
def identity_of(
    tier: str,
    packages: tuple[str, ...],
    libraries: tuple[str, ...] = (),
    *,
    adapters: tuple[str, ...] = (),
) -> CodeIdentity:
    """The identity of the code in `packages` (dotted names of packages and modules) with the
    installed `libraries` (distributions) that it calls and the `adapters` that it was given, by
    name and version. Sources are read once a process."""
    return CodeIdentity(
        tier=tier,
        release=release(),
        fingerprint=fingerprint_of(*packages, libraries=libraries, adapters=adapters),
    )


@cache
def release() -> str:
    """The release of this installation; `UNKNOWN` where it was not installed as a distribution."""
    try:
        return installed_version()
    except metadata.PackageNotFoundError:
        return UNKNOWN


@cache
def fingerprint_of(
    *packages: str, libraries: tuple[str, ...] = (), adapters: tuple[str, ...] = ()
) -> str:
    """SHA-256 (hex) over the source files of `packages`, by name in order, the versions of
    `libraries`, the names of `adapters` and Python's version. Raises `ModuleNotFoundError` for a
    package, `PackageNotFoundError` for a library that is not installed."""
    found: dict[str, Path] = {}
    for package in packages:
        found |= _sources(package)
    digest = hashlib.sha256(f"python {sys.version_info.major}.{sys.version_info.minor}\n".encode())
    for library in sorted(libraries):
        digest.update(f"{library} {metadata.version(library)}\n".encode())
    for adapter in sorted(adapters):
        digest.update(f"adapter {adapter}\n".encode())
    for name, path in sorted(found.items()):
        content = path.read_bytes()
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _sources(package: str) -> dict[str, Path]:
    """Name by name the files of a package, or the one file of a module."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            f"there is no source of {package}; a fingerprint names packages and modules that are"
            " installed"
        )
    if not spec.submodule_search_locations:
        return {package: Path(spec.origin)}
    folders = [Path(folder) for folder in spec.submodule_search_locations]
    return {
        f"{package}/{path.relative_to(folder).as_posix()}": path
        for folder in folders
        for path in folder.rglob("*.py")
    }
