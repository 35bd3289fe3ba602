"""Is this file the one that was meant? SHA-256 and nothing else."""

import hashlib
from pathlib import Path

from models.errors import ArtifactAlteredError


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def has_hash(path: Path, sha256: str) -> bool:
    """Is this file there, with this hash?"""
    return path.is_file() and digest(path) == sha256


def verify(path: Path, sha256: str, what: str) -> None:
    """Raises `ArtifactAlteredError` when the file is not the expected one."""
    found = digest(path)
    if found != sha256:
        raise ArtifactAlteredError(what, expected=sha256, found=found)
