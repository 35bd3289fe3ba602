"""Where a node keeps files that people attached, one below its data folder for each digest, and how
they go into a backup. Takes none in: see `district_node.attachments`.
"""

import hashlib
import shutil
from pathlib import Path

from citybrain.data_folder import FILE_MODE, FOLDER_MODE

FOLDER = "attachments"
DIGEST_DIGITS = 64  # of SHA-256
HEX = frozenset("0123456789abcdef")


def path_of(data: Path, sha256: str) -> Path:
    """Of the file with this digest, in the data folder `data`."""
    return data / FOLDER / sha256


def is_digest(name: str) -> bool:
    """Whether a file of this name is one that was attached; any other is left from a crash."""
    return len(name) == DIGEST_DIGITS and HEX.issuperset(name)


def copy_attached(data: Path, to: Path) -> tuple[str, ...]:
    """Copy the files of the node in the folder `data` into the folder `to`; its node may be up, and
    may drop some meanwhile. Gives those that were left out: they are not what their digests say.
    Raises `OSError`."""
    damaged = []
    folder = data / FOLDER
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    for name in filter(is_digest, names):
        made = path_of(to, name)
        made.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
        try:
            shutil.copyfile(folder / name, made)
        except FileNotFoundError:  # its case has ended since
            continue
        made.chmod(FILE_MODE)
        with made.open("rb") as file:
            is_whole = hashlib.file_digest(file, "sha256").hexdigest() == name
        if not is_whole:
            made.unlink()
            damaged.append(name)
    return tuple(damaged)
