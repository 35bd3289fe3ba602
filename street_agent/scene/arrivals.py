"""Who may have been there before anybody looked: after a start, a cut or a blind spell, what stands in the picture was not seen to come. Pure.

A rule about time needs this: it begins to count anew then, and must not take what it has not yet counted long enough for gone.
"""

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import SECOND_US
from street_agent.scene.look import Look

NEVER = 0
LAG_S = 1.0  # in which a detector finds what is in the first picture: who appears later was seen to come


def gap_at(last: int, look: Look) -> int:
    """When the watching last began (µs): with this look, if the time before it was not watched."""
    return last if look.observed_s else look.at


def unseen(first_seen: NDArray[np.int64], gap: int) -> NDArray[np.bool_]:
    """[N] whether a track that is new in this look was there when the watching began."""
    return np.asarray(first_seen <= gap + round(LAG_S * SECOND_US))
