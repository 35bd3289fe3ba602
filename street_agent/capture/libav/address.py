"""A source's address: whether it is a recording, and how it may be written into a log. Opens
nothing."""

import re

_LOGIN = re.compile(r"(?<=://)([^:/@]*):[^/]*@")


def is_file(address: str) -> bool:
    """Is this a recording (it ends, and is paced by us) and not a live source?"""
    return "://" not in address and not address.startswith("/dev/")


def redacted(address: str) -> str:
    """The address as it may be written into a log: without the password in it."""
    return _LOGIN.sub(r"\1:***@", address)
