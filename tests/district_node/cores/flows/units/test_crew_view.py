"""What a crew is told of its order's case: by when to accept it, what to do, whom to call."""

import pytest

from citybrain.clock import later
from citybrain.domain.event import Box, Evidence
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, Phase, Severity
from district_node.cores.view import crew_view
from district_node.playbooks.load import load_playbooks


@pytest.fixture
def shown(scenario, reports):
    """The order of the crew's screen, of a case that a citizen reported."""
    scenario.start(scenario.a_unit("riverside-1"), playbooks=load_playbooks())
    reports(kind="crowding", severity=Severity.SEVERE, contact="555 0100")
    return lambda: crew_view(scenario.state, "riverside-1").order


def test_it_says_by_when_to_accept_until_it_is_accepted(scenario, shown):
    (playbook,) = (one for one in load_playbooks() if one.kind == "crowding")
    assert shown().accept_by == later(shown().issued_at, playbook.clocks.accept_s)
    scenario.press("riverside-1", CrewAction.ACCEPT)
    assert shown().accept_by is None


def test_it_says_what_to_do_by_the_playbook_of_the_case(shown):
    (playbook,) = (one for one in load_playbooks() if one.kind == "crowding")
    assert shown().what_to_do.closes == playbook.texts.closes
    assert shown().what_to_do.time_limit == playbook.texts.time_limit


def test_the_contact_is_shown_only_while_the_crew_is_at_work_for_the_case(scenario, shown):
    assert shown().contact == ""
    for step in (CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE):
        scenario.press("riverside-1", step)
        assert shown().contact == "555 0100"
    scenario.press("riverside-1", CrewAction.FINISH)
    assert shown() is None


BOX = Box(left=0.1, top=0.5, right=0.2, bottom=0.9, label="person", score=0.9, track=1)
SEEN = Evidence(aspect=1.5, outline=(), boxes=(BOX,))


def test_it_sees_the_boxes_that_a_camera_of_its_case_showed_last_while_the_order_is_live(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event(evidence=SEEN)

    def now():
        return crew_view(scenario.state, "riverside-1").order

    assert (now().evidence, now().reading) == (SEEN, None)
    two = replace(SEEN, boxes=(BOX, replace(BOX, track=2)))
    scenario.send_event(phase=Phase.UPDATE, evidence=two)
    assert now().evidence == two
    scenario.press("riverside-1", CrewAction.CANNOT, reason="Road blocked")
    assert now() is None


def test_where_no_camera_saw_it_a_sensor_says_what_it_reads_and_its_limit(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event(kind="SensorData/Threshold", measurements={"value": 1.45, "limit": 1.2})
    shown = crew_view(scenario.state, "riverside-1").order
    assert shown.evidence is None
    assert (shown.reading.value, shown.reading.limit) == (1.45, 1.2)
    assert shown.reading.at == scenario.incident().opened_at


def test_what_people_reported_has_no_scene(shown):
    assert (shown().evidence, shown().reading) == (None, None)
