"""Fetches an artifact from the first source that delivers the right bytes: a model by its card, or
any other described file.

A file appears in its place only whole and verified: it is made beside it and renamed at the end.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from citybrain.structs import Struct
from models.artifact import Artifact, FileSource, Source
from models.cache import folder
from models.card import load
from models.errors import ArtifactAlteredError, DownloadError, ModelNotFetchedError
from models.progress import Progress, SilentProgress
from models.sources import describe, fetch_source
from models.sources.hashing import has_hash, verify


class FetchResult(Struct, frozen=True, kw_only=True):
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
) -> FetchResult:
    """Have `artifact` in the folder `into`, verified; tries `sources` (default: the artifact's own)
    in order.

    Raises `ModelNotFetchedError` with every failure when none delivers, `OSError` when the folder
    cannot be written.
    """
    show = progress or SilentProgress()
    dest = into / artifact.file
    if has_hash(dest, artifact.sha256):
        return FetchResult(path=dest, source="")
    into.mkdir(parents=True, exist_ok=True)
    failures: list[tuple[str, str]] = []
    for source in artifact.sources if sources is None else sources:
        try:
            _fetch_verified(artifact, source, dest, show)
        except (DownloadError, ArtifactAlteredError) as error:
            failures.append((describe(source), str(error)))
            # A file that was not named has not failed: the cure mentions it.
            if source != FileSource():
                show.failed(describe(source), str(error))
            continue
        show.finished(
            f"{artifact.name}: {dest.stat().st_size / 1e6:.1f} MB, sha256 verified,"
            f" {artifact.licence}"
        )
        return FetchResult(path=dest, source=describe(source), failures=tuple(failures))
    raise ModelNotFetchedError(
        artifact.name,
        tuple(failures),
        cure=f"With the file in hand: put it at {dest} (sha256 {artifact.sha256}).",
    )


def fetch_model(
    name: str, *, file: Path | None = None, progress: Progress | None = None
) -> FetchResult:
    """Have the model of that card in the cache; `file`: take this file and no other source."""
    sources = None if file is None else (FileSource(path=file),)
    return fetch(load(name).artifact(), folder(), sources=sources, progress=progress)


def ensure(names: Sequence[str], *, progress: Progress | None = None) -> str:
    """One of these models in the cache, the first that can be had; what is there already wins.
    Returns its name, raises `ModelNotFetchedError`."""
    for name in names:
        card = load(name)
        if has_hash(folder() / card.file, card.sha256):
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


def _fetch_verified(artifact: Artifact, source: Source, dest: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=dest.parent) as scratch:
        made = fetch_source(source, artifact, Path(scratch), progress)
        verify(made, artifact.sha256, f"{artifact.file} from {describe(source)}")
        made.replace(dest)
