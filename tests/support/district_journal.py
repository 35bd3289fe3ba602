"""A three-record district journal on disk: a start, an alarm, a crew that accepts."""

import apsw
from next_version import OLD, as_version
from principals import CREW

from citybrain.clock import ManualClock
from citybrain.decider.decider import Committed, Decider
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.event import Event, OutboxItem
from citybrain.geo import Point
from citybrain.ids import CountingIds
from citybrain.journal.sqlite import SqliteStore
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.vocabulary import (
    Certainty,
    CrewAction,
    Phase,
    Severity,
    Urgency,
)
from district_node.district_cores import district_cores
from district_node.inputs import BatchReceived, CrewAnswered, NodeStarted, Setup, UnitSetup
from district_node.playbook import LocalizedName
from district_node.playbooks.load import load_playbooks

HERE = Point(lat=30.657, lon=104.086)
OURS = district_cores()
OLD_CORES = as_version(OURS, fingerprint=OLD, release="0.0.9")
UNIT = "riverside-1"


def started() -> NodeStarted:
    unit = UnitSetup(unit=UNIT, name="One", capabilities=("patrol",), place=HERE, speed_mps=8.0)
    setup = Setup(
        district="riverside",
        name=LocalizedName(en="Riverside", zh="滨江"),
        centre=HERE,
        units=(unit,),
        playbooks=load_playbooks(),
    )
    return NodeStarted(setup=setup)


def alarm(at) -> BatchReceived:
    event = Event(
        episode="e1",
        kind=OBJECTS_INSIDE,
        phase=Phase.START,
        source="cam-1",
        rule="crowd",
        incident_kind="crowding",
        place=HERE,
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        observed_at=at,
        error_ms=40.0,
        measurements={"count": 5.0},
        traceparent="",
    )
    return BatchReceived(agent="box-1", incarnation=7, items=(OutboxItem(seq=1, content=event),))


class DistrictJournal:
    """A district's file and whoever opens it."""

    def __init__(self, path):
        self.path, self.clock = path, ManualClock()
        self.store = SqliteStore.open(path, ids=CountingIds())

    def open(self, cores) -> Decider:
        """As a node that starts: on the file as the last process left it."""
        self.store.close()
        self.store = SqliteStore.open(self.path, ids=CountingIds())
        return Decider(cores, self.store)

    def submit(self, decider, given):
        self.clock.advance(1)
        (result,) = decider.run([given], self.clock.now())
        assert isinstance(result, Committed), result
        return result

    def write(self, cores=OLD_CORES) -> Decider:
        """The three records."""
        decider = self.open(cores)
        self.submit(decider, started())
        self.submit(decider, alarm(self.clock.now()))
        self.press(decider, CrewAction.ACCEPT)
        return decider

    def press(
        self, decider, action, as_input=lambda answer: CrewAnswered(answer=answer, principal=CREW)
    ):
        unit = decider.state.roster.units[UNIT]
        answer = CrewAnswer(
            request=f"press-{action}",
            unit=UNIT,
            order=unit.order or "",
            assignment_number=unit.assignment_number,
            action=action,
        )
        return self.submit(decider, as_input(answer))

    def content(self) -> dict[str, list]:
        """Every row of every table of the file."""
        connection = apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READONLY)
        tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
        names = [name for (name,) in connection.execute(tables)]
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}
        connection.close()
        return found

    def stop(self, decider):
        decider.checkpoint(self.clock.now())
