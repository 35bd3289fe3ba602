"""The small worlds that are explored. Data; nothing moves here."""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.event import Event, OutboxItem
from citybrain.geo import Point
from citybrain.ids import AgentId, DistrictId, EpisodeId, RuleId, SourceId, StoreEpoch, UnitId
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.localized_name import LocalizedName
from citybrain.structs import Struct
from citybrain.vocabulary import (
    Capability,
    Certainty,
    IncidentKind,
    OperatorVerb,
    Phase,
    Severity,
    Urgency,
)
from coordinator.policy import IssueMode, Policy
from district_node.inputs import BatchReceived, Setup, UnitSetup
from district_node.playbook import NeedRule, Playbook

START = Timestamp(1_750_000_000 * SECOND_US)
PATROL, PUMP = Capability("patrol"), Capability("pump")
FOR_PATROL, FOR_PUMP = IncidentKind("for_patrol"), IncidentKind("for_pump")
PLAYBOOKS = (
    Playbook(
        kind=FOR_PATROL,
        title=LocalizedName(en="Needs a patrol", zh="需巡逻"),
        needs=(NeedRule(capability=PATROL),),
    ),
    Playbook(
        kind=FOR_PUMP,
        title=LocalizedName(en="Needs a pump", zh="需排水"),
        needs=(NeedRule(capability=PUMP),),
    ),
)
POLICY = Policy(
    issue=IssueMode.AUTO,
    promise_ttl_s=8.0,
    propose_s=5.0,
    issue_s=6.0,
    accept_s=20.0,
    withdraw_s=5.0,
    avoid_s=5.0,
    replan_s=3.0,
    min_replan_s=0.0,
)


class SmallDistrict(Struct, frozen=True, kw_only=True):
    """A district: what each of its units can do, and which incidents it will have, in order."""

    name: str
    place: Point
    units: tuple[Capability, ...] = ()
    incidents: tuple[IncidentKind, ...] = ()


class SmallWorld(Struct, frozen=True, kw_only=True):
    """Two districts, two units, two incidents."""

    name: str
    about: str
    districts: tuple[SmallDistrict, SmallDistrict]
    operator_verbs: tuple[OperatorVerb, ...] = (
        OperatorVerb.CLOSE,
        OperatorVerb.DEFER,
        OperatorVerb.OPEN,
    )
    policy: Policy = POLICY
    # how many incidents of each district the city knows of in the initial state
    known_incidents: tuple[int, int] = (0, 0)
    # how many steps of each crew are interleaved with the rest (the others follow in the recovery)
    crew_steps: int = 1


NORTH, SOUTH = Point(lat=30.70, lon=104.06), Point(lat=30.66, lon=104.06)
WORLDS = {
    world.name: world
    for world in (
        SmallWorld(
            name="lend",
            about="north has both units, south both incidents: two orders across at once",
            districts=(
                SmallDistrict(name="north", place=NORTH, units=(PATROL, PATROL)),
                SmallDistrict(name="south", place=SOUTH, incidents=(FOR_PATROL, FOR_PATROL)),
            ),
            known_incidents=(0, 2),
        ),
        SmallWorld(
            name="cross",
            about="each district has the unit that the other one's incident needs: both are owners"
            " of both kinds",
            districts=(
                SmallDistrict(name="north", place=NORTH, units=(PUMP,), incidents=(FOR_PATROL,)),
                SmallDistrict(name="south", place=SOUTH, units=(PATROL,), incidents=(FOR_PUMP,)),
            ),
            known_incidents=(1, 1),
        ),
        SmallWorld(
            name="race",
            about="north has both incidents and one unit, south the other unit: the district's own"
            " dispatch races with the city's plan",
            districts=(
                SmallDistrict(
                    name="north",
                    place=NORTH,
                    units=(PATROL,),
                    incidents=(FOR_PATROL, FOR_PATROL),
                ),
                SmallDistrict(name="south", place=SOUTH, units=(PATROL,)),
            ),
            known_incidents=(2, 0),
        ),
        SmallWorld(
            name="torn",
            about="north has both units and one incident, south the other: the unit that the city"
            " wants is sent to its own district's incident meanwhile",
            districts=(
                SmallDistrict(
                    name="north", place=NORTH, units=(PATROL, PATROL), incidents=(FOR_PATROL,)
                ),
                SmallDistrict(name="south", place=SOUTH, incidents=(FOR_PATROL,)),
            ),
            known_incidents=(0, 1),
        ),
    )
}


def setup_of(district: SmallDistrict) -> Setup:
    units = tuple(
        UnitSetup(
            unit=UnitId(f"{district.name}-{i}"),
            name=f"{district.name} {i}",
            capabilities=(capability,),
            place=district.place,
            speed_mps=8.0,
        )
        for i, capability in enumerate(district.units, start=1)
    )
    name = LocalizedName(en=district.name, zh=district.name)
    return Setup(
        district=DistrictId(district.name),
        name=name,
        centre=district.place,
        units=units,
        playbooks=PLAYBOOKS,
    )


def epoch_of(name: str) -> StoreEpoch:
    """Stores are never restored here: that is the simulator's and `test_two_owners`'s subject."""
    return StoreEpoch(f"{name[0]}1")


def incident_event(district: SmallDistrict, number: int, at: Timestamp) -> BatchReceived:
    """The event that opens incident `number` (from 0) of the district, far enough from the others
    to be one of its own."""
    place = Point(lat=district.place.lat, lon=round(district.place.lon + 0.004 * (number + 1), 6))
    event = Event(
        episode=EpisodeId(f"e{number + 1}"),
        kind=OBJECTS_INSIDE,
        phase=Phase.START,
        source=SourceId("cam-1"),
        rule=RuleId(f"rule-{number + 1}"),
        incident_kind=district.incidents[number],
        place=place,
        severity=Severity.SEVERE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        observed_at=at,
        error_ms=10.0,
        measurements={},
        traceparent="",
    )
    return BatchReceived(
        agent=AgentId("agent-1"), incarnation=1, items=(OutboxItem(seq=number + 1, content=event),)
    )
