"""This distribution's name on a package index, its version, and how to install a missing extra."""

from importlib.metadata import version

DISTRIBUTION = "open-citybrain"  # `citybrain` on the public index is somebody else's package


def installed_version() -> str:
    """The installed version; raises `PackageNotFoundError` where none is installed."""
    return version(DISTRIBUTION)


def install_hint(extra: str) -> str:
    """The command that installs `extra`, for a message. From the checkout until the distribution is
    published."""
    return f"pip install '.[{extra}]' in the checkout of {DISTRIBUTION}"
