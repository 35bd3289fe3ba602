"""The district's cores as one value: what decides, its stored formats, the code's identity."""

from functools import partial

from citybrain.decider.code_identity import identity_of
from citybrain.decider.command import KERNEL_DECIDING
from citybrain.decider.cores import Cores, cores_of
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from district_node.cores.decide import decide
from district_node.cores.state import EMPTY, DistrictState
from district_node.formats import INPUTS, LETTERS, STATE

TIER = "district"
# all code that a decision depends on; a change in it is other code, see `decider.recovery`
DECIDING = (
    "citybrain.travel",
    "district_node.calendars.calendar",
    "district_node.calendars.working_time",
    "district_node.cores",
    "district_node.dispatch",
    "district_node.errors",
    "district_node.formats",
    "district_node.inputs",
    "district_node.limits",
    "district_node.naming",
    "district_node.paging",
    "district_node.playbook",
    "district_node.routing.departments",
    "citybrain.pack.asset",
    "citybrain.pack.identity",
    *KERNEL_DECIDING,
)
LIBRARIES = ("immutables", "msgspec", "numpy", "scipy")  # that the cores call


def district_cores(travel: TravelTimes = GREAT_CIRCLE) -> Cores[DistrictState]:
    """Of this installation, with these travel times; its sources are read once a process. A journal
    that was decided by other travel times was decided by other code.
    """
    return cores_of(
        decide=partial(decide, travel=travel),
        initial=EMPTY,
        state=STATE,
        inputs=INPUTS,
        letters=LETTERS,
        identity=identity_of(TIER, DECIDING, LIBRARIES, adapters=(travel.version.text,)),
    )
