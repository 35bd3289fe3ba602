"""Brings an artifact from the first source that delivers the right bytes. Knows no source by name (see `sources`) and nothing of models.

A file is in its place only whole and verified: it is made beside it and renamed at the end.
"""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.artifact import Artifact, Source
from models.errors import Altered, NotFetched, SourceFailed
from models.progress import Progress, Quiet
from models.sources import bring, describe



@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Where the file is, which source gave it ("" = it was there), and what failed before."""

    path: Path
    source: str
    failures: tuple[tuple[str, str], ...] = ()


def fetch(artifact: Artifact, folder: Path, *, sources: Sequence[Source] | None = None, progress: Progress | None = None) -> Fetched:
    """Have `artifact` in `folder`, verified; tries `sources` (default: the artifact's own) in order.

    Raises `NotFetched` with every failure when none delivers, `OSError` when the folder cannot be written.
    """
    dest = folder / artifact.file
    if is_good(dest, artifact.sha256):
        return Fetched(path=dest, source="")
    folder.mkdir(parents=True, exist_ok=True)
    failures: list[tuple[str, str]] = []
    for source in artifact.sources if sources is None else sources:
        try:
            _bring_verified(artifact, source, dest, progress or Quiet())
        except (SourceFailed, Altered) as error:
            failures.append((describe(source), str(error)))
            (progress or Quiet()).failed(describe(source), str(error))
            continue
        return Fetched(path=dest, source=describe(source), failures=tuple(failures))
    raise NotFetched(artifact.name, tuple(failures), cure=f"With the file in hand: put it at {dest} (sha256 {artifact.sha256}).")


def is_good(path: Path, sha256: str) -> bool:
    """Is this file there, with this hash?"""
    return path.is_file() and digest(path) == sha256


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path: Path, sha256: str, what: str) -> None:
    """Raises `Altered` when the file is not the expected one."""
    found = digest(path)
    if found != sha256:
        raise Altered(what, expected=sha256, found=found)


def _bring_verified(artifact: Artifact, source: Source, dest: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=dest.parent) as scratch:
        made = bring(source, artifact, Path(scratch), progress)
        verify(made, artifact.sha256, f"{artifact.file} from {describe(source)}")
        os.replace(made, dest)
