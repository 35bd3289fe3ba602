"""One camera's decisions: detections become tracks, tracks are given to the rules, and the coverage
log says whether anybody observed the scene. Pure."""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import AgentId
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Visibility
from street_agent.core import source
from street_agent.core.agent_setup import CameraSetup
from street_agent.core.draft import Draft
from street_agent.core.episodes import ObservationContext
from street_agent.core.inputs import FrameObserved, VisibilityChanged
from street_agent.core.source import SourceState
from street_agent.scene.observation import FrameObservation
from street_agent.track.associate import TrackState, associate
from street_agent.track.tracks import Tracks

NOT_PROCESSED = "not_processed"  # pictures come, but the detector does not process them
NO_MODEL = "no_model"
UNPROCESSED_S = 2.0


class CameraState(Struct, frozen=True, kw_only=True, eq=False):
    """`visible`: the tracks of the last frame, for a drawing of them. `capture`: what the capture
    reported last about its pictures."""

    source: SourceState
    tracks: TrackState
    visible: Tracks
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
    is_gap = frame.discontinuity or state.last_at is None
    last = None if is_gap else state.last_at
    state, changed = _update_coverage(replace(state, last_at=at), at, since=at)
    is_blind = state.source.coverage.visibility is Visibility.BLIND
    known = TrackState.start(next_id=state.tracks.next_id) if is_gap else state.tracks
    tracks, visible = associate(
        known, frame.detections.finite(), at, aspect=frame.aspect, tuning=setup.tuning
    )
    observation = FrameObservation(
        at=at,
        observed_s=source.observed_s(last, at, setup.gap_s, is_blind=is_blind),
        aspect=frame.aspect,
        tracks=visible,
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
    return replace(state, source=after, tracks=tracks, visible=visible), (*changed, *drafts)


def change_visibility(
    state: CameraState, capture: VisibilityChanged
) -> tuple[CameraState, tuple[Draft, ...]]:
    """The capture knows something new about its pictures."""
    if capture.visibility is Visibility.BLIND and state.last_at is not None:
        blind_s = (state.last_at - capture.since) / SECOND_US
        state = replace(state, source=source.discount(state.source, blind_s))
    return _update_coverage(replace(state, capture=capture), capture.at, since=capture.since)


def tick(state: CameraState, at: Timestamp) -> tuple[CameraState, tuple[Draft, ...]]:
    """Notice that nobody processes the pictures, and answer what is due."""
    state, changed = _update_coverage(state, at, since=_last_processed(state) or at)
    after, drafts = source.expire(state.source, at)
    return replace(state, source=after), (*changed, *drafts)


def due_at(state: CameraState) -> Timestamp | None:
    """When `tick` will next emit something if nothing else comes, None: never."""
    deadline, processed = source.due_at(state.source), _last_processed(state)
    is_blind = state.source.coverage.visibility is Visibility.BLIND
    if state.capture is None or processed is None or is_blind:
        return deadline
    unprocessed = Timestamp(processed + round(UNPROCESSED_S * SECOND_US) + 1)
    return unprocessed if deadline is None else min(unprocessed, deadline)


def _update_coverage(
    state: CameraState, at: Timestamp, *, since: Timestamp
) -> tuple[CameraState, tuple[Draft, ...]]:
    """What is known, by what the capture reports and by whether the detector processes the
    pictures: the worse of the two."""
    if state.capture is None:
        return state, ()
    visibility, reason = state.capture.visibility, state.capture.reason
    processed = _last_processed(state)
    if visibility is not Visibility.BLIND and (
        processed is None or at - processed > UNPROCESSED_S * SECOND_US
    ):
        visibility, reason = Visibility.BLIND, NOT_PROCESSED
    after, drafts = source.change_visibility(state.source, visibility, reason, since, at)
    return replace(state, source=after), drafts


def _last_processed(state: CameraState) -> Timestamp | None:
    """When the detector last processed a picture, or could have begun to."""
    began = state.capture.since if state.capture else None
    return max((at for at in (state.last_at, began) if at is not None), default=None)
