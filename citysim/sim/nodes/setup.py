"""A district's and the city's configuration, from their specs and the city's packs."""

from citybrain.localized_name import LocalizedName
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citysim.life.values import CityLife
from citysim.sim.nodes.called_people import PAGING
from citysim.sim.scenario import CitySpec, DistrictSpec
from coordinator.policy import IssueMode, Policy
from district_node.calendars.working_time import WorkingSpan
from district_node.inputs import Setup, UnitSetup, WatchPolicy
from district_node.playbook import ClockRules, Playbook
from district_node.routing.departments import Department, DepartmentId, Routing

# short: boxes that are killed and cameras that go blind in a scenario are cases of their own
WATCH = WatchPolicy(agent_offline_s=45.0, camera_blind_s=30.0)
HANDLE_S = 45.0  # of working time: it runs out in a scenario
REVIEW_S = 600.0  # a person's word about what goes on: asked about again in the recovery phase


def setup_of(spec: DistrictSpec, life: CityLife) -> Setup:
    """Every district has the playbooks of all packs of the city."""
    units = tuple(
        UnitSetup(
            unit=unit.unit,
            name=f"crew {unit.unit}",
            capabilities=unit.capabilities,
            place=unit.place,
            speed_mps=unit.speed_mps,
        )
        for unit in spec.units
    )
    return Setup(
        district=spec.district,
        name=LocalizedName(en=spec.district, zh=spec.district),
        centre=spec.centre,
        units=units,
        playbooks=_playbooks(spec, life),
        calendar=spec.calendar,
        packs=life.packs,
        paging=PAGING,
        routing=_routing(life),
        watch=WATCH,
        takes_files=True,
    )


def _playbooks(spec: DistrictSpec, life: CityLife) -> tuple[Playbook, ...]:
    """Those of the packs, reviewed sooner. Where the district has a calendar, with deadlines in
    working time: of each the handling, and of some more."""
    playbooks = tuple(
        replace(playbook, closes=replace(playbook.closes, review_s=REVIEW_S))
        for playbook in life.playbooks
    )
    if spec.calendar is None:
        return playbooks
    return tuple(
        replace(playbook, clocks=_in_working_time(playbook.clocks, number))
        for number, playbook in enumerate(playbooks)
    )


def _in_working_time(clocks: ClockRules, number: int) -> ClockRules:
    spans = {"handle": WorkingSpan(working_s=min(clocks.handle_s, HANDLE_S))}
    if number % 2:
        spans["dispatch"] = WorkingSpan(working_s=clocks.dispatch_s)
    if number % 3 == 0:
        spans["arrive"] = WorkingSpan(working_days=1)
    return replace(clocks, working=SortedMap(spans.items()))


def _routing(life: CityLife) -> Routing:
    """An office of the place, and one owner for each class of the grid tables."""
    classes = sorted({playbook.grid for playbook in life.playbooks if playbook.grid})
    owners = tuple(
        Department(
            department=DepartmentId(f"owner-{number}"),
            name=LocalizedName(en=f"Owner {number}", zh=grid),
            owns=(grid,),
        )
        for number, grid in enumerate(classes, start=1)
    )
    office = LocalizedName(en="Street office", zh="街道办")
    local = Department(department=DepartmentId("street-office"), name=office, is_local=True)
    return Routing(departments=(local, *owners), bounces=2, decides="supervisor")


def policy_of(city: CitySpec) -> Policy:
    return Policy(issue=IssueMode(city.issue))
