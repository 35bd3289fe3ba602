"""A source's address: whether it is a recording, and how it may be written into a log. Opens
nothing."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import urlsplit

_LOGIN = re.compile(r"(?<=://)([^:/@]*):[^/]*@")

PICTURE_FORMATS: Mapping[str, str] = MappingProxyType(
    {".jpg": "mjpeg", ".jpeg": "mjpeg", ".png": "png_pipe", ".webp": "webp_pipe"}
)


def is_file(address: str) -> bool:
    """Is this a recording (it ends, and is paced by us) and not a live source?"""
    return "://" not in address and not address.startswith("/dev/")


def is_http(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def picture_format(address: str) -> str | None:
    """libav's format for an address that is named like a picture file; by itself libav would look
    for many numbered ones there. A stream of JPEGs under such a name is read by it too."""
    if not is_http(address):
        return None
    suffix = PurePosixPath(urlsplit(address).path).suffix.lower()
    return PICTURE_FORMATS.get(suffix)


def redacted(address: str) -> str:
    """The address as it may be written into a log: without the password in it."""
    return _LOGIN.sub(r"\1:***@", address)
