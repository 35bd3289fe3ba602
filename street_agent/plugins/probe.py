"""Tries a package's source once: opens it, takes what it gives first, closes it. For a check at the
terminal and for the contract; the agent itself supervises it.
"""

from typing import TypeVar

from citybrain.clock import SECOND_US, Clock
from citybrain.errors import CityBrainError
from citybrain.plugins.errors import PluginFaultError, in_short
from street_agent.plugins.port import MakeReader, SourceReader

WAIT_S = 0.5  # of one read
WITHIN_S = 10.0
G = TypeVar("G")


def first_given(make: MakeReader[G], clock: Clock, *, within_s: float = WITHIN_S) -> G:
    """The first reading or picture, as it was given. Raises `PluginError` when none comes."""
    try:
        reader = make()
        try:
            reader.open()
            return _read(reader, clock, within_s)
        finally:
            reader.close()
    except CityBrainError:
        raise
    except Exception as error:
        raise PluginFaultError(f"the plugin failed ({in_short(error)})") from error


def _read(reader: SourceReader[G], clock: Clock, within_s: float) -> G:
    begun = clock.instant()
    while (clock.instant() - begun) / SECOND_US < within_s:
        given = reader.read(WAIT_S)
        if given is not None:
            return given
    raise PluginFaultError(f"the plugin gave nothing within {within_s:g} s")
