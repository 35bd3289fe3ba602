"""Packs that change while the node runs: what began before keeps its own to its end."""

import pytest

from citybrain.domain.principal import Principal, Role, unauthenticated
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OperatorVerb
from district_node.inputs import PacksChanged
from district_node.playbook import ClockRules, playbook_id
from district_node.playbooks.load import load_playbooks

ADMIN = unauthenticated("admin", Role.OPERATOR)
PLAYBOOKS = load_playbooks()


def packs_changed(playbooks, principal=ADMIN):
    return PacksChanged(packs=(), playbooks=playbooks, assets=(), principal=principal)


def slower(playbooks, handle_s):
    """`playbooks` whose incidents may take `handle_s`."""
    return tuple(replace(p, clocks=ClockRules(handle_s=handle_s)) for p in playbooks)


def clock_of(incident, name):
    (due,) = [clock.due for clock in incident.clocks if clock.name == name]
    return (due - incident.opened_at) / 1_000_000


@pytest.fixture
def changed(scenario):
    """A district with an incident under the first playbooks, then others in force."""
    scenario.start()
    scenario.send_event()
    scenario.submit(packs_changed(slower(PLAYBOOKS, 9_999)))
    return scenario


def test_an_open_incident_keeps_its_playbook_and_a_new_one_follows_the_new(changed):
    (first,) = changed.state.incidents.values()
    changed.send_event(episode="e2", source="cam-9", rule="other", place=changed.near(5_000))
    (second,) = (i for i in changed.state.incidents.values() if i.incident != first.incident)
    assert first.playbook != second.playbook
    assert clock_of(second, "handle") == 9_999
    assert clock_of(first, "handle") != 9_999
    assert changed.act(OperatorVerb.CLOSE, incident=first.incident, reason="gone").done
    assert changed.act(OperatorVerb.OPEN, incident=first.incident, reason="again").done
    again = changed.incident(first.incident)
    assert clock_of(again, "handle") != 9_999, "to its end"


def test_a_restart_with_other_playbooks_is_the_same_change(scenario):
    scenario.start()
    scenario.send_event()
    before = scenario.incident().playbook
    scenario.start(playbooks=slower(PLAYBOOKS, 9_999))
    assert scenario.incident().playbook == before
    assert scenario.state.playbooks[before].clocks.handle_s != 9_999


def test_playbooks_of_the_past_go_with_their_last_incident(changed):
    assert len(changed.state.playbooks) == len(PLAYBOOKS) + 1
    changed.act(OperatorVerb.REJECT, reason="none")
    changed.wait(2 * 86_400)
    assert not len(changed.state.incidents)
    changed.submit(packs_changed(PLAYBOOKS))
    assert sorted(changed.state.playbooks.keys()) == sorted(playbook_id(p) for p in PLAYBOOKS)


def test_without_the_permission_nothing_changes(scenario):
    scenario.start()
    before = scenario.state.playbooks
    nobody = Principal(name="x", roles=())
    scenario.submit(packs_changed((), principal=nobody))
    assert scenario.state.playbooks == before


def test_a_kind_whose_playbook_is_gone_is_handled_by_it_to_the_end(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    scenario.submit(packs_changed(()))
    scenario.work_through("riverside-1")
    incident = scenario.incident()
    assert (incident.stage, incident.kind) == (IncidentStage.HANDLED, "crowding")
    assert incident.verification is not None
