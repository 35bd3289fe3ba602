"""An incident is as bad as the worst of what is still seen and of what persons said."""

from citybrain.vocabulary import OrderStage, Phase, Severity


def lines(scenario):
    return [line.reason for line in scenario.incident().history if line.code == "severity_changed"]


def test_an_episode_that_calms_down_lowers_its_incident_and_the_crew_stays(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event(severity=Severity.SEVERE)
    scenario.wait(5)
    scenario.send_event(phase=Phase.UPDATE, severity=Severity.MODERATE)
    assert scenario.incident().severity is Severity.MODERATE
    assert lines(scenario) == ["severities:Severe:Moderate"]
    assert scenario.order_of("riverside-1").stage is OrderStage.ISSUED


def test_the_worst_of_what_is_still_seen_counts(scenario):
    scenario.start().send_event(severity=Severity.MODERATE)
    scenario.send_event(severity=Severity.SEVERE, source="cam-2", episode="e2")
    assert scenario.incident().severity is Severity.SEVERE
    scenario.wait(5)
    scenario.send_event(phase=Phase.UPDATE, severity=Severity.MINOR)
    assert scenario.incident().severity is Severity.SEVERE, "another camera sees it so"
    scenario.send_event(phase=Phase.END, severity=Severity.SEVERE, source="cam-2", episode="e2")
    assert scenario.incident().severity is Severity.MINOR
    assert lines(scenario) == ["severities:Moderate:Severe", "severities:Severe:Minor"]


def test_what_nobody_sees_any_more_stays_as_bad_as_it_was(scenario):
    scenario.start().send_event(severity=Severity.SEVERE)
    scenario.send_event(phase=Phase.END, severity=Severity.MINOR)
    assert scenario.incident().severity is Severity.SEVERE


def test_what_comes_late_may_be_worse_until_its_source_says_how_it_is(scenario):
    scenario.start().send_event(severity=Severity.SEVERE)
    scenario.wait(60)
    scenario.send_event(phase=Phase.UPDATE, severity=Severity.MODERATE)
    before = scenario.clock.now() - 30_000_000
    scenario.send_event(phase=Phase.UPDATE, severity=Severity.MINOR, observed_at=before)
    assert scenario.incident().severity is Severity.MODERATE
    scenario.send_event(phase=Phase.UPDATE, severity=Severity.EXTREME, observed_at=before)
    assert scenario.incident().severity is Severity.EXTREME
    scenario.wait(1)
    scenario.send_event(phase=Phase.UPDATE, severity=Severity.MODERATE)
    assert scenario.incident().severity is Severity.MODERATE
