"""Walks over the blocks of an `.osm.pbf` file to see whether it is one and is whole. Decodes no
block.

The format: https://wiki.openstreetmap.org/wiki/PBF_Format. A file that ends between two blocks
looks whole: nothing in it says how many there are.
"""

from pathlib import Path
from typing import BinaryIO

from maps.errors import ExtractError

HEAD_BYTES_MAX = 64 * 1024  # of a block's head, by the format
BODY_BYTES_MAX = 32 * 1024 * 1024
FIRST, DATA = b"OSMHeader", b"OSMData"
DOWNLOAD = (
    "Download an extract of your city as .osm.pbf (docs/guides/map.md says where from), and name"
    " that file."
)


def check_blocks(path: Path) -> int:
    """The number of data blocks. Raises `ExtractError` for a file that is missing, no PBF, or ends
    within a block."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            return _walk(path, file, size)
    except FileNotFoundError as error:
        raise ExtractError(f"there is no file {path}. {DOWNLOAD}") from error
    except OSError as error:
        raise ExtractError(
            f"{path} cannot be read: {error.strerror}. Name a file that this user may read."
        ) from error


def _walk(path: Path, file: BinaryIO, size: int) -> int:
    blocks = 0
    if not size:
        raise ExtractError(f"{path} is empty: the download did not even begin. {DOWNLOAD}")
    while (start := file.tell()) < size:
        length = int.from_bytes(file.read(4), "big")
        head = file.read(min(length, HEAD_BYTES_MAX))
        kind, body = _head(head)
        is_ours = FIRST in head if not start else length <= HEAD_BYTES_MAX
        if not is_ours or body > BODY_BYTES_MAX:
            raise _no_pbf(path, start)
        if start + 4 + length + body > size:
            raise _cut(path, size, start)
        if kind is None:
            raise _no_pbf(path, start)
        file.seek(body, 1)
        blocks += kind == DATA
    return blocks


def _head(head: bytes) -> tuple[bytes | None, int]:
    """The kind of a block (field 1) and the bytes of its body (field 3); None: it is no head."""
    kind, body, at = None, 0, 0
    try:
        while at < len(head):
            field, at = _varint(head, at)
            if field & 7 == 2:
                length, at = _varint(head, at)
                kind = head[at : at + length] if field >> 3 == 1 else kind
                at += length
            elif field & 7 == 0:
                number, at = _varint(head, at)
                body = number if field >> 3 == 3 else body
            else:
                return None, 0
    except IndexError:
        return None, 0
    return kind, body


def _varint(head: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = head[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def _no_pbf(path: Path, at: int) -> ExtractError:
    where = f" (byte {at})" if at else ""
    return ExtractError(
        f"{path} is no .osm.pbf file{where}: it does not begin as OpenStreetMap's extracts do."
        f" {DOWNLOAD}"
    )


def _cut(path: Path, size: int, start: int) -> ExtractError:
    return ExtractError(
        f"{path} is cut short: it ends after {size} bytes, within the block that begins at {start},"
        " so the download broke off. Download it again."
    )
