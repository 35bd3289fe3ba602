"""Who may read a node's data: its folder and files are for its own user alone (0700 and 0600). The
one place that says so; opens no file.
"""

import logging
import os
import stat
from pathlib import Path

from citybrain.errors import StoreError

FOLDER_MODE, FILE_MODE, FILE_UMASK = 0o700, 0o600, 0o077

log = logging.getLogger(__name__)


def secure(folder: Path) -> None:
    """Make `folder` where it is missing, and take from everybody else what they may do in it: of
    each file and folder directly in it, too. What was narrowed is logged. Raises `StoreError` where
    one of them belongs to another user, who could give himself every right again.
    """
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        _narrow(folder, folder.stat())
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False):
                    _narrow(Path(entry.path), entry.stat(follow_symlinks=False))
    except OSError as error:
        raise StoreError(
            f"{error.filename or folder} cannot be used as data of this node: {error.strerror}."
            " Give data_dir a folder that this user may make and write to."
        ) from error


def _narrow(path: Path, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise StoreError(
            f"{path} belongs to user {found.st_uid}, and this process is user {os.geteuid()}: data"
            " of this node that another user can change proves nothing. Run the node as that user,"
            f" or give it away: chown -R {os.geteuid()} {path.parent if path.is_file() else path}"
        )
    mode = stat.S_IMODE(found.st_mode)
    if mode & FILE_UMASK:
        path.chmod(mode & ~FILE_UMASK)
        log.warning("%s was open to other users (%04o); it is %04o now", path, mode, mode & 0o700)
