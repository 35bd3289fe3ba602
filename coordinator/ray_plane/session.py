"""A session: the folder, token and environment of one Ray on this machine; and how everything that
ran in it is found and ended. Imports no Ray.

Every process of a session carries its mark in its environment (children inherit it), so that only
our own are ever touched: never `ray stop`.
"""

import os
import shutil
import signal
import tempfile
from pathlib import Path

from citybrain.structs import Struct

SESSION_VARIABLE = "CITYBRAIN_RAY_SESSION"
# what this process was started with and a session must not inherit: a token before its own, another
# Ray to join
NOT_INHERITED = frozenset(("RAY_AUTH_TOKEN", "RAY_ADDRESS"))
LOG = "plane.log"


class RaySession(Struct, frozen=True, kw_only=True):
    """One Ray on this machine, or our part in a cluster: the mark of its processes, which is also
    the login of a Ray of our own, and its folder.
    """

    token: str
    folder: Path

    @property
    def auth(self) -> Path:
        """The file with the token by which its processes log in."""
        return self.folder / "token"

    @property
    def ray(self) -> Path:
        """Ray opens its own folder to everybody; this one lies inside ours, which is closed."""
        return self.folder / "r"

    @property
    def log(self) -> Path:
        return self.folder / LOG


def create(token: str, *, cluster_token: str | None = None) -> RaySession:
    """A folder of its own (a short path: Ray's sockets live below it) with a token file that only
    this user can read and an empty Ray configuration. `cluster_token`: that of the cluster which
    is joined; None: a Ray of our own.
    """
    session = RaySession(token=token, folder=Path(tempfile.mkdtemp(prefix="cbray-")))
    _write_private(session.auth, token * 4 if cluster_token is None else cluster_token)
    (session.folder / "ray_bootstrap_config.yaml").write_text("{}\n", encoding="ascii")
    return session


def _write_private(place: Path, text: str) -> None:
    place.touch(mode=0o600)
    place.chmod(0o600)  # one that was there may have been open to others
    place.write_text(text, encoding="utf-8")


def environment(session: RaySession) -> dict[str, str]:
    """The environment of the Ray process: loopback only, token login, no usage reports, small
    logs.
    """
    return {
        **{name: value for name, value in os.environ.items() if name not in NOT_INHERITED},
        SESSION_VARIABLE: session.token,
        "HOME": str(session.folder),
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(session.auth),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_USAGE_STATS_REPORT_URL": "http://127.0.0.1:9/",
        "RAY_ROTATION_MAX_BYTES": str(1 << 20),
        "RAY_ROTATION_BACKUP_COUNT": "1",
        "RAY_DEDUP_LOGS": "0",
        "OMP_NUM_THREADS": "1",
    }


def processes(token: str) -> tuple[int, ...]:
    """Every process of the session but this one (none where there is no /proc)."""
    mark = f"{SESSION_VARIABLE}={token}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            is_ours = mark in entry.read_bytes().split(b"\0")
        except OSError:
            continue  # gone meanwhile, or another user's
        pid = int(entry.parent.name)
        if is_ours and pid != os.getpid():
            found.append(pid)
    return tuple(sorted(found))


def daemons(token: str) -> dict[str, int]:
    """The head's daemons by name: those without which nothing goes."""
    named = {}
    for pid in processes(token):
        try:
            argv = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        name = Path(argv[0].decode(errors="replace")).name
        if name in ("gcs_server", "raylet"):
            named[name] = pid
    return named


def is_running(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def reap(session: RaySession) -> int:
    """End what is left of the session and remove its folder; how many processes it were."""
    count = 0
    for _ in range(3):  # a dying parent may have started another child meanwhile
        pids = processes(session.token)
        count += len(pids)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if not pids:
            break
    shutil.rmtree(session.folder, ignore_errors=True)
    return count


def remember(session: RaySession, place: Path) -> None:
    """Write the session down, so that the next start can end it should this process be killed.
    For this user alone: the login of a Ray of our own follows from it.
    """
    _write_private(place, f"{session.token}\n{session.folder}\n")


def reap_remembered(place: Path) -> int:
    """End the session that an earlier run left behind, if any. Only a session's folder is ever
    removed.
    """
    try:
        token, folder = place.read_text(encoding="utf-8").split("\n")[:2]
    except (OSError, ValueError):
        return 0
    path = Path(folder)
    is_ours = (
        path.name.startswith("cbray-")
        and path.parent == Path(tempfile.gettempdir())
        and token.isalnum()
    )
    count = reap(RaySession(token=token, folder=path)) if is_ours else 0
    place.unlink(missing_ok=True)
    return count
