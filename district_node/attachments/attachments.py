"""Files that people attach, taken in for an input that names them, given out, and removed when no
case names them any more. The folder follows the state: a crash leaves at most a file that nobody
names, and the next start sweeps it away.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from threading import Event, Lock

from citybrain.api.errors import FileLateError, FileLostError, RequestTooLargeError
from citybrain.api.limits import FILE_BYTES, FILE_TIME
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.domain.console import UploadedFile
from citybrain.errors import QueueFullError, StoreError
from citybrain.ids import IdSource
from citybrain.permissions import ActionRefusal
from district_node.attachments.folder import DAMAGED, MISSING, AttachmentFolder, Incoming
from district_node.attachments.folder import pieces_of as pieces_of_file
from district_node.attachments.limits import UPLOADS, UPLOADS_OF_CALLER
from district_node.attachments.media_types import HEAD_BYTES, file_name, media_type_of
from district_node.cores.attachments.attached_files import AttachedFiles
from district_node.cores.attachments.attachment import Attachment
from district_node.cores.state import DistrictState

EMPTY = ActionRefusal(reason="empty_file", detail="The file is empty: nothing was attached.")
OTHER_TYPE = ActionRefusal(
    reason="file_type",
    detail="Pictures (JPEG, PNG, GIF, WebP, HEIC) and PDF are taken, and this file does not begin"
    " as any of them, whatever its name says. Save it as one of these.",
)

log = logging.getLogger(__name__)


class Attachments:
    """Of one node, over the data folder `data`. `start` it with the state, let it hear of commits,
    `close` it."""

    def __init__(self, data: Path, ids: IdSource) -> None:
        self._folder, self._ids = AttachmentFolder(data), ids
        self._named: AttachedFiles = AttachedFiles()
        self._held = Counter[str]()  # by digest: those for which an input is on its way
        self._faults: dict[str, str] = {}  # by digest: what a reading found
        self._coming = Counter[str]()  # by who sends them
        self._guard = Lock()  # of removals against files that come in anew
        self._closing = Event()
        self._upkeep = ThreadPoolExecutor(max_workers=1, thread_name_prefix="attachments")

    def start(self, state: DistrictState) -> None:
        """Remove what nobody names, and look for what is named and lost; each file is read through
        meanwhile, which may take a while. Raises `StoreError`."""
        self._named = state.attached_files
        swept = self._folder.sweep(self._named)
        if swept:
            log.info("%d attached files that no case names were removed", swept)
        self._upkeep.submit(self._read_through, state.attached_files.keys())

    def close(self) -> None:
        """Removes what is left to remove, and reads no further."""
        self._closing.set()
        self._upkeep.shutdown(wait=True)

    def committed(self, state: DistrictState, _: Sequence[Committed]) -> None:
        """Called after each commit, on its thread: what is named no more is removed on another."""
        before, self._named = self._named, state.attached_files
        if self._named is before:
            return
        for sha256 in before:
            if sha256 not in self._named:
                self._remove_later(sha256)

    @asynccontextmanager
    async def received(
        self, pieces: AsyncIterator[bytes], name: str, *, by: str
    ) -> AsyncIterator[UploadedFile | ActionRefusal]:
        """A file of `by` that has come in whole and is durable, or why it is none that is taken. At
        the end of the block a commit names it, or it is removed. Raises `RequestTooLargeError`
        while it is read, `FileLateError`, `QueueFullError`, `StoreFullError`."""
        with self._place(by):
            incoming = await asyncio.to_thread(self._folder.begin, self._ids.token())
            try:
                media_type = await self._read(incoming, pieces)
                if not media_type:
                    yield OTHER_TYPE if incoming.size else EMPTY
                    return
                sha256 = incoming.sha256
                with self._guard:
                    self._held[sha256] += 1
                try:
                    await asyncio.to_thread(incoming.keep)
                    self._faults.pop(sha256, None)
                    yield UploadedFile(
                        name=file_name(name, media_type),
                        media_type=media_type,
                        size=incoming.size,
                        sha256=sha256,
                    )
                finally:
                    self._release(sha256)
            finally:
                await asyncio.to_thread(incoming.discard)

    def state_of(self, attachment: Attachment) -> str:
        """Whether its bytes can be had, as far as that is known: kept, missing, damaged, or
        redacted."""
        if attachment.redaction is not None:
            return "redacted"
        known = self._faults.get(attachment.sha256)
        return known or self._folder.state_of(attachment.sha256, attachment.size)

    async def pieces_of(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """Its bytes, found whole before the first is given. Raises `FileLostError`."""
        try:
            file = await asyncio.to_thread(self._folder.open_whole, attachment.sha256)
        except OSError as error:
            self._lost(attachment.sha256, MISSING)
            raise _lost_error(attachment, "is not there any more") from error
        if file is None:
            self._lost(attachment.sha256, DAMAGED)
            raise _lost_error(attachment, "is not what it was: its digest is another")
        self._faults.pop(attachment.sha256, None)
        return _pieces(pieces_of_file(file))

    @contextmanager
    def _place(self, by: str) -> Iterator[None]:
        """One of those that come in at a time. Raises `QueueFullError`."""
        for limit, count in (
            (UPLOADS, self._coming.total()),
            (UPLOADS_OF_CALLER, self._coming[by]),
        ):
            if count >= limit.value:
                raise QueueFullError(f"{limit.value} {limit.unit} is the most; try again.")
        self._coming[by] += 1
        try:
            yield
        finally:
            self._coming[by] -= 1
            if not self._coming[by]:
                del self._coming[by]

    async def _read(self, incoming: Incoming, pieces: AsyncIterator[bytes]) -> str:
        """The type of what came in; "": none that is taken, which is known by the first bytes."""
        try:
            async with asyncio.timeout(FILE_TIME.value):
                async for piece in pieces:
                    if incoming.size + len(piece) > FILE_BYTES.value:
                        raise RequestTooLargeError(FILE_BYTES)
                    await asyncio.to_thread(incoming.write, piece)
                    if len(incoming.head) == HEAD_BYTES and not media_type_of(incoming.head):
                        break
        except TimeoutError as error:
            raise FileLateError(FILE_TIME) from error
        return media_type_of(incoming.head)

    def _release(self, sha256: str) -> None:
        with self._guard:
            self._held[sha256] -= 1
            if self._held[sha256]:
                return
            del self._held[sha256]
        if sha256 not in self._named:
            self._remove_later(sha256)

    def _remove_later(self, sha256: str) -> None:
        with suppress(RuntimeError):  # it is closed: the next start does it
            self._upkeep.submit(self._remove_unnamed, sha256)

    def _remove_unnamed(self, sha256: str) -> None:
        with self._guard:
            if sha256 in self._named or self._held[sha256]:
                return
            try:
                self._folder.remove(sha256)
            except StoreError as error:
                log.warning("an attached file stays until the next start: %s", error)

    def _read_through(self, names: Sequence[str]) -> None:
        for sha256 in names:
            if self._closing.is_set():
                return
            try:
                file = self._folder.open_whole(sha256)
            except OSError:
                self._lost(sha256, MISSING)
                continue
            if file is None:
                self._lost(sha256, DAMAGED)
            else:
                file.close()

    def _lost(self, sha256: str, state: str) -> None:
        if sha256 in self._named and self._faults.get(sha256) != state:
            self._faults[sha256] = state
            log.error(
                "the attached file %s is %s: its cases show that. `citybrain backup` may have it:"
                " put it into the folder attachments of the node's data_dir, under this name",
                sha256,
                state,
            )


@contextmanager
def attachments_of(
    data: Path, ids: IdSource, commit_loop: CommitLoop[DistrictState]
) -> Iterator[Attachments]:
    """Those of a node that has journaled its first input, as long as the block lasts."""
    files = Attachments(data, ids)
    commit_loop.on_commit(files.committed)
    try:
        files.start(commit_loop.state)
        yield files
    finally:
        files.close()


async def _pieces(pieces: Generator[bytes, None, None]) -> AsyncIterator[bytes]:
    try:
        while piece := await asyncio.to_thread(next, pieces, b""):
            yield piece
    finally:
        pieces.close()


def _lost_error(attachment: Attachment, what: str) -> FileLostError:
    return FileLostError(
        f"{attachment.name} {what}. Whoever runs this district may have it in a backup."
    )
