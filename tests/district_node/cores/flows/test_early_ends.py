"""Ends of episodes whose start did not come: remembered, and bounded for each agent."""

from citybrain.decider.command import Notice
from citybrain.vocabulary import Phase
from district_node.cores.incidents.correlate import EARLY_END
from district_node.limits import EARLY_ENDS, ENDED_INCIDENT_RETENTION_MAX

MANY = EARLY_ENDS.value + 150


def ends(scenario, names, agent="box-1"):
    events = [scenario.event(episode=name, phase=Phase.END) for name in names]
    return scenario.send_event(*events, agent=agent)


def remembered(scenario, agent="box-1"):
    found = {k.episode for k, v in scenario.state.index.episodes.items() if v == EARLY_END}
    known = scenario.state.agents[agent].early_ends
    assert {key.episode for key in known} <= found
    return [key.episode for key in known]


def timers(scenario):
    due = scenario.store.timers_due(at=2**62, limit=10_000)
    return [row.timer for row in due if "early_end" in row.timer]


def test_ends_that_are_made_up_fill_no_more_than_their_sender_s_share(scenario):
    scenario.start()
    ends(scenario, ["true"], agent="box-2")
    commands = ends(scenario, [f"e{n}" for n in range(MANY)])
    assert remembered(scenario) == [f"e{n}" for n in range(150, MANY)], "the oldest are forgotten"
    assert remembered(scenario, "box-2") == ["true"], "and no other agent's"
    assert len(timers(scenario)) == EARLY_ENDS.value + 1
    (said,) = [c for c in commands if isinstance(c, Notice) and c.code == "ends_forgotten"]
    assert said.detail.startswith("150 episodes"), "one line however many"
    assert scenario.state.intake.counters.ends_forgotten == 150
    scenario.wait(ENDED_INCIDENT_RETENTION_MAX.value + 1)
    assert remembered(scenario) == remembered(scenario, "box-2") == []
    assert len(scenario.state.index.episodes) == len(timers(scenario)) == 0


def test_a_start_that_comes_after_its_end_makes_room(scenario):
    scenario.start()
    ends(scenario, ["e1", "e2"])
    scenario.send_event(episode="e1")
    assert scenario.incident().live_count == 0, "it is over already"
    assert remembered(scenario) == ["e2"]
    assert len(timers(scenario)) == 1


def test_the_same_end_twice_is_remembered_once(scenario):
    scenario.start()
    ends(scenario, ["e1"])
    ends(scenario, ["e1"])
    assert remembered(scenario) == ["e1"]


def test_a_start_whose_end_was_forgotten_opens_a_case_that_is_asked_about(scenario):
    scenario.start()
    ends(scenario, [f"e{n}" for n in range(MANY)])
    scenario.send_event(episode="e0")
    assert scenario.incident().live_count == 1
