"""Cases of what went dark of which a person says that they are of another kind, or the same as
another case: what ends them then."""

from darkness import POLICY, cases, codes, only, presence, watched

from citybrain.vocabulary import CrewAction, IncidentStage, OperatorVerb, Phase
from district_node.cores.flows.agents.limits import WATCH_EVERY
from district_node.cores.incidents.incident import waits_for


def away(scenario, *units):
    """A case of a box that is away."""
    watched(scenario, POLICY, *units)
    presence(scenario, "box-1", online=False)
    scenario.wait(1_000)
    return only(scenario, "agent_offline").incident


def comes_back(scenario):
    presence(scenario, "box-1", online=True)
    scenario.wait(WATCH_EVERY.value)


def test_what_a_person_calls_something_in_the_street_the_boxs_return_does_not_end(scenario):
    name = away(scenario)
    assert scenario.act(OperatorVerb.RECLASSIFY, incident=name, kind="crowding").done
    comes_back(scenario)
    scenario.wait(10_000)
    assert scenario.incident(name).stage is IncidentStage.OPENED
    assert "came_back" in codes(scenario.incident(name))


def test_its_crew_is_done_and_a_person_still_says_whether_it_is_over(scenario):
    name = away(scenario, scenario.a_unit("riverside-1"))
    assert scenario.act(OperatorVerb.RECLASSIFY, incident=name, kind="crowding").done
    comes_back(scenario)
    scenario.work_through("riverside-1")
    scenario.wait(1_000)
    case = scenario.incident(name)
    assert (case.stage, waits_for(case)) == (IncidentStage.HANDLED, "person")


def test_when_its_crew_cannot_come_it_is_not_over_by_itself(scenario):
    name = away(scenario, scenario.a_unit("riverside-1"))
    assert scenario.act(OperatorVerb.RECLASSIFY, incident=name, kind="crowding").done
    comes_back(scenario)
    (unit,) = [slot.unit for slot in scenario.incident(name).slots if slot.unit]
    assert scenario.press(unit, CrewAction.CANNOT, reason="flat tyre").done
    scenario.wait(10_000)
    assert scenario.incident(name).stage is IncidentStage.OPENED


def test_called_darkness_again_it_ends_by_the_boxs_return(scenario):
    name = away(scenario)
    for kind in ("crowding", "agent_offline"):
        assert scenario.act(OperatorVerb.RECLASSIFY, incident=name, kind=kind).done
    comes_back(scenario)
    assert scenario.incident(name).stage is IncidentStage.CLOSED


def test_a_box_that_is_away_and_called_a_blind_camera_does_not_end_by_its_return(scenario):
    name = away(scenario)
    assert scenario.act(OperatorVerb.RECLASSIFY, incident=name, kind="blind_camera").done
    comes_back(scenario)
    assert scenario.incident(name).stage is IncidentStage.OPENED


def test_something_in_the_street_that_a_person_calls_darkness_no_boxs_return_ends(scenario):
    watched(scenario).send_event()
    name = scenario.incident().incident
    assert scenario.act(OperatorVerb.RECLASSIFY, incident=name, kind="agent_offline").done
    presence(scenario, "box-1", online=False)
    scenario.wait(1_000)
    comes_back(scenario)
    assert scenario.incident(name).stage is not IncidentStage.CLOSED
    assert not scenario.incident(name).watched
    (noticed,) = [one for one in cases(scenario, "agent_offline") if one.incident != name]
    assert noticed.stage is IncidentStage.CLOSED


def merged(scenario):
    """Something in the street, merged into a case of a box that is away: both their names."""
    name = away(scenario)
    scenario.send_event(source="cam-2", agent="box-2")
    (street,) = set(scenario.state.incidents) - {name}
    assert scenario.act(OperatorVerb.MERGE, incident=street, other=name).done
    return name, street


def test_darkness_with_which_another_case_was_merged_a_person_ends(scenario):
    name, _ = merged(scenario)
    assert scenario.incident(name).live_count == 2
    comes_back(scenario)
    assert scenario.incident(name).live_count == 1
    scenario.send_event(source="cam-2", agent="box-2", phase=Phase.END)
    scenario.wait(10_000)
    case = scenario.incident(name)
    assert case.stage is not IncidentStage.CLOSED
    assert (case.live_count, waits_for(case)) == (0, "person")
    assert scenario.act(OperatorVerb.CLOSE, incident=name, reason="looked").done


def test_darkness_that_is_apart_from_the_other_case_again_ends_by_the_boxs_return(scenario):
    name, street = merged(scenario)
    assert scenario.act(OperatorVerb.UNDO, incident=name).done
    comes_back(scenario)
    assert scenario.incident(name).stage is IncidentStage.CLOSED
    assert scenario.incident(street).stage is not IncidentStage.CLOSED


def test_what_had_seen_again_before_it_is_apart_ends_then(scenario):
    name, street = merged(scenario)
    comes_back(scenario)
    scenario.wait(1_000)
    assert scenario.incident(name).stage is IncidentStage.OPENED
    assert scenario.act(OperatorVerb.UNDO, incident=name).done
    scenario.wait(WATCH_EVERY.value)
    assert scenario.incident(name).stage is IncidentStage.CLOSED
    assert scenario.incident(street).stage is not IncidentStage.CLOSED


def test_what_had_seen_again_before_it_is_called_darkness_again_ends_then(scenario):
    name = away(scenario)
    assert scenario.act(OperatorVerb.RECLASSIFY, incident=name, kind="crowding").done
    comes_back(scenario)
    assert scenario.act(OperatorVerb.RECLASSIFY, incident=name, kind="agent_offline").done
    scenario.wait(WATCH_EVERY.value)
    assert scenario.incident(name).stage is IncidentStage.CLOSED


def test_two_darknesses_that_are_one_do_not_end_while_half_of_it_is_dark(scenario):
    name = away(scenario)
    presence(scenario, "box-2", online=False)
    scenario.wait(1_000)
    (other,) = {one.incident for one in cases(scenario, "agent_offline")} - {name}
    assert scenario.act(OperatorVerb.MERGE, incident=other, other=name).done
    comes_back(scenario)
    assert scenario.incident(name).stage is IncidentStage.OPENED


def two_apart(scenario):
    """Two boxes that went dark one after the other: the names of their cases."""
    name = away(scenario)
    presence(scenario, "box-2", online=False)
    scenario.wait(1_000)
    (other,) = {one.incident for one in cases(scenario, "agent_offline")} - {name}
    return name, other


def sees(scenario, name):
    return {(one.agent, one.is_back) for one in scenario.incident(name).watched}


def test_what_was_watched_goes_over_to_the_case_that_goes_on_and_no_new_case_begins(scenario):
    name, other = two_apart(scenario)
    assert scenario.act(OperatorVerb.MERGE, incident=other, other=name).done
    assert sees(scenario, name) == {("box-1", False), ("box-2", False)}
    scenario.wait(10_000)
    assert len(cases(scenario, "agent_offline")) == 2
    comes_back(scenario)
    assert sees(scenario, name) == {("box-1", True), ("box-2", False)}
    assert scenario.incident(name).live_count == 1


def test_a_case_that_is_apart_again_watches_its_own_as_it_is_now(scenario):
    name, other = two_apart(scenario)
    assert scenario.act(OperatorVerb.MERGE, incident=other, other=name).done
    presence(scenario, "box-2", online=True)
    scenario.wait(WATCH_EVERY.value)
    assert scenario.act(OperatorVerb.UNDO, incident=name).done
    assert (sees(scenario, name), sees(scenario, other)) == ({("box-1", False)}, {("box-2", True)})
    scenario.wait(WATCH_EVERY.value)
    assert scenario.incident(other).stage is IncidentStage.CLOSED
    assert scenario.incident(name).stage is IncidentStage.OPENED


def test_a_case_amid_a_chain_of_merges_is_not_given_back_what_another_has_by_now(scenario):
    name, other = two_apart(scenario)
    scenario.send_event(source="cam-3", agent="box-3")
    (street,) = set(scenario.state.incidents) - {name, other}
    assert scenario.act(OperatorVerb.MERGE, incident=other, other=name).done
    assert scenario.act(OperatorVerb.MERGE, incident=name, other=street).done
    assert scenario.act(OperatorVerb.UNDO, incident=other).done
    assert scenario.act(OperatorVerb.UNDO, incident=street).done
    scenario.wait(WATCH_EVERY.value)
    dark = [(one, two) for one in (name, other, street) for two in sees(scenario, one)]
    assert {two for one, two in dark if one == other} == {("box-2", False)}
    assert {two for one, two in dark if one == name} == {("box-1", False), ("box-2", True)}
    assert not scenario.incident(street).watched


def test_a_case_opened_again_leaves_what_another_open_one_has_to_that_one(scenario):
    """It went dark again long after the first case of it had ended, which made another one."""
    name = away(scenario)
    comes_back(scenario)
    scenario.wait(2_000)
    presence(scenario, "box-1", online=False)
    scenario.wait(1_000)
    (other,) = {one.incident for one in cases(scenario, "agent_offline")} - {name}
    assert scenario.act(OperatorVerb.OPEN, incident=name, reason="not yet").done
    scenario.wait(WATCH_EVERY.value)
    assert (sees(scenario, name), sees(scenario, other)) == ({("box-1", True)}, {("box-1", False)})


def test_darkness_that_is_the_same_as_something_in_the_street_is_watched_there(scenario):
    name = away(scenario)
    scenario.send_event(source="cam-2", agent="box-2")
    (street,) = set(scenario.state.incidents) - {name}
    assert scenario.act(OperatorVerb.MERGE, incident=name, other=street).done
    scenario.wait(10_000)
    assert len(scenario.state.incidents) == 2, "the box that is still dark has its case"
    scenario.send_event(source="cam-2", agent="box-2", phase=Phase.END)
    scenario.wait(1_000)
    assert scenario.incident(street).stage is IncidentStage.OPENED
    comes_back(scenario)
    scenario.wait(1_000)
    assert scenario.incident(street).stage is IncidentStage.HANDLED, "both are over: it is asked"
    presence(scenario, "box-1", online=False)
    scenario.wait(2_000)
    assert sees(scenario, street) == {("box-1", False)}
    assert len(scenario.state.incidents) == 2


def test_what_a_person_calls_something_else_is_about_the_box_still(scenario):
    name = away(scenario)
    assert scenario.act(OperatorVerb.RECLASSIFY, incident=name, kind="crowding").done
    comes_back(scenario)
    presence(scenario, "box-1", online=False)
    scenario.wait(2_000)
    assert [one.incident for one in scenario.state.incidents.values()] == [name]
    assert sees(scenario, name) == {("box-1", False)}


def test_the_merge_of_darknesses_survives_a_kill_at_every_step(scenario):
    name, other = two_apart(scenario)
    for step in (
        lambda: scenario.act(OperatorVerb.MERGE, incident=other, other=name),
        lambda: comes_back(scenario),
        lambda: scenario.act(OperatorVerb.UNDO, incident=name),
    ):
        step()
        before = scenario.state
        scenario.crash()
        assert scenario.state == before
