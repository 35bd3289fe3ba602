"""Errors between a card and a verified file. Every message says what is wrong, why, and what to do.

ModelsError                 root
├── ModelCardError          a card that cannot be read or contradicts itself
├── ModelCardNotFoundError  no card of that name
├── ArtifactMissingError    the card's file is not in the cache yet
├── ArtifactAlteredError    a file's hash is not the expected one
├── DownloadError           one source could not deliver (the next one is tried)
└── ModelNotFetchedError    no source delivered: every failure, in order
"""

from citybrain.errors import CityBrainError


class ModelsError(CityBrainError):
    """Root of what fetching and checking can raise."""


class ModelCardError(ModelsError):
    """A card that cannot be read or contradicts itself."""


class ModelCardNotFoundError(ModelsError):
    """No card of that name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"no model is called {name!r}. Known: {', '.join(known)}. `citybrain model list` says"
            " what each is."
        )


class ArtifactMissingError(ModelsError):
    """The card's file is not in the cache yet."""


class ArtifactAlteredError(ModelsError):
    """A file's hash is not the expected one: another version, a broken download, or a changed
    file."""

    def __init__(
        self, what: str, *, expected: str, found: str, cure: str = "It was not kept."
    ) -> None:
        self.expected, self.found = expected, found
        super().__init__(
            f"{what} has sha256 {found[:16]}…, expected {expected[:16]}…: another version, or"
            f" damaged on the way. {cure}"
        )


class DownloadError(ModelsError):
    """One source could not deliver."""


class ModelNotFetchedError(ModelsError):
    """No source delivered. `failures` holds (source, reason) in the order tried."""

    def __init__(self, name: str, failures: tuple[tuple[str, str], ...], cure: str = "") -> None:
        self.failures = failures
        lines = [f"  {i}. {source}: {reason}" for i, (source, reason) in enumerate(failures, 1)]
        super().__init__(
            "\n".join(
                [
                    f"{name} could not be fetched; {len(failures)} source(s) tried:",
                    *lines,
                    *([cure] if cure else []),
                ]
            )
        )
