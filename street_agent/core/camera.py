"""One camera's decisions: detections become tracks, tracks are given to the rules, and the coverage
log says whether anybody observed the scene. Pure."""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import AgentId
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Visibility
from street_agent.core import detection_rate, source
from street_agent.core.agent_setup import CameraSetup
from street_agent.core.detection_rate import NOT_PROCESSED, DetectionRate
from street_agent.core.draft import Draft
from street_agent.core.episodes import ObservationContext
from street_agent.core.inputs import FrameObserved, VisibilityChanged
from street_agent.core.source import SourceState
from street_agent.scene.observation import FrameObservation
from street_agent.track.associate import TrackState, associate
from street_agent.track.tracks import Tracks

NO_MODEL = "no_model"


class CameraState(Struct, frozen=True, kw_only=True, eq=False):
    """`visible`: the tracks of the last frame, for a drawing of them. `capture`: what the capture
    reported last about its pictures. `rate`: how often the detector looks at them."""

    source: SourceState
    tracks: TrackState
    visible: Tracks
    rate: DetectionRate = DetectionRate()
    last_at: Timestamp | None = None  # of the last frame
    capture: VisibilityChanged | None = None


def begin(state: SourceState) -> CameraState:
    """The state before the first frame."""
    return CameraState(source=state, tracks=TrackState.start(), visible=Tracks.none())


def observe(
    agent: AgentId, setup: CameraSetup, state: CameraState, frame: FrameObserved
) -> tuple[CameraState, tuple[Draft, ...]]:
    """One more frame. One that is not newer than the last changes nothing."""
    at = frame.captured_at
    if state.last_at is not None and at <= state.last_at:
        return state, ()
    unprocessed_s = setup.rate_limits.unprocessed_s
    is_gap = (
        frame.discontinuity
        or state.last_at is None
        or at - state.last_at > unprocessed_s * SECOND_US
    )
    last = None if is_gap or not state.rate.looks else state.rate.looks[-1]
    state, late = _update_coverage(setup, state, at, since=at)  # as it was until now
    rate = detection_rate.look(state.rate, setup.rate_limits, at, is_gap=is_gap)
    state, changed = _update_coverage(setup, replace(state, last_at=at, rate=rate), at, since=at)
    is_blind = state.source.coverage.visibility is Visibility.BLIND
    known = TrackState.start(next_id=state.tracks.next_id) if is_gap else state.tracks
    tracks, visible = associate(
        known, frame.detections.finite(), at, aspect=frame.aspect, tuning=setup.tuning
    )
    observation = FrameObservation(
        at=at,
        observed_s=source.observed_s(last, at, unprocessed_s, is_blind=is_blind),
        aspect=frame.aspect,
        tracks=visible.detected(),
    )
    context = ObservationContext(
        agent=agent,
        source=setup.source,
        place=setup.place,
        at=at,
        error_ms=round(frame.error_ms, 3),
        traceparent=frame.traceparent,
        frame=observation,
    )
    after, drafts = source.observe(setup.rules, state.source, observation, context)
    return replace(state, source=after, tracks=tracks, visible=visible), (
        *late,
        *changed,
        *drafts,
    )


def change_visibility(
    setup: CameraSetup, state: CameraState, capture: VisibilityChanged
) -> tuple[CameraState, tuple[Draft, ...]]:
    """The capture knows something new about its pictures."""
    is_blind = capture.visibility is Visibility.BLIND
    was_blind = state.capture is None or state.capture.visibility is Visibility.BLIND
    if is_blind and state.last_at is not None:
        blind_s = (state.last_at - capture.since) / SECOND_US
        state = replace(state, source=source.discount(state.source, blind_s))
    if was_blind and not is_blind:
        state = replace(state, rate=detection_rate.begin(state.rate, capture.since))
    state = replace(state, capture=capture)
    return _update_coverage(setup, state, capture.at, since=capture.since)


def tick(
    setup: CameraSetup, state: CameraState, at: Timestamp
) -> tuple[CameraState, tuple[Draft, ...]]:
    """Notice that nobody processes the pictures, or too rarely, and answer what is due."""
    state, changed = _update_coverage(setup, state, at, since=at)
    after, drafts = source.expire(state.source, at)
    return replace(state, source=after), (*changed, *drafts)


def due_at(setup: CameraSetup, state: CameraState) -> Timestamp | None:
    """When `tick` will next emit something if nothing else comes, None: never."""
    deadline = source.due_at(state.source)
    if state.capture is None or state.capture.visibility is Visibility.BLIND:
        return deadline
    overdue = detection_rate.due_at(state.rate, setup.rate_limits)
    if overdue is None or deadline is None:
        return deadline if overdue is None else overdue
    return min(overdue, deadline)


def _update_coverage(
    setup: CameraSetup, state: CameraState, at: Timestamp, *, since: Timestamp
) -> tuple[CameraState, tuple[Draft, ...]]:
    """What is known, by what the capture reports and by how often the detector looks: the worse of
    the two. `since`: from when on, where the detector changes nothing."""
    if state.capture is None:
        return state, ()
    visibility, reason = state.capture.visibility, state.capture.reason
    rate = state.rate
    if visibility is not Visibility.BLIND:
        rate = detection_rate.wait(state.rate, setup.rate_limits, at)
        if rate.reason == NOT_PROCESSED:
            visibility, reason = Visibility.BLIND, rate.reason
        elif rate.reason and visibility is Visibility.OBSERVED:
            visibility, reason = Visibility.DEGRADED, rate.reason
        if rate.reason != state.rate.reason:
            since = detection_rate.since(state.rate, rate, at)
    after, drafts = source.change_visibility(state.source, visibility, reason, since, at)
    return replace(state, source=after, rate=rate), drafts
