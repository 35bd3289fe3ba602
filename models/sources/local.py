"""Files that are on this machine already, or are made here."""

import shutil
from pathlib import Path

from models.artifact import Artifact, BuildSource, FileSource
from models.errors import DownloadError
from models.progress import Progress
from models.sources.package_members import call_by_name


def copy_file(source: FileSource, artifact: Artifact, scratch: Path, progress: Progress) -> Path:
    """A copy of a file on this machine."""
    if source.path is None:
        raise DownloadError(
            f"no file was named. With {artifact.file} in hand, name it: `--file PATH`."
        )
    if not source.path.is_file():
        raise DownloadError(f"there is no file {source.path}.")
    progress.started(f"{artifact.name} from {source.path}", source.path.stat().st_size)
    return Path(shutil.copyfile(source.path, scratch / artifact.file))


def run_build(source: BuildSource, artifact: Artifact, scratch: Path, progress: Progress) -> Path:
    """The file that our own script makes."""
    progress.started(f"{artifact.name}, built here", 0)
    made = scratch / artifact.file
    call_by_name(source.builder, made)
    return made
