"""Backups of a journal: a folder each, with a copy of the file and a manifest that says what is in
it. The node may be up while one is made. Restores one into an empty data folder.

In this order, so that an interruption leaves no half backup: copied by SQLite from one moment of
the journal into a folder beside its place, marked as a copy, walked as a start would, noted in the
manifest, made durable, and only then given its name. A store that finds the mark when it is opened
knows that it went back in time, and takes another epoch (docs/decisions/0013).
"""

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import apsw

from citybrain import canonical_json
from citybrain.clock import SECOND_US, Timestamp, iso
from citybrain.data_folder import FILE_MODE, FOLDER_MODE, secure
from citybrain.errors import MalformedError, StoreCorruptError, StoreError
from citybrain.ids import StoreEpoch
from citybrain.journal.node_store import JOURNAL
from citybrain.journal.sqlite import SqliteStore
from citybrain.journal.verification import verify_parts
from citybrain.sqlite.owned_file import (
    FileLock,
    open_reader,
    put_in_place,
    transaction,
    translated_errors,
)
from citybrain.sqlite.page_check import check_pages
from citybrain.sqlite.statements import named_queries
from citybrain.structs import Struct, replace

MANIFEST = "manifest.json"
MAKING, DROPPING = ".making-", ".dropping-"  # before the name of a folder that is no backup
PAGES_A_STEP = 4_096  # 16 MiB with SQLite's own size of a page

OnProgress = Callable[[int, int], None]  # pages copied, of how many
# what else of a data folder goes into the folder of its backup
Beside = Callable[[Path, Path], None]


class OtherFile(Struct, frozen=True, kw_only=True):
    """A file of a backup beside the journal."""

    name: str  # or its path, within the backup's folder
    bytes: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """What a backup holds, noted when it was found whole."""

    source: str  # the name of the data folder
    made_at: Timestamp
    epoch: StoreEpoch  # of the store that was copied
    height: int  # the number of the last record
    head_hash: str  # of that record
    begins_after: int  # the record before the first: what is before it is in archives
    bytes: int  # of the file
    sha256: str  # of the file
    software_version: str  # that made it
    others: tuple[OtherFile, ...] = ()


def no_progress(_done: int, _of: int) -> None:
    """Where none is shown."""


def nothing_beside(_data: Path, _to: Path) -> None:
    """Where the journal is all."""


def back_up(
    data: Path,
    *,
    to: Path,
    at: Timestamp,
    software_version: str,
    keep: int = 0,
    beside: Beside = nothing_beside,
    on_progress: OnProgress = no_progress,
) -> tuple[Path, Manifest]:
    """Make a backup of the journal in folder `data` in a new folder below `to`, and drop all but
    the `keep` newest backups of that data folder (0: none). Gives its folder and its manifest.
    `beside` is called with the data folder and the backup's, to put other files there.

    Raises `StoreCorruptError` where the copy is not whole: then no backup was made and none
    dropped. Raises `StoreFullError` where there is no room for it.
    """
    path = _journal_of(data)
    to.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    lock = FileLock(to / ".backup")  # one at a time; hidden: FOLDER/* names backups alone
    try:
        for left in (*to.glob(f"{MAKING}*"), *to.glob(f"{DROPPING}*")):  # of an interrupted run
            shutil.rmtree(left, ignore_errors=True)
        source = path.resolve().parent.name
        stamp = datetime.fromtimestamp(at / SECOND_US, UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        making = to / f"{MAKING}{source}-{stamp}"
        making.mkdir(mode=FOLDER_MODE)
        try:
            _copy(path, making / JOURNAL, at, on_progress)
            manifest = _manifest(making / JOURNAL, source, at, software_version)
            beside(path.parent, making)
            manifest = replace(manifest, others=_others_in(making))
            _write_manifest(making, manifest)
            made = to / f"{source}-{stamp}"
            put_in_place(making, made)
        finally:
            shutil.rmtree(making, ignore_errors=True)
        if keep:
            _drop_all_but(to, source, keep)
        return made, manifest
    finally:
        lock.release()


def backups_in(to: Path, source: str = "") -> tuple[Path, ...]:
    """The backups below `to`, of the data folder named `source` or of any, the oldest first."""
    found = []
    for path in to.glob(f"*/{MANIFEST}"):
        if path.parent.name.startswith((MAKING, DROPPING)):
            continue
        try:
            manifest = read_manifest(path.parent)
        except StoreError:  # one that is damaged is neither counted nor dropped
            continue
        if source in ("", manifest.source):
            found.append((manifest.made_at, path.parent))
    return tuple(folder for _, folder in sorted(found))


def read_manifest(folder: Path) -> Manifest:
    """What the backup in `folder` is said to hold; raises `StoreError` where it is none."""
    try:
        return canonical_json.decode((folder / MANIFEST).read_bytes(), Manifest)
    except FileNotFoundError as error:
        raise StoreError(
            f"{folder} is no backup: it has no {MANIFEST}. Give a folder that `citybrain backup"
            " create` has made."
        ) from error
    except (OSError, MalformedError) as error:
        raise StoreCorruptError(
            f"{folder / MANIFEST} is damaged ({error}). Use another backup."
        ) from error


def verify_backup(folder: Path) -> Manifest:
    """Walk the backup in `folder` and compare it with its manifest; raises `StoreCorruptError` with
    the first thing that does not fit."""
    manifest, path = read_manifest(folder), folder / JOURNAL
    size = path.stat().st_size if path.is_file() else 0
    if (size, _sha256(path) if size else "") != (manifest.bytes, manifest.sha256):
        raise StoreCorruptError(
            f"{path} is not the file that its manifest describes ({size} bytes, and"
            f" {manifest.bytes} were written): it was changed or cut off. Use another backup."
        )
    for other in manifest.others:
        if Path(other.name).is_absolute() or ".." in Path(other.name).parts:
            raise StoreCorruptError(
                f"{folder / MANIFEST} names {other.name!r}, which is outside of the backup: it was"
                " forged. Use another backup."
            )
        if _other(folder, folder / other.name) != other:
            raise StoreCorruptError(
                f"{folder / other.name} is not the file that its manifest describes: it was changed"
                " or taken away. Use another backup."
            )
    found = _manifest(path, manifest.source, manifest.made_at, manifest.software_version)
    if replace(found, others=manifest.others) != manifest:
        raise StoreCorruptError(
            f"{path} ends at record {found.height} ({found.head_hash[:12]}), and its manifest says"
            f" {manifest.height} ({manifest.head_hash[:12]}). Use another backup."
        )
    return manifest


def restore(folder: Path, *, to: Path) -> Manifest:
    """Put the backup in `folder`, found whole, into the data folder `to`, which must have no
    journal. The node that starts from it takes another epoch. Of the other files, one that is
    there stays."""
    manifest = verify_backup(folder)
    secure(to)
    path = to / JOURNAL
    lock = FileLock(path)
    try:
        left = [one for one in (path, _beside(path, "-wal"), _beside(path, "-shm")) if one.exists()]
        if left:
            raise StoreError(
                f"{left[0]} is there, and it may hold what the backup does not. Stop the node and"
                f" move {', '.join(one.name for one in left)} away together, then restore again."
            )
        made = _beside(path, ".new")
        made.touch(mode=FILE_MODE)
        shutil.copyfile(folder / JOURNAL, made)
        secure(to)
        put_in_place(made, path)
        for other in manifest.others:
            _put_other(folder / other.name, to / other.name)
        secure(to)
    finally:
        lock.release()
    return manifest


def _put_other(source: Path, path: Path) -> None:
    if not path.exists():
        path.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
        made = _beside(path, ".new")
        made.touch(mode=FILE_MODE)
        shutil.copyfile(source, made)
        put_in_place(made, path)


def _others_in(folder: Path) -> tuple[OtherFile, ...]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(_other(folder, path) for path in files if path.name != JOURNAL)


def _other(folder: Path, path: Path) -> OtherFile:
    size = path.stat().st_size if path.is_file() else 0
    name = path.relative_to(folder).as_posix()
    return OtherFile(name=name, bytes=size, sha256=_sha256(path) if size else "")


def _journal_of(data: Path) -> Path:
    path = data if data.is_file() else data / JOURNAL
    if path.is_file():
        return path
    if (data / "outbox.db").exists():
        raise StoreError(
            f"{data} is the folder of an edge box, which needs no backup: what it holds is with its"
            " district once that is acknowledged, and an outbox that went back in time would give"
            " numbers twice. Keep its configuration."
        )
    raise StoreError(
        f"there is no {JOURNAL} in {data}. Give the data_dir of a district or of the city."
    )


def _copy(path: Path, made: Path, at: Timestamp, on_progress: OnProgress) -> None:
    """One moment of the journal, whatever is committed meanwhile."""
    reader = open_reader(path)
    try:
        with translated_errors(made):
            made.touch(mode=FILE_MODE)  # before there is anything to read in it
            copy = apsw.Connection(str(made))
            try:
                reader.execute("BEGIN")
                reader.execute("SELECT count(*) FROM sqlite_schema").fetchall()
                with copy.backup("main", reader, "main") as steps:
                    while not steps.done:
                        steps.step(PAGES_A_STEP)
                        on_progress(steps.page_count - steps.remaining, steps.page_count)
                copy.execute("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL")
                with transaction(copy, made):
                    sql = named_queries("citybrain.journal", "sqlite.sql")["mark_as_backup"]
                    copy.execute(sql, (iso(at),))
            finally:
                copy.close()
    finally:
        reader.close()


def _manifest(path: Path, source: str, at: Timestamp, software_version: str) -> Manifest:
    """What is in the copy; raises `StoreCorruptError` where a start would refuse it."""
    reader = open_reader(path)
    try:
        check_pages(reader, path)
    finally:
        reader.close()
    store = SqliteStore.open_readonly(path)
    try:
        if store.is_archive():
            raise StoreError(f"{path.name} is an archive: it never changes. Copy it as it is.")
        seen = verify_parts([(str(path), store)])
        return Manifest(
            source=source,
            made_at=at,
            epoch=store.epoch(),
            height=seen.head.seq,
            head_hash=seen.head.hash,
            begins_after=seen.begins_after.seq,
            bytes=path.stat().st_size,
            sha256=_sha256(path),
            software_version=software_version,
        )
    finally:
        store.close()


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    made = folder / f"{MANIFEST}.new"
    made.touch(mode=FILE_MODE)
    made.write_bytes(canonical_json.encode(manifest) + b"\n")
    put_in_place(made, folder / MANIFEST)


def _drop_all_but(to: Path, source: str, keep: int) -> None:
    for folder in backups_in(to, source)[:-keep]:
        dropping = folder.with_name(f"{DROPPING}{folder.name}")
        folder.rename(dropping)  # half of one is none
        shutil.rmtree(dropping, ignore_errors=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
