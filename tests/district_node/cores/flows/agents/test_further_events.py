"""Further events, by which nothing follows, change their case once for all of a batch, and leave
what they leave where each of them comes alone."""

from hypothesis import given, settings
from hypothesis import strategies as st
from law_values import HERE, event

from citybrain.decider.command import DecisionContext
from citybrain.domain.event import OutboxItem
from citybrain.localized_name import LocalizedName
from citybrain.structs import replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.vocabulary import Certainty, IncidentStage, Phase, Severity, Urgency
from district_node.cores.decide import decide
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.agents.further_events import FurtherEvents
from district_node.cores.incidents.correlate import key_of_event
from district_node.cores.state import EMPTY
from district_node.inputs import BatchReceived, NodeStarted, Setup
from district_node.playbooks.load import load_playbooks

START = replace(event(), evidence=b"boxes")
AT = START.observed_at + 5_000_000
SETUP = Setup(
    district="riverside",
    name=LocalizedName(en="Riverside", zh="滨江"),
    centre=HERE,
    units=(),
    playbooks=load_playbooks(),
)
events = st.builds(
    lambda seconds, **said: replace(
        START, observed_at=START.observed_at + seconds * 100_000, **said
    ),
    seconds=st.integers(-2, 9),
    episode=st.sampled_from(["e-1", "e-1", "e-2"]),
    phase=st.sampled_from([*[Phase.UPDATE] * 4, Phase.START, Phase.END]),
    severity=st.sampled_from([*[Severity.MODERATE] * 3, Severity.MINOR, Severity.SEVERE]),
    urgency=st.sampled_from([*[Urgency.EXPECTED] * 3, Urgency.IMMEDIATE]),
    certainty=st.sampled_from([*[Certainty.LIKELY] * 3, Certainty.OBSERVED]),
    measurements=st.dictionaries(st.just("count"), st.floats(0, 9)),
    evidence=st.sampled_from([None, b"boxes", b"others"]),
    from_sensor=st.sampled_from([False, False, True]),
)


def decided(*batches):
    """The state of a district that got these batches, the first of which begins two episodes."""
    began = [replace(START, source=f"cam{episode}", episode=episode) for episode in ("e-1", "e-2")]
    state, seq = EMPTY, 0
    inputs = [NodeStarted(setup=SETUP)]
    for batch in (began, *batches):
        items = tuple(
            OutboxItem(seq=number, content=replace(one, source=f"cam{one.episode}"))
            for number, one in enumerate(batch, start=seq + 1)
        )
        seq += len(items)
        inputs.append(BatchReceived(agent="box-1", incarnation=7, items=items, received_at=AT))
    for number, given_input in enumerate(inputs, start=1):
        state, _ = decide(state, given_input, DecisionContext(seq=number, at=AT))
    return state


@settings(max_examples=200, deadline=None)
@given(st.lists(events, min_size=1, max_size=12))
def test_a_batch_leaves_what_its_events_leave_one_by_one(many):
    together, alone = decided(many), decided(*[[one] for one in many])
    assert together.incidents == alone.incidents
    assert together.index == alone.index
    assert together.agents == alone.agents
    assert together.intake == alone.intake


def taken(state, *many):
    """Which of `many` are further events of what the state knows."""
    draft = DecisionDraft(state, DecisionContext(seq=99, at=AT), GREAT_CIRCLE)
    further = FurtherEvents(draft)
    return [further.take(key_of_event("box-1", one), one, one.observed_at) for one in many]


def test_an_update_of_what_goes_on_is_one_and_nothing_else_is():
    state = decided()
    update = replace(START, source="came-1", phase=Phase.UPDATE, observed_at=AT)
    assert taken(state, update, replace(update, measurements={"count": 3.0})) == [True, True]
    assert taken(state, update, replace(update, observed_at=AT - 1)) == [True, False]
    for other in (
        replace(update, phase=Phase.END),
        replace(update, episode="another"),
        replace(update, severity=Severity.EXTREME),
        replace(update, severity=Severity.MINOR),
        replace(update, urgency=Urgency.IMMEDIATE),
        replace(update, certainty=Certainty.OBSERVED),
        replace(update, observed_at=START.observed_at - 1),
        replace(update, evidence=None),
    ):
        assert taken(state, other) == [False]


def test_what_is_reported_handled_or_closed_may_be_opened_by_it():
    state = decided()
    update = replace(START, source="came-1", phase=Phase.UPDATE, observed_at=AT)
    name = state.index.episodes[key_of_event("box-1", update)]
    for stage in (IncidentStage.REPORTED, IncidentStage.HANDLED, IncidentStage.CLOSED):
        incident = replace(state.incidents[name], stage=stage)
        moved = replace(state, incidents=state.incidents.put(name, incident))
        assert taken(moved, update) == [False]
