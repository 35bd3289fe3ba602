"""The fingerprint of deciding code: what a journal says it was written by, so that a replay knows whether deciding otherwise is a break or a back-test."""

import hashlib
import importlib.util
from functools import cache
from pathlib import Path


@cache
def fingerprint_of(*packages: str) -> str:
    """SHA-256 (hex) over the source files of `packages` (dotted names of packages and modules), by name in order. Read once a process.

    Raises `ModuleNotFoundError` for a name that there is none of. Whatever is not in a source file (a library, data) is not in it.
    """
    found: dict[str, Path] = {}
    for package in packages:
        found |= _sources(package)
    digest = hashlib.sha256()
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
            f"there is no source of {package}; a fingerprint names packages and modules that are installed"
        )
    if not spec.submodule_search_locations:
        return {package: Path(spec.origin)}
    folders = [Path(folder) for folder in spec.submodule_search_locations]
    return {
        f"{package}/{path.relative_to(folder).as_posix()}": path
        for folder in folders
        for path in folder.rglob("*.py")
    }
