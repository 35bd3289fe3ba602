"""A password from a person's keyboard, twice, or from the first line of standard input: never from
the command line, where every process of the machine could read it.
"""

import getpass
import sys

from citybrain.people.errors import PeopleError


def read_password(name: str) -> str:
    """The password for `name`; raises `PeopleError` where the two entries differ."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"Password for {name}: ")
    if getpass.getpass("Once more: ") != first:
        raise PeopleError("the two passwords differ. Nothing was changed; try again.")
    return first
