"""How often each rule was right: counted by what became of its cases."""

from citybrain.clock import Timestamp
from citybrain.vocabulary import Disposition, OperatorVerb, Phase
from district_node.cores.incidents import rule_outcomes
from district_node.cores.incidents.correlate import RuleKey
from district_node.cores.incidents.limits import RULES_COUNTED
from district_node.cores.incidents.rule_outcomes import RuleOutcomes, precision
from district_node.limits import SENDER_RETENTION

CROWD = RuleKey("box-1", "cam-1", "crowd", "crowding")


def known(scenario, rule=CROWD):
    return scenario.state.rule_outcomes.get(rule)


def test_a_false_alarm_and_a_real_one_make_a_rule_right_half_the_time(scenario):
    scenario.start().send_event()
    scenario.act(OperatorVerb.REJECT, reason="a statue")
    scenario.send_event(phase=Phase.END)
    scenario.wait(5)
    scenario.send_event(episode="e2")
    second = max(scenario.state.incidents.values(), key=lambda one: one.reported_at).incident
    scenario.act(OperatorVerb.CLOSE, incident=second, reason="went home")
    outcomes = known(scenario)
    assert (outcomes.false_alarm, outcomes.gone, outcomes.fixed) == (1, 1, 0)
    assert precision(outcomes) == 0.5


def test_every_rule_that_saw_it_is_counted_once(scenario):
    scenario.start().send_event()
    scenario.send_event(episode="e1b")
    scenario.send_event(episode="e2", source="cam-2", agent="box-2")
    scenario.act(OperatorVerb.CLOSE, reason="went home")
    assert known(scenario).gone == 1
    assert known(scenario, CROWD._replace(agent="box-2", source="cam-2")).gone == 1


def test_what_is_opened_again_is_taken_back_and_counts_as_it_ends_last(scenario):
    scenario.start().send_event()
    scenario.act(OperatorVerb.CLOSE, reason="went home")
    scenario.act(OperatorVerb.OPEN, reason="it is back")
    assert known(scenario).gone == 0
    scenario.act(OperatorVerb.REJECT, reason="a statue")
    assert (known(scenario).gone, known(scenario).false_alarm) == (0, 1)


def test_what_is_neither_real_nor_false_says_nothing_of_the_rule():
    assert precision(RuleOutcomes(duplicate=3, not_ours=2, not_verifiable=1)) is None


def test_of_too_many_rules_those_that_were_silent_for_longest_are_forgotten(scenario):
    scenario.start().send_event()
    full = scenario.state.rule_outcomes
    for number in range(RULES_COUNTED.value):
        rule = CROWD._replace(rule=f"r{number:05d}")
        full = full.put(rule, RuleOutcomes(gone=1, at=Timestamp(number + 1)))
    (incident,) = scenario.state.incidents.values()
    incident = type(incident)(**{**_fields(incident), "disposition": Disposition.GONE})
    after = rule_outcomes.count(full, incident, Timestamp(10**15))
    assert len(after) == RULES_COUNTED.value
    assert after.get(CROWD._replace(rule="r00000")) is None
    assert after.get(CROWD).gone == 1


def test_a_rule_that_was_silent_for_a_season_is_forgotten(scenario):
    scenario.start().send_event()
    scenario.act(OperatorVerb.CLOSE, reason="went home")
    assert known(scenario) is not None
    scenario.wait(SENDER_RETENTION.value + 2 * 86_400)
    assert known(scenario) is None


def _fields(incident):
    return {name: getattr(incident, name) for name in incident.__struct_fields__}
