"""Files of a district on its disk: durable before an input names them, gone when none does,
whatever is killed in between; bounded; and never given out when they are not whole."""

import asyncio
import errno
import os
from pathlib import Path

import pytest
from attached_pictures import JPEG, a_picture, jpeg

from citybrain.api.errors import FileLateError, FileLostError, RequestTooLargeError
from citybrain.api.limits import FILE_BYTES
from citybrain.attached_files import FOLDER
from citybrain.errors import QueueFullError, StoreFullError
from citybrain.ids import CountingIds
from citybrain.limits import Limit
from citybrain.structs import replace
from district_node.attachments import attachments as module
from district_node.attachments import folder as folder_module
from district_node.attachments.attachments import Attachments
from district_node.attachments.limits import UPLOADS
from district_node.cores.attachments.attached_files import AttachedFile
from district_node.cores.attachments.attachment import Attachment
from district_node.cores.state import EMPTY


class Disk:
    """The files of a node in a folder, and the state that names some."""

    def __init__(self, data):
        self.data, self.state = data, EMPTY
        self.restart()

    def restart(self):
        self.files = Attachments(self.data, CountingIds())
        self.files.start(self.state)

    def read_through(self):
        """What a start does meanwhile, at once."""
        self.files._read_through(self.state.attached_files.keys())

    def names(self, *sha256s):
        named = EMPTY.attached_files
        for one in sha256s:
            named = named.put(one, AttachedFile(size=200, cases=("inc-1",)))
        self.state = replace(EMPTY, attached_files=named)
        self.files.committed(self.state, ())

    def settled(self):
        """What is there, once all that was to be removed is."""
        self.files.close()
        folder = self.data / FOLDER
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def receive(self, *pieces, named=True, name="a.jpg"):
        async def come():
            for piece in pieces:
                yield piece

        async def go():
            async with self.files.received(come(), name, by="Li Na") as upload:
                if named and hasattr(upload, "sha256"):
                    self.names(*self.state.attached_files.keys(), upload.sha256)
                return upload

        return asyncio.run(go())


@pytest.fixture
def disk(tmp_path):
    found = Disk(tmp_path)
    yield found
    found.files.close()


def attached(upload):
    return Attachment(
        attachment="file-1",
        at=1,
        actor="Li Na",
        name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
    )


def fetched(files, attachment):
    async def go():
        return b"".join([piece async for piece in await files.pieces_of(attachment)])

    return asyncio.run(go())


def test_a_file_is_under_its_digest_for_this_user_alone_when_an_input_can_name_it(disk):
    picture = jpeg("a", 100_000)
    upload = disk.receive(picture[:40_000], picture[40_000:])
    assert (upload.size, upload.media_type) == (100_000, "image/jpeg")
    path = disk.data / FOLDER / upload.sha256
    assert path.read_bytes() == picture
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert disk.settled() == [upload.sha256]


def test_both_are_synced_before_an_input_can_name_it(disk, monkeypatch):
    synced, real = [], os.fsync

    def noted(descriptor):
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    upload = disk.receive(jpeg())
    assert synced[1:] == [FOLDER, disk.data.name]
    assert upload.sha256 != synced[0], "the file, before it has its name"


def test_what_no_input_names_is_removed_at_once(disk):
    disk.receive(jpeg(), named=False)
    assert disk.settled() == []


def test_what_a_crash_leaves_is_swept_away_by_the_next_start_and_what_is_named_stays(disk):
    upload = disk.receive(jpeg("kept"))
    disk.files.close()
    for name in (".incoming-7", "f" * 64):
        (disk.data / FOLDER / name).write_bytes(JPEG)
    (disk.data / FOLDER / "README").write_text("of somebody else")
    disk.restart()
    assert disk.settled() == ["README", upload.sha256]


def test_what_is_named_no_more_is_removed_and_what_comes_in_anew_meanwhile_stays(disk):
    picture = jpeg("a")
    upload = disk.receive(picture)
    disk.names()
    again = disk.receive(picture)
    assert again.sha256 == upload.sha256
    assert disk.settled() == [upload.sha256]
    disk.restart()
    disk.names()
    assert disk.settled() == []


def test_a_file_that_is_too_large_is_refused_while_it_is_read_and_nothing_of_it_is_kept(disk):
    read = []

    async def endless():
        while True:
            read.append(1)
            yield jpeg("x", 1_000_000)

    async def go():
        async with disk.files.received(endless(), "a.jpg", by="Li Na"):
            pass

    with pytest.raises(RequestTooLargeError):
        asyncio.run(go())
    assert len(read) == FILE_BYTES.value // 1_000_000 + 1
    assert disk.settled() == []


def test_what_is_of_no_type_that_is_taken_is_not_read_to_its_end(disk):
    read = []

    async def page():
        for _ in range(100):
            read.append(1)
            yield b"<!doctype html><script>" * 10

    async def go():
        async with disk.files.received(page(), "a.jpg", by="Li Na") as refused:
            return refused

    assert asyncio.run(go()).reason == "file_type"
    assert len(read) == 1
    assert disk.receive().reason == "empty_file"
    assert disk.receive(b"\xff\xd8").reason == "file_type"
    assert disk.settled() == []


def test_a_sender_that_is_too_slow_is_told_so_and_leaves_nothing(disk, monkeypatch):
    short = Limit(name="t", value=0.05, unit="s", reason="of a test", fate="of a test")
    monkeypatch.setattr(module, "FILE_TIME", short)

    async def slow():
        yield jpeg()
        await asyncio.Event().wait()

    async def go():
        async with disk.files.received(slow(), "a.jpg", by="Li Na"):
            pass

    with pytest.raises(FileLateError):
        asyncio.run(go())
    assert disk.settled() == []


def test_a_sender_that_breaks_off_leaves_nothing(disk):
    async def broken():
        yield jpeg()
        raise ConnectionResetError

    async def go():
        async with disk.files.received(broken(), "a.jpg", by="Li Na"):
            pass

    with pytest.raises(ConnectionResetError):
        asyncio.run(go())
    assert disk.settled() == []


def test_so_many_come_in_at_once_and_no_more(disk):
    async def go():
        wait, began = asyncio.Event(), asyncio.Semaphore(0)

        async def slow(number):
            yield jpeg(str(number))
            began.release()
            await wait.wait()

        async def take(number):
            async with disk.files.received(slow(number), "a.jpg", by=f"crew-{number // 2}"):
                pass

        tasks = [asyncio.create_task(take(number)) for number in range(UPLOADS.value)]
        for _ in tasks:
            await began.acquire()
        with pytest.raises(QueueFullError, match="one time"):
            await take(99)
        wait.set()
        await asyncio.gather(*tasks)
        await take(100)

    asyncio.run(go())
    assert disk.settled() == []


def test_one_sender_has_two_places_at_a_time_and_leaves_the_rest_to_others(disk):
    async def whole():
        yield jpeg()

    def place(by):
        return disk.files.received(whole(), "a.jpg", by=by)

    async def go():
        async with place("crew-1"), place("crew-1"):
            with pytest.raises(QueueFullError, match="of one person"):
                async with place("crew-1"):
                    pass
            async with place("crew-2") as upload:
                assert upload.size == 200
        async with place("crew-1"):
            pass

    asyncio.run(go())
    assert disk.settled() == []


def test_a_full_disk_refuses_the_file_and_keeps_nothing_of_it(disk, monkeypatch):
    real = os.fsync

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFullError):
        disk.receive(jpeg())
    monkeypatch.setattr(os, "fsync", real)
    assert disk.receive(jpeg()).size == 200, "there is room again"
    more = Limit(name="r", value=2**62, unit="bytes", reason="of a test", fate="of a test")
    monkeypatch.setattr(folder_module, "ATTACHMENT_ROOM", more)
    with pytest.raises(StoreFullError):
        disk.receive(jpeg("b"))
    assert len(disk.settled()) == 1


def test_what_is_lost_is_known_after_a_start_and_never_given_out(disk):
    uploads = [disk.receive(jpeg(str(number), 500)) for number in range(3)]
    disk.names(*(one.sha256 for one in uploads))
    path = disk.data / FOLDER / uploads[1].sha256
    (disk.data / FOLDER / uploads[0].sha256).unlink()
    path.write_bytes(jpeg("other", 500))
    disk.files.close()
    disk.restart()
    disk.read_through()
    lines = [attached(one) for one in uploads]
    assert [disk.files.state_of(one) for one in lines] == ["missing", "damaged", "kept"]
    for lost in lines[:2]:
        with pytest.raises(FileLostError, match="backup"):
            fetched(disk.files, lost)
    assert fetched(disk.files, lines[2]) == jpeg("2", 500)
    path.write_bytes(jpeg("1", 500))
    assert fetched(disk.files, lines[1]) == jpeg("1", 500), "put back out of a backup"
    assert disk.files.state_of(lines[1]) == "kept"


def test_a_file_that_nobody_attached_is_none_of_the_folder(disk):
    missing = attached(a_picture())
    assert disk.files.state_of(missing) == "missing"
