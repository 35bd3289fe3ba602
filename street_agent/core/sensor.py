"""One sensor's decisions: readings are shown to the rules; silence, nonsense and a stuck value are faults of the sensor, not facts of the city. Pure."""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import AgentId
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Visibility
from street_agent.core import source
from street_agent.core.episodes import Seen
from street_agent.core.inputs import Sensed, SightSeen
from street_agent.core.setup import SensorSetup
from street_agent.core.source import Draft, SourceState
from street_agent.scene.look import Reading

SILENT, OUT_OF_RANGE, STUCK = "silent", "out_of_range", "stuck"


class SensorState(Struct, frozen=True, kw_only=True, eq=False):
    source: SourceState
    began_at: Timestamp
    last_at: Timestamp | None = None  # of the last plausible reading
    value: float | None = None
    same_since: Timestamp | None = None
    readings: int = 0


def begin(setup: SensorSetup, state: SourceState, at: Timestamp) -> SensorState:
    return SensorState(source=state, began_at=at)


def sense(
    agent: AgentId, setup: SensorSetup, state: SensorState, sensed: Sensed
) -> tuple[SensorState, tuple[Draft, ...]]:
    """One more reading. One that is not newer than the last is no news."""
    state = replace(state, readings=state.readings + 1)
    if state.last_at is not None and sensed.at <= state.last_at:
        return state, ()
    if not setup.low <= sensed.value <= setup.high:  # not a number is beyond both
        after, said = source.see(state.source, Visibility.BLIND, OUT_OF_RANGE, sensed.at, sensed.at)
        return replace(state, source=after, last_at=None), said
    same_since = (
        state.same_since
        if state.value == sensed.value and state.same_since is not None
        else sensed.at
    )
    is_stuck = setup.stuck_s > 0 and sensed.at - same_since >= setup.stuck_s * SECOND_US
    visibility, reason = (Visibility.DEGRADED, STUCK) if is_stuck else (Visibility.OBSERVED, "")
    after, said = source.see(state.source, visibility, reason, sensed.at, sensed.at)
    reading = Reading(
        at=sensed.at,
        observed_s=source.observed_s(state.last_at, sensed.at, setup.stale_s, is_blind=False),
        value=sensed.value,
    )
    seen = Seen(
        agent=agent,
        source=setup.source,
        place=setup.place,
        at=sensed.at,
        error_ms=0.0,
        traceparent=sensed.traceparent,
    )
    after, drafts = source.show(setup.rules, after, reading, seen)
    return replace(
        state, source=after, last_at=sensed.at, value=sensed.value, same_since=same_since
    ), (*said, *drafts)


def see(
    setup: SensorSetup, state: SensorState, eyes: SightSeen
) -> tuple[SensorState, tuple[Draft, ...]]:
    """The feed knows that it cannot read (a missing file, a broken line)."""
    after, said = source.see(state.source, eyes.visibility, eyes.reason, eyes.since, eyes.at)
    return replace(state, source=after), said


def tick(
    setup: SensorSetup, state: SensorState, at: Timestamp
) -> tuple[SensorState, tuple[Draft, ...]]:
    """Notice silence, and answer what is due."""
    said: tuple[Draft, ...] = ()
    after = state.source
    heard = _heard(state)
    if after.ledger.visibility is not Visibility.BLIND and at - heard > setup.stale_s * SECOND_US:
        after, said = source.see(after, Visibility.BLIND, SILENT, heard, at)
    after, drafts = source.expire(after, at)
    return replace(state, source=after), (*said, *drafts)


def due_at(setup: SensorSetup, state: SensorState) -> Timestamp | None:
    """When `tick` will next say something if nothing else comes, None: never."""
    asked = source.due_at(state.source)
    if state.source.ledger.visibility is Visibility.BLIND:
        return asked
    silent = Timestamp(_heard(state) + round(setup.stale_s * SECOND_US) + 1)
    return silent if asked is None else min(silent, asked)


def _heard(state: SensorState) -> Timestamp:
    return state.last_at if state.last_at is not None else state.began_at
