"""What rules are shown and what they say back. Values only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import Timestamp
from street_agent.track.tracks import Tracks


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """One picture of one camera, tracked.

    `observed_s` says how many seconds up to this look really were watched: the time since the look before, or 0 after a cut or a blind spell.
    Rules add up nothing but this, so that blind seconds never count as presence or as absence.
    """

    at: Timestamp
    observed_s: float
    aspect: float  # width / height
    tracks: Tracks


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value of one sensor; `observed_s` as in `Look`."""

    at: Timestamp
    observed_s: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Condition:
    """What a rule finds in one look: whether its condition is there, with which numbers, who makes it (rows of the tracks), and how sure (0..1).

    `maybe`: it cannot be said to be gone either, because nobody saw how what is there came there.
    """

    present: bool
    measurements: dict[str, float]
    who: NDArray[np.int64] | None = None
    score: float = 0.0
    maybe: bool = False
