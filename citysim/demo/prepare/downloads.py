"""Fetches what the demo needs on this machine: the clips and a model, with a progress bar."""

from pathlib import Path

from rich.console import Console

from citysim.demo.prepare.video_clips import CLIPS, cache_folder, fetch_clip
from models.cache import is_cached
from models.errors import ModelNotFetchedError, ModelsError
from models.fetch import fetch_model
from models.progress import TerminalProgress

MODELS = ("yolox-nano", "nanodet-g")  # in order of preference


def ensure_clips(console: Console) -> Path:
    """The folder with every clip in it, verified; raises `ClipsUnavailableError`."""
    folder = cache_folder()
    with TerminalProgress(console) as progress:
        for clip in CLIPS:
            fetch_clip(clip, folder, progress)
    return folder


def ensure_model(requested: str, console: Console) -> str:
    """The name of a model whose file is here and verified.

    The requested one; else the first of `MODELS` that is here; else the first that can be fetched.
    """
    candidates = sorted(MODELS, key=lambda name: not is_cached(name))
    failures: list[str] = []
    for name in (requested,) if requested else candidates:
        try:
            with TerminalProgress(console) as progress:
                fetch_model(name, progress=progress)
        except ModelNotFetchedError as error:
            if requested:
                raise
            failures.append(str(error))
            continue
        return name
    raise ModelsError("no detection model could be fetched:\n" + "\n".join(failures))
