"""Callers report what they see until an answer comes; the district takes each report once."""

import pytest

from citybrain.clock import seconds_between
from citybrain.domain.report import ForeignCase, Report, Reporter
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage
from citysim.sim.generator.scenarios import Size, scenario_of
from citysim.sim.machine.clocks import timestamp
from citysim.sim.oracle.liveness import is_quiescent, unfinished_work
from citysim.sim.scenario import StreetCall
from citysim.sim.simulation import Simulation
from district_node.cores.incidents.contribution import Episode, ForeignReport, PersonReport

CALL_S = 5.0  # after the beginning of the event


class Town:
    """One street event that somebody calls in, without any fault."""

    def __init__(self, *, duration_s=0.0, **changes):
        drawn = scenario_of(1, Size.SMALL)
        event = replace(drawn.street_events[0], duration_s=duration_s)
        boxes = {box.agent: (spec, box) for spec, box in drawn.city.boxes()}
        spec, box = boxes[event.agent]
        report = Report(
            request="call-1",
            taken_by="desk-1",
            reporter=Reporter.CITIZEN,
            kind=box.incident_kind,
            place=box.place,
            text="look there",
            severity=box.severity,
        )
        again = changes.pop("again", {})
        says_when, twice = changes.pop("says_when", False), changes.pop("sends_twice", False)
        report = replace(report, **changes)
        self.call = StreetCall(
            street_event=event.number,
            agent=event.agent,
            at_s=event.at_s + CALL_S,
            report=report,
            says_when=says_when,
            sends_twice=twice,
            again=replace(report, request="call-2", **again) if again else None,
            again_after_s=20.0,
        )
        scenario = replace(drawn, faults=(), street_events=(event,), calls=(self.call,))
        self.simulation = Simulation(scenario)
        self.world = self.simulation.world
        self.node = self.world.districts[spec.district]
        self.network = self.world.calls[spec.district]
        self.people = self.world.people

    def run(self, seconds_after_the_call):
        self.simulation.run_until(self.call.at_s + seconds_after_the_call)
        return self

    @property
    def contributions(self):
        incidents = self.node.state.incidents.values()
        return [c for incident in incidents for c in incident.contributions.values()]

    def journaled(self):
        records = self.node.store.records(after=0)
        return [r for r in records if r.kind == "report_received"]


@pytest.fixture
def town():
    towns = []

    def make(**changes):
        towns.append(Town(**changes))
        return towns[-1]

    yield make
    for each in towns:
        each.simulation.close()


def of_type(contributions, wanted):
    return [one for one in contributions if isinstance(one, wanted)]


def test_a_call_is_confirmed_with_the_incident_that_it_went_to(town):
    here = town().run(5.0)
    (accepted,) = here.people.accepted_reports
    assert (accepted.request, accepted.district) == ("call-1", here.node.setup.district)
    incident = here.node.state.incidents[accepted.incident]
    (report,) = of_type(incident.contributions.values(), PersonReport)
    assert (report.taken_by, report.text) == ("desk-1", "look there")


def test_nobody_calls_about_what_is_over(town):
    here = town(duration_s=CALL_S - 1.0).run(30.0)
    assert not here.journaled() and not here.people.callers.pending


def test_a_call_is_repeated_until_an_answer_comes_and_counts_once(town):
    here = town()
    here.network.loss = 1.0
    here.run(30.0)
    assert here.people.callers.pending == ("call-1",) and not here.people.accepted_reports
    assert "report call-1 has no answer yet" in unfinished_work(here.world)
    here.network.loss = 0.6
    here.run(300.0)
    assert len(here.people.accepted_reports) == 1
    assert len(of_type(here.contributions, PersonReport)) == 1


def test_what_is_sent_twice_is_journaled_twice_and_counts_once(town):
    here = town(sends_twice=True).run(30.0)
    assert len(here.journaled()) == 2
    assert len(here.people.accepted_reports) == 1
    assert len(of_type(here.contributions, PersonReport)) == 1


def test_a_caller_waits_for_a_node_that_is_down(town):
    here = town()
    here.run(-1.0).node.computer.power_off()
    here.run(20.0)
    assert here.people.callers.pending
    here.node.computer.power_on()
    here.run(40.0)
    assert len(here.people.accepted_reports) == 1 and not here.people.callers.pending


def test_a_report_that_nobody_puts_a_name_to_is_refused_and_not_repeated(town):
    here = town(taken_by=" ").run(30.0)
    assert len(here.journaled()) == 1, "asked once"
    assert not here.people.accepted_reports and not here.people.callers.pending
    assert not of_type(here.contributions, PersonReport)


def test_a_foreign_case_that_moved_stays_one_case(town):
    case = ForeignCase(system="hotline", case="7")
    place = replace(town().call.report.place, lat=30.7)
    here = town(case=case, again={"place": place, "text": "further on"}).run(40.0)
    first, second = here.people.accepted_reports
    assert (second.request, second.incident) == ("call-2", first.incident)
    (known,) = of_type(here.contributions, ForeignReport)
    assert known.text == "further on"


def test_a_case_without_a_camera_comes_to_an_end_by_a_named_person(town):
    far = replace(town().call.report.place, lat=30.72)
    here = town(place=far)
    here.simulation.run_fault_phase()
    here.simulation.run_recovery_phase(is_quiescent)
    assert here.simulation.recovered_after_s >= 0
    (accepted,) = here.people.accepted_reports
    incident = here.node.state.incidents[accepted.incident]
    assert not of_type(incident.contributions.values(), Episode)
    assert incident.stage is IncidentStage.CLOSED
    assert incident.history[-1].actor == f"operator-{here.node.setup.district}"


def test_a_case_of_a_kind_that_nobody_knows_is_closed_once_the_place_is_in_order(town):
    here = town(kind="crowdd")
    here.simulation.run_fault_phase()
    here.simulation.run_recovery_phase(is_quiescent)
    incident = here.node.state.incidents[here.people.accepted_reports[0].incident]
    assert (incident.kind, incident.stage) == ("unknown", IncidentStage.CLOSED)
    assert not incident.slots, "no crew was sent for it"


def test_a_late_report_says_when_it_was_seen_where_its_caller_does(town):
    late = [town(says_when=says_when) for says_when in (True, False)]
    for here in late:
        here.network.loss = 1.0
        here.run(30.0).network.loss = 0.0
        here.run(50.0)
    seen = [of_type(here.contributions, PersonReport)[0].since for here in late]
    called = timestamp(late[0].call.at_s)
    assert abs(seconds_between(called, seen[0])) < 1.0
    assert seconds_between(called, seen[1]) > 25.0
