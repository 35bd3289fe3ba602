"""What comes out of a package: members that are kept only with the right hash, and the file that is
made of them.
"""

import shutil
from importlib import import_module
from pathlib import Path
from typing import IO

from citybrain.distribution import install_hint
from models.artifact import Artifact, DebSource, Member, NpmSource, PipSource
from models.errors import DownloadError
from models.sources.hashing import verify


def store_member(member: Member, file: IO[bytes], scratch: Path) -> None:
    """Write one member beside the others, verified. Only its file name is used: a package cannot
    name a place."""
    place = _members(scratch) / Path(member.path).name
    with place.open("wb") as kept:
        shutil.copyfileobj(file, kept)
    if member.sha256:
        verify(place, member.sha256, member.path)


def assemble(source: NpmSource | PipSource | DebSource, artifact: Artifact, scratch: Path) -> Path:
    """The artifact, made of the members: converted, or the one member itself."""
    folder = _members(scratch)
    if not source.convert:
        if len(source.members) != 1:
            raise DownloadError(
                f"{len(source.members)} members and no `convert`: correct the description of"
                f" {artifact.name}."
            )
        return folder / Path(source.members[0].path).name
    made = scratch / artifact.file
    call_by_name(source.convert, folder, made)
    return made


def call_by_name(name: str, *arguments: Path) -> None:
    """Call "module:function"; the error for a missing library names its cure."""
    module, function = name.split(":")
    try:
        getattr(import_module(module), function)(*arguments)
    except ImportError as error:
        raise DownloadError(
            f"{name} needs {error.name}, which is not installed. Install it with:  "
            f"{install_hint('models')}"
        ) from error


def _members(scratch: Path) -> Path:
    folder = scratch / "members"
    folder.mkdir(exist_ok=True)
    return folder
