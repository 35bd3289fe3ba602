"""One camera's decisions: detections become tracks, tracks are shown to the rules, and the ledger says whether anybody looked. Pure."""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import AgentId
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Visibility
from street_agent.core import source
from street_agent.core.episodes import Seen
from street_agent.core.inputs import Looked, SightSeen
from street_agent.core.setup import CameraSetup
from street_agent.core.source import Draft, SourceState
from street_agent.scene.look import Look
from street_agent.track.associate import TrackState, associate
from street_agent.track.tracks import Tracks

NOT_LOOKED_AT = "not_looked_at"  # pictures come, but the detector does not look at them
NO_MODEL = "no_model"
UNLOOKED_S = 2.0


class CameraState(Struct, frozen=True, kw_only=True, eq=False):
    source: SourceState
    tracks: TrackState
    shown: Tracks  # of the last look, for whoever wants to draw
    last_at: Timestamp | None = None  # of the last look
    eyes: SightSeen | None = None  # what the capture said last


def begin(setup: CameraSetup, state: SourceState) -> CameraState:
    return CameraState(source=state, tracks=TrackState.start(), shown=Tracks.none())


def look(
    agent: AgentId, setup: CameraSetup, state: CameraState, looked: Looked
) -> tuple[CameraState, tuple[Draft, ...]]:
    """One more picture. One that is not newer than the last is no news."""
    at = looked.captured_at
    if state.last_at is not None and at <= state.last_at:
        return state, ()
    gap = looked.cut or state.last_at is None
    last = None if gap else state.last_at
    state, said = _judge(replace(state, last_at=at), at, since=at)
    is_blind = state.source.ledger.visibility is Visibility.BLIND
    known = TrackState.start(next_id=state.tracks.next_id) if gap else state.tracks
    tracks, shown = associate(
        known, looked.detections, at, aspect=looked.aspect, tuning=setup.tuning
    )
    scene = Look(
        at=at,
        observed_s=source.observed_s(last, at, setup.gap_s, is_blind=is_blind),
        aspect=looked.aspect,
        tracks=shown,
    )
    seen = Seen(
        agent=agent,
        source=setup.source,
        place=setup.place,
        at=at,
        error_ms=round(looked.error_ms, 3),
        traceparent=looked.traceparent,
        look=scene,
    )
    after, drafts = source.show(setup.rules, state.source, scene, seen)
    return replace(state, source=after, tracks=tracks, shown=shown), (*said, *drafts)


def see(
    setup: CameraSetup, state: CameraState, eyes: SightSeen
) -> tuple[CameraState, tuple[Draft, ...]]:
    """The capture knows something new about its pictures."""
    if eyes.visibility is Visibility.BLIND and state.last_at is not None:
        state = replace(
            state, source=source.discount(state.source, (state.last_at - eyes.since) / SECOND_US)
        )
    return _judge(replace(state, eyes=eyes), eyes.at, since=eyes.since)


def tick(
    setup: CameraSetup, state: CameraState, at: Timestamp
) -> tuple[CameraState, tuple[Draft, ...]]:
    """Notice that nobody looks, and answer what is due."""
    state, said = _judge(state, at, since=_last_watched(state) or at)
    after, drafts = source.expire(state.source, at)
    return replace(state, source=after), (*said, *drafts)


def due_at(state: CameraState) -> Timestamp | None:
    """When `tick` will next say something if nothing else comes, None: never."""
    asked, watched = source.due_at(state.source), _last_watched(state)
    if state.eyes is None or watched is None or state.source.ledger.visibility is Visibility.BLIND:
        return asked
    unlooked = Timestamp(watched + round(UNLOOKED_S * SECOND_US) + 1)
    return unlooked if asked is None else min(unlooked, asked)


def _judge(
    state: CameraState, at: Timestamp, *, since: Timestamp
) -> tuple[CameraState, tuple[Draft, ...]]:
    """What is known, by the capture's word and by whether the detector looks: the worse of the two."""
    if state.eyes is None:
        return state, ()
    visibility, reason = state.eyes.visibility, state.eyes.reason
    watched = _last_watched(state)
    if visibility is not Visibility.BLIND and (
        watched is None or at - watched > UNLOOKED_S * SECOND_US
    ):
        visibility, reason = Visibility.BLIND, NOT_LOOKED_AT
    after, drafts = source.see(state.source, visibility, reason, since, at)
    return replace(state, source=after), drafts


def _last_watched(state: CameraState) -> Timestamp | None:
    """When last somebody looked, or could have begun to."""
    times = [
        at for at in (state.last_at, state.eyes.since if state.eyes else None) if at is not None
    ]
    return max(times) if times else None
