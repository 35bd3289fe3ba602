"""The small worlds that are explored, and how much may go wrong in one story of them. Data; nothing moves here."""

from dataclasses import dataclass, fields

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.event import Event, OutboxItem
from citybrain.geo import Point
from citybrain.ids import AgentId, DistrictId, EpisodeId, RuleId, SourceId, StoreEpoch, UnitId
from citybrain.vocabulary import (
    Capability,
    Certainty,
    EventKind,
    IncidentKind,
    OperatorVerb,
    Phase,
    Severity,
    Urgency,
)
from coordinator.policy import Issuing, Policy
from district_node.inputs import BatchReceived, Setup, UnitSetup
from district_node.playbook import NeedRule, Playbook, Title

BEGIN = Timestamp(1_750_000_000 * SECOND_US)
PATROL, PUMP = Capability("patrol"), Capability("pump")
CROWDING, WATER = IncidentKind("crowding"), IncidentKind("waterlogging")
PLAYBOOKS = (
    Playbook(
        kind=CROWDING,
        title=Title(en="Crowding", zh="人群聚集"),
        needs=(NeedRule(capability=PATROL),),
    ),
    Playbook(
        kind=WATER, title=Title(en="Waterlogging", zh="积水"), needs=(NeedRule(capability=PUMP),)
    ),
)
POLICY = Policy(
    issue=Issuing.AUTO,
    promise_ttl_s=8.0,
    propose_s=5.0,
    issue_s=6.0,
    accept_s=20.0,
    withdraw_s=5.0,
    avoid_s=5.0,
    replan_s=3.0,
    min_replan_s=0.0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """A district of a small world: what its units can do, and which incidents will be seen in it, in that order."""

    name: str
    place: Point
    units: tuple[Capability, ...] = ()
    alarms: tuple[IncidentKind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallWorld:
    """Two districts, two units, two incidents. `buttons`: how many steps of each crew belong to the story (the others follow when all has calmed down)."""

    name: str
    about: str
    quarters: tuple[Quarter, Quarter]
    verbs: tuple[OperatorVerb, ...] = (OperatorVerb.CLOSE, OperatorVerb.DEFER, OperatorVerb.OPEN)
    policy: Policy = POLICY
    told: tuple[int, int] = (
        0,
        0,
    )  # how many incidents of each district the city knows of when the story begins
    buttons: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How often each thing may go wrong in one story, and how often things may go wrong `together`."""

    crashes: int = 1  # a node dies after any record of its journal and comes up again
    losses: int = 1  # a stream breaks with all that is in it, noticed or not, and is resumed
    repeats: int = (
        1  # a letter comes once more, a button is pressed twice or for an order that is void
    )
    delays: int = 1  # a node's time goes on to its next deadline before anything else reaches it
    refusals: int = 1  # a crew cannot
    verbs: int = 0  # an operator changes his mind
    strays: int = 0  # a letter (or a copy of one) is overtaken: only where the network is `wild`
    together: int = 2

    def left(self) -> tuple[int, ...]:
        return tuple(getattr(self, f.name) for f in fields(self))


COSTS = {f.name: i for i, f in enumerate(fields(Budget))}
TOGETHER = COSTS["together"]

NORTH, SOUTH = Point(lat=30.70, lon=104.06), Point(lat=30.66, lon=104.06)
WORLDS = {
    world.name: world
    for world in (
        SmallWorld(
            name="lend",
            about="north has both units, south both incidents: two orders across at once",
            quarters=(
                Quarter(name="north", place=NORTH, units=(PATROL, PATROL)),
                Quarter(name="south", place=SOUTH, alarms=(CROWDING, CROWDING)),
            ),
            told=(0, 2),
        ),
        SmallWorld(
            name="cross",
            about="each district has the unit that the other one's incident needs: both are owners of both kinds",
            quarters=(
                Quarter(name="north", place=NORTH, units=(PUMP,), alarms=(CROWDING,)),
                Quarter(name="south", place=SOUTH, units=(PATROL,), alarms=(WATER,)),
            ),
            told=(1, 1),
        ),
        SmallWorld(
            name="race",
            about="north has both incidents and one unit, south the other unit: the district's own dispatch races with the city's plan",
            quarters=(
                Quarter(name="north", place=NORTH, units=(PATROL,), alarms=(CROWDING, CROWDING)),
                Quarter(name="south", place=SOUTH, units=(PATROL,)),
            ),
            told=(2, 0),
        ),
        SmallWorld(
            name="torn",
            about="north has both units and one incident, south the other: the unit that the city wants is sent to its own district's incident meanwhile",
            quarters=(
                Quarter(name="north", place=NORTH, units=(PATROL, PATROL), alarms=(CROWDING,)),
                Quarter(name="south", place=SOUTH, alarms=(CROWDING,)),
            ),
            told=(0, 1),
        ),
    )
}


def setup_of(quarter: Quarter) -> Setup:
    units = tuple(
        UnitSetup(
            unit=UnitId(f"{quarter.name}-{i}"),
            name=f"{quarter.name} {i}",
            capabilities=(capability,),
            place=quarter.place,
            speed_mps=8.0,
        )
        for i, capability in enumerate(quarter.units, start=1)
    )
    name = Title(en=quarter.name, zh=quarter.name)
    return Setup(
        district=DistrictId(quarter.name),
        name=name,
        centre=quarter.place,
        units=units,
        playbooks=PLAYBOOKS,
    )


def epoch_of(name: str) -> StoreEpoch:
    """Stores keep their first life here: what a store that went back in time does is told elsewhere (the simulator, `test_restored`)."""
    return StoreEpoch(f"{name[0]}1")


def alarm(quarter: Quarter, number: int, at: Timestamp) -> BatchReceived:
    """What the street says when incident `number` (from 0) of the district is seen. Far enough from the others to be one of its own."""
    place = Point(lat=quarter.place.lat, lon=round(quarter.place.lon + 0.004 * (number + 1), 6))
    event = Event(
        episode=EpisodeId(f"e{number + 1}"),
        kind=EventKind.OBJECTS_INSIDE,
        phase=Phase.START,
        source=SourceId("cam-1"),
        rule=RuleId(f"rule-{number + 1}"),
        incident_kind=quarter.alarms[number],
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
        agent=AgentId("box"), incarnation=1, items=(OutboxItem(seq=number + 1, event=event),)
    )
