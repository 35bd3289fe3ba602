"""Secrets stand in files of their own, never in a configuration: a configuration is copied, shown
and kept in version control. Finds what looks like one, and reads the files.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

CREDENTIAL = "credential:"  # before the name of a systemd credential
CREDENTIALS_FOLDER = "CREDENTIALS_DIRECTORY"  # systemd names it there
SECRET_WORDS = ("password", "passwd", "passphrase", "secret", "token", "api_key", "apikey")


def secret_path(name: str) -> Path:
    """The file that `name` means: a path, or `credential:NAME`, which systemd put into a folder of
    this process alone (`LoadCredential=`). Raises `ValueError` where systemd gave none."""
    if not name.startswith(CREDENTIAL):
        return Path(name)
    folder = os.environ.get(CREDENTIALS_FOLDER)
    if not folder:
        raise ValueError(f"{name!r} is a credential of systemd, and this process was given none")
    return Path(folder) / Path(name.removeprefix(CREDENTIAL)).name


def has_password(address: str) -> bool:
    """Whether a URL holds a password."""
    return split_login(address)[2] is not None


def split_login(address: str) -> tuple[str, str | None, str | None]:
    """The URL without its login, the user name and the password; what is no URL has none."""
    if "://" not in address:
        return address, None, None
    try:
        parts = urlsplit(address)
    except ValueError:
        return address, None, None
    login, at, host = parts.netloc.rpartition("@")
    if not at:
        return address, None, None
    name, colon, password = login.partition(":")
    bare = urlunsplit(parts._replace(netloc=host))
    return bare, unquote(name), unquote(password) if colon else None


def with_login(address: str, username: str, password: str) -> str:
    """The URL with a login, as what opens it wants it. For no log, no file and no screen."""
    parts = urlsplit(address)
    login = f"{quote(username, safe='')}:{quote(password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{login}@{parts.netloc}"))


def secret_keys(options: Mapping[str, object]) -> tuple[str, ...]:
    """The keys of a table, and of the tables in it, under which a secret itself stands: by their
    name, or because a URL has a password."""
    found: list[str] = []
    for key, value in options.items():
        if isinstance(value, Mapping):
            found += [f"{key}.{inner}" for inner in secret_keys(value)]
        elif isinstance(value, str) and (key.lower().endswith(SECRET_WORDS) or has_password(value)):
            found.append(key)
    return tuple(sorted(found))


def check_options(options: dict[str, object]) -> dict[str, object]:
    """`options` as they are; raises `ValueError` naming the keys that hold a secret."""
    if keys := secret_keys(options):
        raise ValueError(f"{', '.join(keys)} holds a secret, which must not stand in this file")
    return options
