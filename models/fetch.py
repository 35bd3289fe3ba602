"""Brings an artifact from the first source that delivers the right bytes: models by their cards, footage by whoever describes it.

A file is in its place only whole and verified: it is made beside it and renamed at the end.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.artifact import Artifact, FileSource, Source
from models.cache import folder
from models.card import load
from models.errors import ArtifactAlteredError, DownloadError, ModelNotFetchedError
from models.progress import Progress, Quiet
from models.sources import bring, describe
from models.sources.hashing import is_good, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Where the file is, which source gave it ("" = it was there), and what failed before."""

    path: Path
    source: str
    failures: tuple[tuple[str, str], ...] = ()


def fetch(
    artifact: Artifact,
    into: Path,
    *,
    sources: Sequence[Source] | None = None,
    progress: Progress | None = None,
) -> Fetched:
    """Have `artifact` in the folder `into`, verified; tries `sources` (default: the artifact's own) in order.

    Raises `ModelNotFetchedError` with every failure when none delivers, `OSError` when the folder cannot be written.
    """
    show = progress or Quiet()
    dest = into / artifact.file
    if is_good(dest, artifact.sha256):
        return Fetched(path=dest, source="")
    into.mkdir(parents=True, exist_ok=True)
    failures: list[tuple[str, str]] = []
    for source in artifact.sources if sources is None else sources:
        try:
            _bring_verified(artifact, source, dest, show)
        except (DownloadError, ArtifactAlteredError) as error:
            failures.append((describe(source), str(error)))
            if (
                source != FileSource()
            ):  # a file that nobody named has not failed: it is part of the cure when all else has
                show.failed(describe(source), str(error))
            continue
        show.done(
            f"{artifact.name}: {dest.stat().st_size / 1e6:.1f} MB, sha256 verified, {artifact.licence}"
        )
        return Fetched(path=dest, source=describe(source), failures=tuple(failures))
    raise ModelNotFetchedError(
        artifact.name,
        tuple(failures),
        cure=f"With the file in hand: put it at {dest} (sha256 {artifact.sha256}).",
    )


def fetch_model(
    name: str, *, file: Path | None = None, progress: Progress | None = None
) -> Fetched:
    """Have the model of that card in the cache; `file`: take this file and no other source."""
    sources = None if file is None else (FileSource(path=file),)
    return fetch(load(name).artifact(), folder(), sources=sources, progress=progress)


def ensure(names: Sequence[str], *, progress: Progress | None = None) -> str:
    """One of these models in the cache, the first that can be had; what is there already wins. Returns its name, raises `ModelNotFetchedError`."""
    for name in names:
        card = load(name)
        if is_good(folder() / card.file, card.sha256):
            return name
    failures: list[tuple[str, str]] = []
    for name in names:
        try:
            fetch_model(name, progress=progress)
        except ModelNotFetchedError as error:
            failures.extend(error.failures)
            continue
        return name
    raise ModelNotFetchedError(
        " or ".join(names),
        tuple(failures),
        cure="`citybrain model fetch NAME --file PATH` takes a file that you bring.",
    )


def _bring_verified(artifact: Artifact, source: Source, dest: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=dest.parent) as scratch:
        made = bring(source, artifact, Path(scratch), progress)
        verify(made, artifact.sha256, f"{artifact.file} from {describe(source)}")
        made.replace(dest)
