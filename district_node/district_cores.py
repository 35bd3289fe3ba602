"""The district's cores as one value: what decides, its stored formats, the code's identity."""

from functools import cache

from citybrain.decider.code_identity import identity_of
from citybrain.decider.command import KERNEL_DECIDING
from citybrain.decider.cores import Cores, cores_of
from district_node.cores.decide import decide
from district_node.cores.state import EMPTY, DistrictState
from district_node.formats import INPUTS, LETTERS, STATE

TIER = "district"
# all code that a decision depends on; a change in it is other code, see `decider.recovery`
DECIDING = (
    "district_node.cores",
    "district_node.dispatch",
    "district_node.errors",
    "district_node.formats",
    "district_node.inputs",
    "district_node.limits",
    "district_node.playbook",
    "citybrain.pack.asset",
    "citybrain.pack.identity",
    *KERNEL_DECIDING,
)
LIBRARIES = ("immutables", "msgspec", "numpy", "scipy")  # that the cores call


@cache
def district_cores() -> Cores[DistrictState]:
    """Of this installation; its sources are read once a process."""
    return cores_of(
        decide=decide,
        initial=EMPTY,
        state=STATE,
        inputs=INPUTS,
        letters=LETTERS,
        identity=identity_of(TIER, DECIDING, LIBRARIES),
    )
