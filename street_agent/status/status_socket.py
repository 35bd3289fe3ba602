"""A box's readiness for whoever sits at the box: a Unix socket in the data folder, which is its
user's alone. It answers with one line and reads nothing, so there is nothing to be sent to it.
"""

import logging
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from street_agent.errors import StatusError

STATUS_SOCKET = "status.sock"
ACCEPT_S, ANSWER_S = 0.5, 2.0
BACKLOG = 8  # who comes when as many wait is refused by the kernel
ANSWER_BYTES = 1024 * 1024

log = logging.getLogger(__name__)


class StatusSocket:
    """One thread; each that connects gets `text()`, one after another."""

    def __init__(self, path: Path, text: Callable[[], str]) -> None:
        self._path, self._text = path, text
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen; where that cannot be it is logged, and the box goes on without. An older agent's
        socket is replaced: the outbox's lock says that it runs no more."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._path.unlink(missing_ok=True)
            listener.bind(str(self._path))
            self._path.chmod(0o600)
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            log.warning(
                "`citybrain street status` will show nothing of this box: %s cannot be made (%s)."
                " A shorter data_dir helps where the path is too long.",
                self._path,
                error,
            )
            return
        listener.settimeout(ACCEPT_S)
        self._thread = threading.Thread(
            target=self._serve, args=(listener,), name="status", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(ACCEPT_S + ANSWER_S + 1)
            self._path.unlink(missing_ok=True)

    def _serve(self, listener: socket.socket) -> None:
        with listener:
            while not self._stopping.is_set():
                try:
                    caller, _ = listener.accept()
                except OSError:  # nobody came, or went away again
                    continue
                with caller:
                    caller.settimeout(ANSWER_S)
                    try:
                        caller.sendall(f"{self._text()}\n".encode())
                    except OSError:  # it went away, or does not read
                        continue


def ask(path: Path) -> str:
    """What the agent whose socket is `path` answers. Raises `StatusError` where none does."""
    answer = b""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.settimeout(ANSWER_S)
            asking.connect(str(path))
            while len(answer) < ANSWER_BYTES and (more := asking.recv(65_536)):
                answer += more
    except OSError as error:
        raise StatusError(
            f"no agent answers at {path} ({error.strerror or error}). Is it running, and is this"
            " user its own? `systemctl status citybrain-street` and the agent's log say more."
        ) from error
    return answer.decode()
