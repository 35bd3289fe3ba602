"""What an incident keeps of its contributions: counts that agree with them, and what they showed
only as long as somebody is shown it.
"""

from hypothesis import given
from hypothesis import strategies as st
from law_values import event

from citybrain.domain.event import Box, Evidence
from citybrain.domain.report import Report, Reporter
from citybrain.geo import Point
from citybrain.structs import replace
from citybrain.vocabulary import Certainty, IncidentStage, Phase, Severity, Urgency
from district_node.cores.incidents.contribution import Episode, PersonReport, is_live
from district_node.cores.incidents.contributions import (
    add_event,
    add_report,
    within_contribution_limit,
)
from district_node.cores.incidents.correlate import key_of_event
from district_node.cores.incidents.incident import Incident
from district_node.cores.view import newest_evidence
from district_node.limits import CONTRIBUTIONS

AT = 1_000
PHASES = st.sampled_from([Phase.START, Phase.UPDATE, Phase.END])
observations = st.lists(
    st.one_of(
        st.tuples(st.just("event"), st.integers(1, 4), PHASES, st.booleans()),
        st.tuples(st.just("report"), st.integers(1, 4)),
    ),
    max_size=30,
)


def incident() -> Incident:
    return Incident(
        incident="i-1",
        kind="crowding",
        reported_kind="crowding",
        playbook="",
        stage=IncidentStage.OPENED,
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.LIKELY,
        place=Point(lat=30.65, lon=104.08),
        reported_at=AT,
        changed_at=AT,
        last_observed_at=AT,
        first_source="box-1/cam",
        traceparent="",
    )


def evidence(number: int) -> Evidence:
    box = Box(left=0, top=0, right=1, bottom=1, label="person", score=0.9, track=number)
    return Evidence(aspect=1.5, outline=(), boxes=(box,))


def seen(incident, episode, phase=Phase.UPDATE, *, shown=None, at=AT, agent="box-1"):
    """The incident after an event of the episode, as a batch would apply it."""
    given = replace(
        event(), episode=f"e{episode}", phase=phase, evidence=shown, observed_at=at + episode
    )
    key = key_of_event(agent, given)
    incident = add_event(
        incident, key, given, ended=phase is Phase.END, at=at, observed_at=given.observed_at
    )
    return within_contribution_limit(incident)[0]


def reported(incident, number):
    request = f"r-{number}"
    report = Report(
        request=request,
        taken_by="op",
        reporter=Reporter.CITIZEN,
        kind="crowding",
        place=Point(lat=30.65, lon=104.08),
        text="",
    )
    contribution = PersonReport(
        request=request,
        reporter=Reporter.CITIZEN,
        taken_by="op",
        text="",
        contact="",
        since=AT,
        joined_at=AT,
    )
    return within_contribution_limit(add_report(incident, contribution, report))[0]


def shown_episodes(incident):
    return [key.episode for key in incident.evidence]


@given(observations)
def test_the_counts_and_the_evidence_agree_with_the_contributions(steps):
    now, last_shown = incident(), {}
    for number, step in enumerate(steps):
        if step[0] == "report":
            now = reported(now, step[1])
        else:
            _, episode, phase, has_evidence = step
            shown = evidence(number) if has_evidence else None
            now = seen(now, episode, phase, shown=shown)
            if shown is not None and phase is not Phase.END:
                last_shown[f"e{episode}"] = shown
        contributions = list(now.contributions.values())
        assert now.live_count == sum(map(is_live, contributions))
        assert now.report_count == sum(not isinstance(known, Episode) for known in contributions)
        for key, shown in now.evidence.items():
            assert key in now.contributions
            assert shown == last_shown[key.episode]
        live_shown = {
            known.episode
            for known in contributions
            if isinstance(known, Episode) and known.live and known.episode in last_shown
        }
        assert live_shown <= set(shown_episodes(now)), "what a live episode shows is kept"


def test_what_an_ended_episode_showed_goes_when_the_next_one_shows_something():
    now = seen(incident(), 1, Phase.START, shown=evidence(1))
    now = seen(now, 1, Phase.END)
    assert newest_evidence(now) == evidence(1)
    now = seen(now, 2, Phase.START)
    assert newest_evidence(now) == evidence(1), "the second has shown nothing yet"
    now = seen(now, 2, shown=evidence(2))
    assert shown_episodes(now) == ["e2"]


def test_two_that_are_live_both_keep_theirs_and_the_newer_is_shown():
    now = seen(incident(), 1, Phase.START, shown=evidence(1))
    now = seen(now, 2, Phase.START, shown=evidence(2))
    now = seen(now, 1, shown=evidence(3))
    assert shown_episodes(now) == ["e1", "e2"]
    assert newest_evidence(now) == evidence(2)
    now = seen(now, 2, Phase.END)
    assert newest_evidence(now) == evidence(3), "the one that sees it still"


def test_what_is_dropped_takes_its_evidence_and_its_count_along():
    now = reported(incident(), 0)
    for number in range(CONTRIBUTIONS.value):
        now = seen(now, number, Phase.START, shown=evidence(number), at=AT + number)
    assert len(now.contributions) <= CONTRIBUTIONS.value
    assert set(now.evidence) <= set(now.contributions)
    assert (now.report_count, now.live_count) == (1, len(now.contributions) - 1)


def test_a_box_that_says_much_does_not_push_out_what_others_still_see():
    now = seen(incident(), 1, Phase.START, agent="honest")
    for number in range(3 * CONTRIBUTIONS.value):
        now = seen(now, number, Phase.START, at=AT + 10**9, agent="liar")
    honest = [known for known in now.contributions.values() if known.agent == "honest"]
    assert [known.live for known in honest] == [True]
    assert now.live_count == len(now.contributions) <= CONTRIBUTIONS.value
