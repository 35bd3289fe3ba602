"""The city's cores as one value: what decides, in which formats it is stored, which code it is."""

from functools import cache

from citybrain.decider.code_identity import identity_of
from citybrain.decider.command import KERNEL_DECIDING
from citybrain.decider.cores import Cores, cores_of
from coordinator.cores.decide import decide
from coordinator.cores.state import EMPTY, CityState
from coordinator.formats import INPUTS, LETTERS, STATE

TIER = "city"
# all code that a decision depends on; a change in it is other code, see `decider.recovery`
DECIDING = (
    "citybrain.travel.version",
    "coordinator.cores",
    "coordinator.errors",
    "coordinator.formats",
    "coordinator.inputs",
    "coordinator.limits",
    "coordinator.policy",
    *KERNEL_DECIDING,
)
LIBRARIES = ("immutables", "msgspec")  # that the cores call


@cache
def city_cores() -> Cores[CityState]:
    """Of this installation; its sources are read once a process."""
    return cores_of(
        decide=decide,
        initial=EMPTY,
        state=STATE,
        inputs=INPUTS,
        letters=LETTERS,
        identity=identity_of(TIER, DECIDING, LIBRARIES),
    )
