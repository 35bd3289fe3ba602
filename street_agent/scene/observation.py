"""What rules are given and what they answer. Values only."""

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import Timestamp
from citybrain.structs import Struct
from street_agent.track.tracks import Tracks


class FrameObservation(Struct, frozen=True, kw_only=True, eq=False):
    """One picture of one camera, tracked.

    `observed_s`: how many seconds up to this picture really were observed: the time since the one
    before, or 0 after a discontinuity or while blind. Rules add up nothing but this, so that blind
    seconds never count as presence or as absence.
    """

    at: Timestamp
    observed_s: float
    aspect: float  # width / height
    tracks: Tracks


class SensorReading(Struct, frozen=True, kw_only=True):
    """One value of one sensor; `observed_s` as in `FrameObservation`."""

    at: Timestamp
    observed_s: float
    value: float


Observation = FrameObservation | SensorReading


class Condition(Struct, frozen=True, kw_only=True, eq=False):
    """What a rule finds in one observation: whether its condition is present, with which
    measurements, which tracks make it (`rows` of the tracks), and how sure (`score`, 0..1).

    `is_uncertain`: it cannot be said to be absent either, because the arrival of an object that is
    there was not observed.
    """

    present: bool
    measurements: dict[str, float]
    rows: NDArray[np.int64] | None = None
    score: float = 0.0
    is_uncertain: bool = False
