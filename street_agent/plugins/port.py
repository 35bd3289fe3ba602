"""What a package's camera or sensor must be: a class that gives pictures or readings when it is
asked. All that a package imports of the street agent for a source is in this file.

    class WellGauge:
        port = "sensor/1"

        def __init__(self, options): self._path = options["path"]
        def open(self): self._file = open(self._path)
        def read(self, wait_s): return Reading(value=float(self._file.readline()))
        def close(self): self._file.close()

Each object has a thread of its own, and only that thread calls it. Whatever a method raises, this
source is blind, because plugin; a new object is made and opened after a pause, for ever. A
`Reading` whose value or time cannot be is skipped and counted. `float` reads `1_900` and `nan`;
`citybrain.plain_number` reads what a device means.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import Timestamp
from citybrain.structs import Struct

G = TypeVar("G", covariant=True)
# the table `options` of the source in the agent's configuration
Options = Mapping[str, object]


class Reading(Struct, frozen=True, kw_only=True):
    """One value of a sensor, in the unit that its configuration names."""

    value: float
    at: Timestamp | None = None  # microseconds since 1970 UTC; None: now


class ArrayPicture(Struct, frozen=True, kw_only=True, eq=False):
    """One picture of a camera. The agent copies it: its memory may be used again."""

    pixels: NDArray[np.uint8]  # [height, width, 3], blue first
    at: Timestamp | None = None  # when it was taken, microseconds since 1970 UTC; None: now
    error_ms: float = 250.0  # how far `at` may be off


class SourceReader(Protocol[G]):
    """A source's object: gives `Reading`s (port "sensor/1") or `ArrayPicture`s ("camera/1")."""

    def open(self) -> None:
        """Connect. Called once, before `read`. May take seconds; raises when it cannot."""
        ...

    def read(self, wait_s: float) -> G | None:
        """The next reading or picture, waiting for one up to `wait_s`; None when none came. One
        that is not newer than the last changes nothing. Raises when the source is lost.
        """
        ...

    def close(self) -> None:
        """Let go of everything. Called once at the end, after a fault too, opened or not."""
        ...


class SourcePlugin(Protocol[G]):
    """What the entry point names: a class that is made with the source's options and raises
    whatever says what is wrong with them. It connects to nothing yet.
    """

    port: ClassVar[str]

    def __call__(self, options: Options) -> SourceReader[G]: ...


MakeReader = Callable[[], SourceReader[G]]
