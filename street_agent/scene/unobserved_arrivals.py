"""Which objects may have been there before the observation began: after a start, a discontinuity or
a blind time, the arrival of what is in the picture was not observed. Pure.

A rule about time needs this: it starts to count anew then, and must not take what it has not yet
counted long enough for absent.
"""

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import SECOND_US
from street_agent.scene.observation import FrameObservation

NEVER = 0
# Within this time, or the next picture, a detector finds what is in the first one: who appears
# later has just arrived.
LAG_S = 1.0
LAG_INTERVALS = 1.5


def last_gap(before: int, observation: FrameObservation) -> int:
    """When unobserved time last ended (µs): at this observation, if the time before it was not
    observed."""
    return before if observation.observed_s else observation.at


def arrived_unobserved(
    first_seen: NDArray[np.int64], gap: int, observation: FrameObservation
) -> NDArray[np.bool_]:
    """[N] whether a track that is new in this observation was there when the gap ended."""
    lag_s = max(LAG_S, LAG_INTERVALS * observation.observed_s)
    return np.asarray(first_seen <= gap + round(lag_s * SECOND_US))
