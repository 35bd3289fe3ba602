"""Where fetched files are on this machine, and the way from a model's name to its verified
file.
"""

from pathlib import Path

from citybrain.cache_folder import cache_folder
from models.card import ModelCard, load
from models.errors import ArtifactAlteredError, ArtifactMissingError
from models.sources.hashing import verify


def folder(kind: str = "models") -> Path:
    """The machine's folder for one kind of fetched file."""
    return cache_folder(kind)


def path_of(card: ModelCard) -> Path:
    """Where the card's file is, or will be."""
    return folder() / card.file


def is_cached(name: str) -> bool:
    """Is this model's file in its place (not yet verified)?"""
    return path_of(load(name)).is_file()


def resolve(name: str) -> tuple[ModelCard, Path]:
    """The card called `name` (or in the file `name`, ending in .toml) and its verified file: beside
    such a card, or in the cache.

    Raises `ModelCardNotFoundError`, `ModelCardError`, `ArtifactMissingError` or
    `ArtifactAlteredError`.
    """
    card = load(name)
    beside = Path(name).parent / card.file
    path = beside if name.endswith(".toml") and beside.is_file() else path_of(card)
    if not path.is_file():
        raise ArtifactMissingError(
            f"model {card.name} is not on this machine yet ({path} is missing). Fetch it once:"
            f" `citybrain model fetch {name}`."
        )
    try:
        verify(path, card.sha256, str(path))
    except ArtifactAlteredError as error:
        raise ArtifactAlteredError(
            str(path),
            expected=error.expected,
            found=error.found,
            cure=f"Fetch it again: `citybrain model fetch {name}`.",
        ) from error
    return card, path
