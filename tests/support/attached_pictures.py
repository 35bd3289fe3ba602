"""Files that tests attach: bytes of each type, what is noted of one, and whether the files that a
district keeps are those that its cases name."""

import hashlib

from citybrain.domain.console import UploadedFile

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
PNG = b"\x89PNG\r\n\x1a\n"
GIF = b"GIF89a"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"
PDF = b"%PDF-1.7\n"
HTML = b"<!doctype html><script>alert(1)</script>"


def jpeg(words: str = "", size: int = 200) -> bytes:
    """A file of so many bytes that begins as a picture, and no other has."""
    return (JPEG + words.encode()).ljust(size, b".")


def a_picture(words: str = "", *, size: int = 1_000) -> UploadedFile:
    """What is noted of a picture."""
    return UploadedFile(
        name=f"{words or 'photo'}.jpg",
        media_type="image/jpeg",
        size=size,
        sha256=hashlib.sha256(words.encode()).hexdigest(),
    )


def assert_kept_files_are_those_that_cases_name(state) -> None:
    named: dict[str, tuple[int, set[str]]] = {}
    for incident in state.incidents.values():
        for one in incident.case_file.attachments:
            if one.redaction is None:
                named.setdefault(one.sha256, (one.size, set()))[1].add(incident.incident)
    kept = {sha: (one.size, set(one.cases)) for sha, one in state.attached_files.items()}
    assert kept == named
