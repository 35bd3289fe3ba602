"""Downloads an official release. Five seconds to connect, a bound on the bytes, no name of any host
in here.
"""

import queue
import threading
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from models.artifact import Artifact, UrlSource
from models.errors import DownloadError
from models.progress import Progress

CONNECT_S = 5.0  # name, connection and first answer; then the next source is tried
CHUNK = 1 << 16


def download(source: UrlSource, artifact: Artifact, scratch: Path, progress: Progress) -> Path:
    """The file behind the address, in `scratch`. Raises `DownloadError`."""
    made = scratch / artifact.file
    try:
        with _open(source.url) as answer, made.open("wb") as file:
            progress.started(f"{artifact.name} from {source.url.split('/')[2]}", artifact.size)
            done = 0
            while chunk := answer.read(CHUNK):
                done += len(chunk)
                if done > artifact.size:
                    raise DownloadError(
                        f"it sends more than the {artifact.size} bytes that {artifact.file} has;"
                        " stopped."
                    )
                file.write(chunk)
                progress.advanced(done)
    except urllib.error.HTTPError as error:
        raise DownloadError(f"it answered {error.code} {error.reason}.") from error
    except (HTTPException, OSError) as error:
        raise DownloadError(
            f"{getattr(error, 'reason', error)} (no way to it from here, or it broke off)."
        ) from error
    return made


def _open(url: str) -> HTTPResponse:
    """Connect in at most `CONNECT_S`: looking up a name and trying its addresses one by one can
    block for longer than any single time limit says."""
    answers: queue.Queue[HTTPResponse | Exception] = queue.Queue(maxsize=1)

    def connect() -> None:
        try:
            answers.put(urllib.request.urlopen(url, timeout=CONNECT_S))
        except (HTTPException, OSError, ValueError) as error:
            answers.put(error)

    threading.Thread(target=connect, name="connect", daemon=True).start()
    try:
        answer = answers.get(timeout=CONNECT_S)
    except queue.Empty:
        raise DownloadError(f"no answer within {CONNECT_S:.0f} s.") from None
    if isinstance(answer, ValueError):
        raise DownloadError(f"{url} is no address that can be downloaded: {answer}.")
    if isinstance(answer, Exception):
        raise answer
    return answer
