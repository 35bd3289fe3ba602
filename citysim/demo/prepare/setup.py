"""What the demo needs on this machine before it starts: the clips and a model, fetched with a progress bar and verified."""

from pathlib import Path

from rich.console import Console

from citysim.demo.prepare.footage import CLIPS, cache_folder, fetch_clip
from models.cache import is_here
from models.errors import ModelNotFetchedError, ModelsError
from models.fetch import fetch_model
from models.progress import Shown

MODELS = ("yolox-nano", "nanodet-g")  # in order of preference


def have_footage(console: Console) -> Path:
    """The folder with every clip in it; raises `FootageUnavailableError`."""
    folder = cache_folder()
    with Shown(console) as progress:
        for clip in CLIPS:
            fetch_clip(clip, folder, progress)
    return folder


def have_model(wished: str, console: Console) -> str:
    """The name of a model whose file is here and verified: the wished one, else the first of `MODELS` that is here, else the first that can be had."""
    failures: list[tuple[str, str]] = []
    for name in (wished,) if wished else sorted(MODELS, key=lambda name: not is_here(name)):
        try:
            with Shown(console) as progress:
                fetch_model(name, progress=progress)
        except ModelNotFetchedError as error:
            if wished:
                raise
            failures.append((name, str(error)))
            continue
        return name
    raise ModelsError("no detection model can be had:\n" + "\n".join(text for _, text in failures))
