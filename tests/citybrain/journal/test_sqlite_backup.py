"""A backup is a whole journal of one moment or it is none, and a store that begins from one knows
that it went back in time."""

import hashlib
import resource
import shutil
import stat

import pytest
from journal_records import keep_checkpoint, sealed

from citybrain import canonical_json
from citybrain.attached_files import copy_attached, path_of
from citybrain.clock import ManualClock, later
from citybrain.errors import StoreCorruptError, StoreError, StoreFullError
from citybrain.ids import CountingIds
from citybrain.journal.node_store import JOURNAL, open_journal
from citybrain.journal.port import Batch
from citybrain.journal.sqlite import SqliteStore
from citybrain.journal.sqlite_backup import (
    MANIFEST,
    OtherFile,
    back_up,
    backups_in,
    restore,
    verify_backup,
)
from citybrain.structs import replace

AT = ManualClock().now()


@pytest.fixture
def data(tmp_path):
    return tmp_path / "riverside"


@pytest.fixture
def to(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def store(data):
    store = open_journal(data, ids=CountingIds("e"), clock=ManualClock())
    grow(store, 3)
    keep_checkpoint(store, b'{"state": 1}')
    yield store
    store.close()


def grow(store, count, size=10):
    store.commit(Batch(records=sealed(store.head(), *[b"x" * size] * count)))


def made(data, to, *, after_s=0, **options):
    return back_up(data, to=to, at=later(AT, after_s), software_version="1", **options)


def test_a_backup_is_one_whole_file_with_its_manifest_for_this_user_alone(store, data, to):
    folder, manifest = made(data, to)
    assert {path.name for path in folder.iterdir()} == {JOURNAL, MANIFEST}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert (manifest.height, manifest.head_hash) == (store.head().seq, store.head().hash)
    assert (manifest.epoch, manifest.source) == (store.epoch(), "riverside")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert verify_backup(folder) == manifest
    grow(store, 1)  # the node goes on


def test_what_is_committed_meanwhile_is_in_none_of_it(store, data, to):
    grow(store, 3, size=5_000_000)
    height, commits = store.head().seq, []

    def commit_more(_done, _of):
        commits.append(1)
        grow(store, 1, size=1_000_000)

    folder, manifest = made(data, to, on_progress=commit_more)
    assert commits
    assert manifest.height == height
    assert verify_backup(folder).height == height


def test_a_damaged_journal_gives_no_backup_and_costs_none(store, data, to):
    first, _ = made(data, to)
    grow(store, 200, size=3_000)
    store.close()
    path = data / JOURNAL
    damaged = bytearray(path.read_bytes())
    damaged[200_000:200_100] = b"\xff" * 100
    path.write_bytes(damaged)
    with pytest.raises(StoreCorruptError):
        made(data, to, after_s=1, keep=1)
    assert backups_in(to) == (first,)
    assert [path for path in to.iterdir() if path.is_dir()] == [first]
    shown = [path for path in to.iterdir() if not path.name.startswith(".")]
    assert shown == [first], "a shell's FOLDER/* names backups alone"


def test_all_but_the_newest_of_one_node_are_dropped_and_none_of_another(store, data, to, tmp_path):
    shutil.copytree(data, tmp_path / "oldtown")
    other, _ = made(tmp_path / "oldtown", to)
    folders = [made(data, to, after_s=s)[0] for s in (1, 2, 3)]
    made(data, to, after_s=4, keep=2)
    left = backups_in(to, "riverside")
    assert len(left) == 2
    assert left[0] == folders[2]
    assert backups_in(to, "oldtown") == (other,)


def test_what_an_interruption_left_is_no_backup_and_goes_with_the_next(store, data, to):
    folder, _ = made(data, to)
    half = to / ".making-riverside-x"
    shutil.copytree(folder, half)
    assert backups_in(to) == (folder,)
    made(data, to, after_s=1)
    assert not half.exists()


def test_a_disk_without_room_gives_no_backup_and_says_so(store, data, to):
    grow(store, 10, size=100_000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    try:
        with pytest.raises(StoreFullError):
            made(data, to)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path for path in to.iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("where", ["cut off", "changed", "manifest", "gone"])
def test_a_backup_that_was_tampered_with_is_named(store, data, to, where):
    folder, manifest = made(data, to)
    path = folder / JOURNAL
    if where == "cut off":
        path.write_bytes(path.read_bytes()[:-4096])
    elif where == "changed":
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    elif where == "gone":
        path.unlink()
    else:
        text = (folder / MANIFEST).read_text()
        (folder / MANIFEST).write_text(text.replace(manifest.head_hash, "0" * 64))
    with pytest.raises(StoreCorruptError, match="Use another backup"):
        verify_backup(folder)


def test_what_lies_beside_a_journal_is_verified_and_comes_back_where_nothing_is(store, data, to):
    def beside(_data, folder):
        (folder / "people.db").write_bytes(b"Li Na")

    folder, _ = made(data, to, beside=beside)
    store.close()
    (data / JOURNAL).unlink()
    restore(folder, to=data)
    assert (data / "people.db").read_bytes() == b"Li Na"
    assert stat.S_IMODE((data / "people.db").stat().st_mode) == 0o600
    (data / JOURNAL).unlink()
    (data / "people.db").write_bytes(b"Li Na, Zhao")
    restore(folder, to=data)
    assert (data / "people.db").read_bytes() == b"Li Na, Zhao", "what is there is newer"
    (folder / "people.db").write_bytes(b"Mallory")
    with pytest.raises(StoreCorruptError, match="Use another backup"):
        verify_backup(folder)


def test_a_folder_that_is_no_backup_is_named(tmp_path):
    with pytest.raises(StoreError, match="is no backup"):
        verify_backup(tmp_path)


def test_an_edge_box_needs_none_and_an_empty_folder_has_none(tmp_path, to):
    (tmp_path / "outbox.db").touch()
    with pytest.raises(StoreError, match="edge box, which needs no backup"):
        made(tmp_path, to)
    with pytest.raises(StoreError, match=r"there is no journal\.db"):
        made(tmp_path / "elsewhere", to)


@pytest.mark.parametrize("how", ["by the command", "by a plain copy"])
def test_a_store_that_begins_from_a_backup_has_another_epoch_once(store, data, to, how):
    folder, manifest = made(data, to)
    grow(store, 5)
    store.close()
    shutil.rmtree(data)
    if how == "by the command":
        restore(folder, to=data)
    else:
        data.mkdir()
        shutil.copyfile(folder / JOURNAL, data / JOURNAL)
    again = open_journal(data, ids=CountingIds("r"), clock=ManualClock())
    epoch = again.epoch()
    assert epoch != manifest.epoch
    assert again.epoch_before() == manifest.epoch
    assert again.head().seq == manifest.height
    again.close()
    again = SqliteStore.open(data / JOURNAL, ids=CountingIds("x"))
    assert again.epoch() == epoch
    again.close()
    assert verify_backup(folder) == manifest


def test_a_journal_that_is_there_is_never_overwritten(store, data, to):
    folder, _ = made(data, to)
    store.close()
    with pytest.raises(StoreError, match="may hold what the backup does not"):
        restore(folder, to=data)


def test_a_lost_journal_is_restored_into_its_own_folder(store, data, to):
    folder, manifest = made(data, to)
    store.close()
    (data / JOURNAL).unlink()
    restore(folder, to=data)
    again = open_journal(data, ids=CountingIds("r"), clock=ManualClock())
    assert again.head().seq == manifest.height
    again.close()


def test_files_below_go_with_it_by_their_digests_and_come_back_for_this_user_alone(store, data, to):
    digest = hashlib.sha256(b"a picture").hexdigest()
    whole, damaged = path_of(data, digest), path_of(data, "f" * 64)
    whole.parent.mkdir(mode=0o700)
    whole.write_bytes(b"a picture")
    damaged.write_bytes(b"not what it says")
    (whole.parent / ".incoming-1").write_bytes(b"half")
    left_out = []
    folder, manifest = made(
        data, to, beside=lambda data, to: left_out.extend(copy_attached(data, to))
    )
    assert left_out == ["f" * 64]
    assert [one.name for one in manifest.others] == [f"attachments/{digest}"]
    verify_backup(folder)
    again = folder.parent / "again"
    restore(folder, to=again)
    assert path_of(again, digest).read_bytes() == b"a picture"
    assert stat.S_IMODE(path_of(again, digest).parent.stat().st_mode) == 0o700
    path_of(folder, digest).write_bytes(b"another")
    with pytest.raises(StoreCorruptError, match="changed or taken away"):
        verify_backup(folder)


def test_a_manifest_that_names_a_file_outside_of_its_backup_is_refused(store, data, to):
    folder, manifest = made(data, to)
    outside = OtherFile(name="../../passwd", bytes=1, sha256="0")
    forged = replace(manifest, others=(outside,))
    (folder / MANIFEST).write_bytes(canonical_json.encode(forged))
    with pytest.raises(StoreCorruptError, match="outside"):
        restore(folder, to=folder.parent / "again")
