"""How far an ingress may be ahead of the journal: what the journal takes in a fifth of a second on
this machine, as it was lately. Reads no clock.
"""

from citybrain.clock import SECOND_US
from district_node.limits import INGRESS_AHEAD

# An alarm waits for at most two groups, the one that is being committed and the next.
GROUP_US = SECOND_US // 5
BYTES_MIN = 64 * 1024
SHRINK_MAX, GROWTH = 0.5, 1.25  # of one group that took long, or that was soon done


class HandoverBound:
    """`value`: bytes handed over before the next commit, at most INGRESS_AHEAD."""

    def __init__(self) -> None:
        self.value = INGRESS_AHEAD.value

    def committed(self, handed: int, took_us: int) -> None:
        """A group of which `handed` bytes were handed over took so long from then to its commit."""
        if took_us > GROUP_US:
            if handed > self.value // 2:  # fewer bytes were not what took long
                share = max(SHRINK_MAX, GROUP_US / took_us)
                self.value = max(BYTES_MIN, round(self.value * share))
        else:
            self.value = min(INGRESS_AHEAD.value, round(self.value * GROWTH))
