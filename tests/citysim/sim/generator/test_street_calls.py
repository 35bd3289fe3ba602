"""Which street events are called in, by whom, and as what."""

from citybrain.domain.report import Reporter
from citybrain.geo import distance_m
from citybrain.kinds import is_incident_kind
from citybrain.pack.load import collect_packs, resolve_folders
from citybrain.pack.problems import Problems
from citysim.life.load import life_of
from citysim.sim.generator.scenarios import Size, scenario_of
from citysim.sim.generator.street_calls import CALLED_IN_SHARE, DELAY_S, SYSTEM, draw_calls
from citysim.sim.random_streams import RandomStreams
from citysim.sim.runs.scenario_spec import ScenarioSpec
from district_node.playbooks.load import load_playbooks

TOWNS = [scenario_of(seed) for seed in range(1, 81)]
CALLS = [call for town in TOWNS for call in town.calls]
KINDS = {playbook.kind for playbook in load_playbooks()}


def share(wanted):
    return sum(map(bool, wanted)) / len(CALLS)


def test_a_share_of_the_events_of_a_town_is_called_in_and_none_of_a_small_one():
    events = sum(len(town.street_events) for town in TOWNS)
    assert abs(len(CALLS) / events - CALLED_IN_SHARE) < 0.06
    assert not any(scenario_of(seed, Size.SMALL).calls for seed in range(1, 20))


def test_the_calls_of_an_event_do_not_depend_on_other_events():
    for town in TOWNS[:20]:
        kept = frozenset(event.number for event in town.street_events[::2])
        part = town.subset(street_events=kept)
        assert part.calls == tuple(c for c in town.calls if c.street_event in kept)
        assert part.calls == draw_calls(RandomStreams(town.seed), town.city, part.street_events)


def test_in_a_shorter_fault_phase_nobody_calls_in_what_does_not_begin():
    town = max(TOWNS, key=lambda each: len(each.calls))
    cut_s = town.calls[len(town.calls) // 2].at_s - DELAY_S[1]
    spec = ScenarioSpec(seed=town.seed, fault_phase_s=max(cut_s, 1.0))
    part = spec.apply(town)
    assert {c.street_event for c in part.calls} <= {e.number for e in part.street_events}
    assert len(part.calls) < len(town.calls)


def test_a_call_follows_its_event_and_names_a_place_in_its_district_s_reach():
    for town in TOWNS:
        events = {event.number: event for event in town.street_events}
        places = {box.agent: box.place for _, box in town.city.boxes()}
        for call in town.calls:
            event = events[call.street_event]
            assert call.agent == event.agent
            assert DELAY_S[0] <= call.at_s - event.at_s <= DELAY_S[1]
            assert distance_m(call.report.place, places[call.agent]) < 1_500.0


def test_people_and_a_foreign_system_call_in_every_way():
    reports = [call.report for call in CALLS]
    assert {report.reporter for report in reports} == set(Reporter)
    assert 0.2 < share(report.case is not None for report in reports) < 0.5
    assert all(report.case.system == SYSTEM for report in reports if report.case is not None)
    assert 0.3 < share(report.contact for report in reports) < 0.7
    assert 0.05 < share(report.kind not in KINDS for report in reports) < 0.3
    assert 0.0 < share(not report.taken_by.strip() for report in reports) < 0.15
    assert all(is_incident_kind(report.kind) for report in reports)


def test_no_two_reports_have_one_request():
    for town in TOWNS:
        requests = [call.report.request for call in town.calls]
        requests += [call.again.request for call in town.calls if call.again is not None]
        assert len(requests) == len(set(requests))


def test_a_foreign_case_described_again_is_the_same_case_and_may_have_moved():
    again = [c for c in CALLS if c.again is not None and c.report.case is not None]
    assert again and all(c.again.case == c.report.case for c in again)
    assert 0 < sum(c.again.place != c.report.place for c in again) < len(again)


def test_what_no_sensor_sees_people_report_where_packs_have_it(tmp_path):
    problems = Problems()
    folders = resolve_folders(("safety", "facilities"), tmp_path, problems)
    life = life_of(collect_packs(folders, problems))
    towns = [scenario_of(seed, Size.TOWN, life) for seed in range(1, 13)]
    kinds = {call.report.kind for town in towns for call in town.calls}
    unseen = {"person_down", "damaged_facility"}
    assert unseen <= kinds and not unseen & {call.report.kind for call in CALLS}
    assert not unseen & {kind.kind for kind in life.kinds}, "nothing of it is shown to a box"
